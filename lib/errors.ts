/** Who has to act on an error: the user, the world around us, or we. Decides log level, exit code and HTTP status. */
export type ErrorKind = 'user' | 'world' | 'bug';

interface ErrorSpec {
  readonly kind: ErrorKind;
  /** True when the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  /** HTTP status when the error leaves through the API. */
  readonly status: number;
}

const user = (status: number): ErrorSpec => ({ kind: 'user', retryable: false, status });
const world = (status: number): ErrorSpec => ({ kind: 'world', retryable: true, status });

/**
 * Every error code this product can show, with its one meaning. Codes are stable: callers and tests compare them,
 * never message text. Documented for users in `docs/errors.md`.
 */
export const errorCatalogue = {
  // Reading events
  EventNotAnObject: user(422),
  EventFieldMissing: user(422),
  EventFieldInvalid: user(422),
  EventTooLarge: user(422),
  EventSecretRefused: user(422),
  EventTextInvalid: user(422),
  // Severity rules
  RuleInvalid: user(422),
  // Configuration and command line
  ConfigInvalid: user(422),
  UsageInvalid: user(422),
  // HTTP contract
  BodyMissing: user(400),
  BodyNotGzip: user(400),
  BodyNotJson: user(400),
  BodyInvalid: user(422),
  BodyTooLarge: user(413),
  BatchTooLarge: user(413),
  ContentTypeUnsupported: user(415),
  QueryInvalid: user(422),
  CursorInvalid: user(422),
  ClusterForbidden: user(403),
  SignatureInvalid: user(403),
  NotFound: user(404),
  TooManyRequests: world(429),
  // The world
  KubernetesUnreachable: world(502),
  ApiUnreachable: world(502),
  StoreUnavailable: world(503),
  PublishFailed: world(503),
  // Ours
  Internal: { kind: 'bug', retryable: true, status: 500 },
} as const satisfies Record<string, ErrorSpec>;

/** A stable error code, see {@link errorCatalogue}. */
export type ErrorCode = keyof typeof errorCatalogue;

/**
 * The one error class of this product. The message states the rule, the actual value and the way out.
 *
 * @example throw new KefError('EventFieldMissing', 'metadata.name is required and was absent; …');
 */
export class KefError extends Error {
  override readonly name = 'KefError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get kind(): ErrorKind {
    return errorCatalogue[this.code].kind;
  }

  get retryable(): boolean {
    return errorCatalogue[this.code].retryable;
  }

  get status(): number {
    return errorCatalogue[this.code].status;
  }
}

/** Process exit codes: 0 done, 1 some input was refused or the world failed, 2 the user's mistake in flags or configuration. */
export function exitCodeOf(error: unknown): 1 | 2 {
  return error instanceof KefError && error.kind === 'user' ? 2 : 1;
}
