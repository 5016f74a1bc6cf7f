import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type ApiRequest, fromFunctionResult, toPayload } from './payload.ts';
import type { RouteMatch } from './routes.ts';

const match: RouteMatch = {
  route: { apiId: 'api', stage: '$default', key: 'POST /v1/x/{id}', iam: true, functionName: 'f', timeoutMs: 1 },
  pathParameters: { id: '1' },
};
const request = (change: Partial<ApiRequest> = {}): ApiRequest => ({
  method: 'POST',
  path: '/v1/x/1',
  query: '',
  headers: { host: 'h' },
  body: Buffer.alloc(0),
  sourceIp: '127.0.0.1',
  requestId: 'r',
  receivedAt: Date.UTC(2026, 10, 20, 9, 8, 7),
  account: '000000000000',
  ...change,
});
const principal = {
  accessKeyId: 'A',
  secretAccessKey: 'S',
  sessionArn: 'arn:aws:sts::0:assumed-role/r/local',
  callerId: 'AROA:local',
  statements: [],
};

describe('toPayload', () => {
  it('has the fields of payload format 2.0', () => {
    const event = toPayload(
      request({ headers: { host: 'h', 'user-agent': 'curl' }, query: 'a=1&a=2&b=x%20y' }),
      match,
      principal,
    );
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'POST /v1/x/{id}',
      rawPath: '/v1/x/1',
      rawQueryString: 'a=1&a=2&b=x%20y',
      queryStringParameters: { a: '1,2', b: 'x y' },
      pathParameters: { id: '1' },
      isBase64Encoded: false,
      requestContext: {
        accountId: '000000000000',
        stage: '$default',
        time: '20/Nov/2026:09:08:07 +0000',
        http: { method: 'POST', path: '/v1/x/1', userAgent: 'curl' },
        authorizer: {
          iam: { userArn: principal.sessionArn, userId: 'AROA:local', callerId: 'AROA:local', accessKey: 'A' },
        },
      },
    });
    expect(event).not.toHaveProperty('body');
    expect(event).not.toHaveProperty('cookies');
  });

  it('moves cookies out of the headers', () => {
    const event = toPayload(request({ headers: { host: 'h', cookie: 'a=1; b=2' } }), match, undefined);
    expect(event).toMatchObject({ cookies: ['a=1', 'b=2'] });
    expect(event).not.toHaveProperty('headers.cookie');
    expect(event).not.toHaveProperty('requestContext.authorizer');
  });

  it.each([
    ['application/json', false],
    ['application/json; charset=utf-8', false],
    ['TEXT/plain', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/vnd.kube-events.batch.v1+gzip', true],
    ['application/vnd.api+json', true],
    ['application/gzip', true],
    [undefined, true],
  ])('a body of type %s arrives in base64: %s', (type, isBase64Encoded) => {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
    expect(toPayload(request({ headers, body: Buffer.from('x') }), match, undefined)).toMatchObject({
      isBase64Encoded,
    });
  });

  it('keeps gzip whole as binary and destroys it as application/json', () => {
    const body = gzipSync('{"events":[]}');
    const bodyOf = (type: string): Buffer => {
      const event = toPayload(request({ headers: { 'content-type': type }, body }), match, undefined) as {
        body: string;
        isBase64Encoded: boolean;
      };
      return Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
    };
    expect(gunzipSync(bodyOf('application/gzip')).toString()).toBe('{"events":[]}');
    expect(() => gunzipSync(bodyOf('application/json'))).toThrow();
  });
});

describe('fromFunctionResult', () => {
  it.each<[string, unknown, number | undefined, string]>([
    ['a full answer', { statusCode: 201, body: 'x', headers: { A: 1 } }, 201, 'x'],
    ['a base64 body', { statusCode: 200, body: 'aGk=', isBase64Encoded: true }, 200, 'hi'],
    ['no body', { statusCode: 204 }, 204, ''],
    ['an object without a status is the body', { ok: true }, 200, '{"ok":true}'],
    ['text is the body', 'hello', 200, 'hello'],
    ['null is the body', null, 200, 'null'],
    ['a status that is none', { statusCode: 'abc' }, undefined, ''],
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }, undefined, ''],
  ])('%s', (_name, result, status, body) => {
    const answer = fromFunctionResult(JSON.stringify(result));
    expect(answer?.status).toBe(status);
    expect(answer?.body.toString() ?? '').toBe(body);
  });
});
