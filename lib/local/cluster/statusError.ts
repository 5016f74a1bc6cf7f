import type { JsonObject } from './json.ts';

/** A refusal that leaves as a Kubernetes `Status` object. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly code: number;
  /** Machine-readable word such as `Expired`; the server leaves it out of some 500s. */
  readonly reason: string | undefined;
  readonly details: JsonObject | undefined;
  /** Token to go on with after an expired list, over newer data. */
  readonly continueToken: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: number,
    reason: string | undefined,
    message: string,
    extra: { details?: JsonObject; continueToken?: string; retryAfterSeconds?: number } = {},
  ) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = extra.details;
    this.continueToken = extra.continueToken;
    this.retryAfterSeconds = extra.retryAfterSeconds;
  }

  /** The Status body, keys in the server's order. */
  toStatus(): JsonObject {
    const { reason, details, retryAfterSeconds } = this;
    const retry = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
    const hasDetails = details !== undefined || retryAfterSeconds !== undefined;
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.continueToken === undefined ? {} : { continue: this.continueToken },
      status: 'Failure',
      message: this.message,
      ...(reason === undefined ? {} : { reason }),
      ...(hasDetails ? { details: { ...details, ...retry } } : {}),
      code: this.code,
    };
  }
}

/** A request that the server does not understand. */
export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

/** No such path, group or version. */
export function notFound(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', { details: {} });
}

/** One contradiction in list or watch options. */
export interface FieldProblem {
  readonly field: string;
  readonly reason: 'Forbidden' | 'Unsupported value';
  readonly message: string;
}

/** List or watch options that contradict each other; all contradictions at once, as the server reports them. */
export function invalidOptions(problems: readonly FieldProblem[]): StatusError {
  const causes = problems.map(({ field, reason, message }) => ({
    reason: reason === 'Forbidden' ? 'FieldValueForbidden' : 'FieldValueNotSupported',
    message: `${reason}: ${message}`,
    field,
  }));
  const texts = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const text = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return new StatusError(422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: ${text}`, {
    details: { group: 'meta.k8s.io', kind: 'ListOptions', causes },
  });
}

/** A list asked for at a version that this cluster has not reached. */
export function tooLargeVersion(asked: string, current: number, retryAfterSeconds?: number): StatusError {
  return new StatusError(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }] },
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
