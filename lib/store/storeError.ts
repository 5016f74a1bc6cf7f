import { KefError } from '../errors.ts';

/** Errors of DynamoDB that go away by themselves. Everything else (no such table, no permission, bad request) does not. */
const passing = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'LimitExceededException',
  'InternalServerError',
  'InternalServerErrorException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'TransactionConflictException',
  'TimeoutError',
  'NetworkingError',
  'AbortError',
]);

/**
 * A failed DynamoDB call as what it means to the caller: `StoreUnavailable` when waiting helps, else the error as it was,
 * which is a mistake of ours or of the deployment.
 */
export function toStoreError(error: unknown, doing: string): Error {
  if (error instanceof KefError) return error;
  if (!(error instanceof Error)) return new Error(`${doing}: ${String(error)}`);
  if (!isPassing(error)) return error;
  return new KefError('StoreUnavailable', `${doing} failed for now (${error.name}); try again shortly.`, {
    cause: error,
  });
}

function isPassing(error: Error): boolean {
  if (passing.has(error.name)) return true;
  if ('$retryable' in error && error.$retryable !== undefined) return true;
  if ('code' in error && typeof error.code === 'string' && /^(E[A-Z]+|UND_ERR_.*)$/.test(error.code)) return true;
  const status = '$metadata' in error ? (error.$metadata as { httpStatusCode?: number }).httpStatusCode : undefined; // SDK errors carry it
  return status !== undefined && status >= 500;
}
