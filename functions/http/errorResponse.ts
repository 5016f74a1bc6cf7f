import type { Logger } from '@aws-lambda-powertools/logger';
import type { MiddlewareObj } from '@middy/core';
import { KefError } from '../../lib/errors.ts';
import { type ApiRequest, type ApiResponse, respond } from './request.ts';

/** Seconds a caller should wait when the store was busy. Relays add jitter of their own. */
const retryAfterSeconds = '2';

/**
 * Answers every error in the one shape `{ error: { code, message, requestId } }` and logs it once, as loud as its kind
 * deserves: the caller's mistake quietly, the world's failure as a warning, our bug as an error. A bug's text stays in the log.
 */
export function errorResponse(logger: Logger): MiddlewareObj<ApiRequest, ApiResponse> {
  return {
    onError: (request) => {
      const error = toKefError(request.error);
      const requestId = request.event.requestContext?.requestId;
      const details = { code: error.code, status: error.status, route: request.event.routeKey };
      if (error.kind === 'user') logger.info(error.message, details);
      else if (error.kind === 'world') logger.warn(error.message, { ...details, error });
      else logger.error(error.message, { ...details, error });
      const message = error.kind === 'bug' ? 'Something went wrong on our side; the log has it.' : error.message;
      request.response = respond(
        error.status,
        { error: { code: error.code, message, requestId } },
        error.retryable ? { 'retry-after': retryAfterSeconds } : {},
      );
    },
  };
}

function toKefError(error: unknown): KefError {
  if (error instanceof KefError) return error;
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new KefError('StoreUnavailable', 'The request took too long; try again shortly.', { cause: error });
  }
  return new KefError('Internal', error instanceof Error ? error.message : String(error), { cause: error });
}
