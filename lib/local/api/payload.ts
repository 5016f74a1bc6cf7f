import * as z from 'zod';
import { isJsonObject } from '../pattern/json.ts';
import type { Principal } from './principal.ts';
import type { RouteMatch } from './routes.ts';

/** A request that is about to become an event. */
export interface ApiRequest {
  readonly method: string;
  /** `rawPath`, decoded as AWS does. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly sourceIp: string;
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  readonly account: string;
}

/** What goes back over the wire. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body: Buffer;
}

/**
 * Builds the event of payload format 2.0.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function toPayload(
  request: ApiRequest,
  { route, pathParameters }: RouteMatch,
  principal: Principal | undefined,
): object {
  const { cookie, ...headers } = request.headers;
  const isText = arrivesAsText(headers['content-type']);
  const query = queryParameters(request.query);
  const domain = `${route.apiId}.execute-api.local`;
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath: request.path,
    rawQueryString: request.query,
    ...(cookie === undefined ? {} : { cookies: cookie.split('; ') }),
    headers: {
      ...headers,
      'x-amzn-trace-id': traceId(request),
      'x-forwarded-for': request.sourceIp,
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    ...(Object.keys(query).length === 0 ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: request.account,
      apiId: route.apiId,
      ...(principal === undefined ? {} : { authorizer: { iam: iamOf(principal, request.account) } }),
      domainName: domain,
      domainPrefix: route.apiId,
      http: {
        method: request.method,
        path: request.path,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: request.requestId,
      routeKey: route.key,
      stage: route.stage,
      time: clfTime(request.receivedAt),
      timeEpoch: request.receivedAt,
    },
    ...(Object.keys(pathParameters).length === 0 ? {} : { pathParameters }),
    ...(request.body.length === 0 ? {} : { body: request.body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !isText,
  };
}

/**
 * HTTP APIs pass these bodies as text, decoded as UTF-8 whatever the bytes; everything else, also without a content type,
 * arrives in base64. So gzip sent as application/json is destroyed on the way. Not documented by AWS; the rule is the one
 * MiniStack checked against live APIs (`_v2_request_body_is_text`).
 */
function arrivesAsText(contentType: string | undefined): boolean {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return type.startsWith('text/') || ['application/json', 'application/xml', 'application/javascript'].includes(type);
}

const proxyResponseSchema = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.coerce.string()).default({}),
  multiValueHeaders: z.record(z.string(), z.array(z.coerce.string())).optional(),
  cookies: z.array(z.string()).default([]),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().default(false),
});

/** Reads a function's answer; undefined when an HTTP API would answer 500 for it. */
export function fromFunctionResult(payload: string): ApiResponse | undefined {
  const result: unknown = JSON.parse(payload);
  // Without a statusCode, whatever was returned is the body of a 200.
  if (!isJsonObject(result) || !('statusCode' in result)) {
    const text = typeof result === 'string' ? result : payload;
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(text) };
  }
  const answer = proxyResponseSchema.safeParse(result);
  if (!answer.success) return undefined;
  const { statusCode, headers, cookies, body, isBase64Encoded } = answer.data;
  const lowerCase = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    status: statusCode,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...lowerCase },
    cookies,
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  };
}

function iamOf(principal: Principal, accountId: string): object {
  return {
    accessKey: principal.accessKeyId,
    accountId,
    callerId: principal.callerId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: principal.sessionArn,
    userId: principal.callerId,
  };
}

function queryParameters(query: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const earlier = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    parameters[name] = earlier === undefined ? value : `${earlier},${value}`;
  }
  return parameters;
}

/** `Root=1-<time>-<96 bits>` */
function traceId({ receivedAt, requestId }: ApiRequest): string {
  const seconds = Math.floor(receivedAt / 1000).toString(16);
  return `Root=1-${seconds}-${requestId.replaceAll('-', '').slice(0, 24)}`;
}

/** `12/Mar/2020:19:03:58 +0000` */
function clfTime(epochMs: number): string {
  const [, day, month, year, time] = new Date(epochMs).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
