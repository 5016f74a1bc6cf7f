import { gzipSync } from 'node:zlib';
import type { Context } from 'aws-lambda';
import type { HttpHandler } from '../../functions/http/httpHandler.ts';
import type { ApiRequest } from '../../functions/http/request.ts';
import { batchContentType } from '../../lib/api/limits.ts';
import { relayRoleName } from '../../lib/api/relayRole.ts';

const account = '111122223333';

/** What a test may say about a request; the rest is as API Gateway would send it. */
export interface RequestSpec {
  readonly route: string;
  readonly path?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  /** Caller's ARN. @default a role of the same account */
  readonly userArn?: string;
}

/** A payload 2.0 event of an HTTP API with IAM authorization. */
export function apiRequest(spec: RequestSpec): ApiRequest {
  const [method = 'GET', path = '/'] = spec.route.split(' ');
  return {
    version: '2.0',
    routeKey: spec.route,
    rawPath: path.replace(/\{(\w+)\}/g, (_, name: string) => spec.path?.[name] ?? ''),
    rawQueryString: new URLSearchParams(spec.query).toString(),
    headers: { host: 'api.example', ...spec.headers },
    ...(spec.query === undefined ? {} : { queryStringParameters: spec.query }),
    ...(spec.path === undefined ? {} : { pathParameters: spec.path }),
    ...(spec.body === undefined ? {} : { body: spec.body }),
    isBase64Encoded: spec.isBase64Encoded ?? false,
    requestContext: {
      accountId: account,
      apiId: 'api',
      domainName: 'api.example',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'request-1',
      routeKey: spec.route,
      stage: '$default',
      time: '20/Nov/2026:10:00:00 +0000',
      timeEpoch: 1_795_168_800_000,
      authorizer: { iam: { accountId: account, userArn: spec.userArn ?? roleArn('reader') } },
    },
  };
}

/** ARN of a session of role `name`. */
export function roleArn(name: string, owner: string = account): string {
  return `arn:aws:sts::${owner}:assumed-role/${name}/session`;
}

/** ARN of a session of the relay of `cluster`, of the backend `kef` in us-east-1. */
export function relayArn(cluster: string): string {
  return roleArn(relayRoleName({ forwarder: 'kef', region: 'us-east-1', cluster }));
}

/** A POST of `body` as the relay of `cluster` sends it. */
export function batchRequest(cluster: string, body: unknown, overrides: Partial<RequestSpec> = {}): ApiRequest {
  return apiRequest({
    route: 'POST /v1/clusters/{cluster}/events',
    path: { cluster },
    headers: { 'content-type': batchContentType },
    body: gzipSync(JSON.stringify(body)).toString('base64'),
    isBase64Encoded: true,
    userArn: relayArn(cluster),
    ...overrides,
  });
}

/** Every field an answer of this API can have. A test looks at those of the answer it expects. */
export interface AnswerBody {
  readonly accepted: number;
  readonly rejected: readonly { index: number; code: string; message: string }[];
  readonly position: unknown;
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly cursor?: string;
  readonly error: { readonly code: string; readonly message: string; readonly requestId: string };
}

/** Calls a handler and reads its JSON answer. */
export async function call(
  handler: HttpHandler,
  request: ApiRequest,
): Promise<{ status: number; body: AnswerBody; headers: Record<string, unknown> }> {
  const context = { awsRequestId: 'invocation-1', functionName: 'test', getRemainingTimeInMillis: () => 10_000 };
  const answer = await handler(request, context as Context); // the part of a context that handlers read
  return { status: answer.statusCode ?? 0, body: JSON.parse(String(answer.body)), headers: { ...answer.headers } };
}
