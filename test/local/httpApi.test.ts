import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSignedFetch } from '../../lib/api/signedFetch.ts';
import type { JsonObject } from '../../lib/local/pattern/json.ts';
import { type CloudFixture, lambda, startFixture } from './cloudFixture.ts';

const integration = (properties: JsonObject = {}): JsonObject => ({
  Type: 'AWS::ApiGatewayV2::Integration',
  Properties: {
    ApiId: { Ref: 'Api' },
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: { 'Fn::GetAtt': ['Echo', 'Arn'] },
    PayloadFormatVersion: '2.0',
    ...properties,
  },
});
const route = (key: string, properties: JsonObject = {}, target = 'ToEcho'): JsonObject => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: {
    ApiId: { Ref: 'Api' },
    RouteKey: key,
    AuthorizationType: 'AWS_IAM',
    Target: { 'Fn::Join': ['/', ['integrations', { Ref: target }]] },
    ...properties,
  },
});

/** What the handler `echo` answers. */
interface Echoed {
  readonly event: {
    readonly pathParameters: object;
    readonly isBase64Encoded: boolean;
    readonly body: string;
    readonly requestContext: { readonly authorizer: { readonly iam: { readonly userArn: string } } };
  };
  readonly env: Readonly<Record<string, string>>;
  readonly remaining: number;
}
const echoed = async (response: Response): Promise<Echoed> => (await response.json()) as Echoed; // test/local/handlers/echo.mjs

let fixture: CloudFixture;
beforeAll(async () => {
  fixture = await startFixture((seen) => ({
    Echo: lambda('echo', seen, { Timeout: 1 }),
    EchoPermission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: 'Echo' },
        Principal: 'apigateway.amazonaws.com',
      },
    },
    Closed: lambda('echo', seen),
    ToEcho: integration(),
    ToEchoQuickly: integration({ TimeoutInMillis: 200 }),
    ToClosed: integration({ IntegrationUri: { 'Fn::GetAtt': ['Closed', 'Arn'] } }),
    Events: route('POST /v1/clusters/{cluster}/events'),
    Things: route('GET /v1/{thing}'),
    Open: route('GET /open', { AuthorizationType: 'NONE' }),
    Slow: route('GET /v1/slow/wait', {}, 'ToEchoQuickly'),
    Forgotten: route('GET /v1/forgotten/permission', {}, 'ToClosed'),
  }));
});
afterAll(() => fixture.close());

const get = (path: string): Promise<Response> => fixture.fetch(fixture.cloud.url + path);
const post = (path: string, body = 'x', type = 'application/octet-stream'): Promise<Response> =>
  fixture.fetch(fixture.cloud.url + path, { method: 'POST', body, headers: { 'content-type': type } });

describe('who may call what', () => {
  it('lets the relay post as its own cluster, and tells the function who it is', async () => {
    const response = await post('/v1/clusters/demo/events');
    expect(response.status).toBe(201);
    const { event } = await echoed(response);
    expect(event.pathParameters).toEqual({ cluster: 'demo' });
    expect(event.requestContext.authorizer.iam.userArn).toBe('arn:aws:sts::000000000000:assumed-role/relay.demo/local');
  });

  it('answers 403 when the relay posts as another cluster', async () => {
    const response = await post('/v1/clusters/other/events');
    expect([response.status, await response.text()]).toEqual([403, '{"message":"Forbidden"}']);
  });

  it('lets the same caller read, through the read policy', async () => {
    expect((await get('/v1/events')).status).toBe(201);
  });

  it('answers 403 without a signature', async () => {
    const response = await fetch(`${fixture.cloud.url}/v1/events`);
    expect([response.status, await response.text()]).toEqual([403, '{"message":"Forbidden"}']);
  });

  it('answers 403 with the wrong secret', async () => {
    const wrong = createSignedFetch({
      region: 'us-east-1',
      credentials: { accessKeyId: fixture.cloud.accessKeyId, secretAccessKey: 'wrong' },
    });
    expect((await wrong(`${fixture.cloud.url}/v1/events`)).status).toBe(403);
  });

  it('answers 403 to a clock ten minutes off, with the right time in Date', async () => {
    const answers: Response[] = [];
    const late = createSignedFetch({
      region: 'us-east-1',
      credentials: fixture.cloud,
      now: () => Date.now() - 600_000,
      fetch: async (...parameters) => {
        const response = await fetch(...parameters);
        answers.push(response);
        return response;
      },
    });
    // The client reads Date and signs again: the first answer is the one of a wrong clock.
    const response = await late(`${fixture.cloud.url}/v1/events`);
    expect(answers.map(({ status }) => status)).toEqual([403, 201]);
    expect(Math.abs(Date.parse(answers[0]?.headers.get('date') ?? '') - Date.now())).toBeLessThan(5000);
    expect(response.status).toBe(201);
  });

  it('lets anybody call a route without authorization', async () => {
    const response = await fetch(`${fixture.cloud.url}/open`);
    expect(response.status).toBe(201);
    expect((await echoed(response)).event.requestContext).not.toHaveProperty('authorizer');
  });

  it('answers 500 when the function would not let API Gateway invoke it', async () => {
    expect((await get('/v1/forgotten/permission')).status).toBe(500);
    expect(fixture.eventsOf('invoked').some(({ function: name }) => name === 'test-Closed')).toBe(false);
  });
});

describe('routes, limits and failures', () => {
  it('answers 404 to a path no route has', async () => {
    const response = await get('/nowhere/at/all');
    expect([response.status, await response.text()]).toEqual([404, '{"message":"Not Found"}']);
  });

  it('answers 400 to a path that does not decode', async () => {
    expect((await get('/v1/100%25done')).status).toBe(400);
  });

  it('splits a path at an encoded slash, as HTTP APIs do', async () => {
    expect((await get('/v1/a%2Fb')).status).toBe(404);
    const response = await get('/v1/a%252Fb');
    expect((await echoed(response)).event.pathParameters).toEqual({ thing: 'a/b' });
  });

  it('hands binary bodies over in base64', async () => {
    const body = gzipSync('{"events":[]}');
    const response = await fixture.fetch(`${fixture.cloud.url}/v1/clusters/demo/events`, {
      method: 'POST',
      body: new Uint8Array(body),
      headers: { 'content-type': 'application/vnd.kube-events.batch.v1+gzip' },
    });
    const { event } = await echoed(response);
    expect(event.isBase64Encoded).toBe(true);
    expect(Buffer.from(event.body, 'base64').equals(body)).toBe(true);
  });

  it('answers 413 to more than 10 MB, and to what exceeds the 6 MB of a Lambda event', async () => {
    expect((await post('/v1/clusters/demo/events', 'x'.repeat(10 * 1024 * 1024 + 1))).status).toBe(413);
    expect((await post('/v1/clusters/demo/events', 'x'.repeat(5 * 1024 * 1024))).status).toBe(413);
    expect((await post('/v1/clusters/demo/events', 'x'.repeat(1024 * 1024))).status).toBe(201);
  });

  it('answers 431 to more than 10,240 bytes of headers', async () => {
    const status = await new Promise((resolve, reject) => {
      const call = request(
        `${fixture.cloud.url}/open`,
        { headers: { 'x-long': 'x'.repeat(11_000) } },
        ({ statusCode }) => resolve(statusCode),
      );
      call.on('error', reject).end();
    });
    expect(status).toBe(431);
  });

  it.each([
    ['/v1/throw', 500, '{"message":"Internal Server Error"}', 'TypeError: asked to throw'],
    ['/v1/exit', 500, '{"message":"Internal Server Error"}', 'exit status 7'],
    ['/v1/wait', 500, '{"message":"Internal Server Error"}', 'Task timed out after 1.00 seconds'],
    ['/v1/malformed', 500, '{"message":"Internal Server Error"}', undefined],
    ['/v1/plain', 200, '{"hello":"world"}', undefined],
  ])('%s → %d', async (path, status, body, error) => {
    const before = fixture.eventsOf('invoked').length;
    const response = await get(path);
    expect([response.status, await response.text()]).toEqual([status, body]);
    const [invoked] = fixture.eventsOf('invoked').slice(before);
    if (error === undefined) expect(invoked?.error).toBeUndefined();
    else expect(invoked?.error).toContain(error);
    // A dead environment is replaced.
    expect((await get('/v1/events')).status).toBe(201);
  });

  it('answers 503 when the integration takes longer than its timeout', async () => {
    const allowed = await fixture.fetch(`${fixture.cloud.url}/v1/slow/wait`);
    expect([allowed.status, await allowed.text()]).toEqual([503, '{"message":"Service Unavailable"}']);
  });

  it('passes headers and cookies of the answer on', async () => {
    const response = await get('/v1/events');
    expect(response.headers.get('x-echo')).toBe('yes');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });
});

describe('what a function finds', () => {
  it('has the variables of Lambda and of the template, and none of this process', async () => {
    process.env.KEF_TEST_LEAK = 'leaked';
    const { env, remaining } = await echoed(await get('/v1/events'));
    expect(env).toMatchObject({
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'test-Echo',
      AWS_ENDPOINT_URL_DYNAMODB: fixture.cloud.endpointUrl,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    });
    expect(env.SEEN_FILE).toBeDefined();
    expect(env).not.toHaveProperty('KEF_TEST_LEAK');
    expect(env).not.toHaveProperty('HOME');
    expect(remaining).toBeGreaterThan(500);
    expect(remaining).toBeLessThanOrEqual(1000);
  });

  it('has its output captured line by line', async () => {
    await get('/v1/events');
    await fixture.cloud.drain();
    expect(fixture.eventsOf('log').some(({ line }) => line.startsWith('echo '))).toBe(true);
  });
});
