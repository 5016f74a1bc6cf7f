import { describe, expect, it } from 'vitest';
import { decodePath } from './pathDecoding.ts';
import { matchRoute, type Route } from './routes.ts';

const route = (key: string): Route => ({
  apiId: 'api',
  stage: '$default',
  key,
  iam: true,
  functionName: key,
  timeoutMs: 30_000,
});

describe('decodePath, as captured from live HTTP APIs', () => {
  it.each([
    ['/capture/plain', '/capture/plain'],
    ['/capture/space%20value', '/capture/space value'],
    ['/capture/question%3Fvalue', '/capture/question'],
    ['/capture/percent%25done', undefined],
    ['/capture/hash%23value', '/capture/hash#value'],
    ['/capture/slash%2Fvalue', '/capture/slash/value'],
    ['/capture/unicode-%CE%BB', '/capture/unicode-λ'],
    ['/capture/literal%252Fvalue', '/capture/literal/value'],
    ['/capture/literal%253Fvalue', '/capture/literal?value'],
    ['/capture/literal%2525value', '/capture/literal%value'],
    ['/capture/broken%', undefined],
    ['/capture/not-utf8%FF', undefined],
  ])('%s → %s', (sent, expected) => {
    expect(decodePath(sent)?.eventPath).toBe(expected);
  });
});

describe('matchRoute', () => {
  const routes = [
    'GET /v1/events',
    'GET /v1/clusters/{cluster}/position',
    'GET /v1/clusters/{cluster}',
    'GET /v1/clusters/all',
    'ANY /v1/clusters/{cluster}',
    'GET /v1/files/{path+}',
    'GET /v1/files/{name}',
    'ANY /v1/any',
  ].map(route);

  it.each<[string, string, string | undefined, object]>([
    ['GET', '/v1/events', 'GET /v1/events', {}],
    ['POST', '/v1/events', undefined, {}],
    ['GET', '/v1/events/', undefined, {}],
    ['GET', '/v1', undefined, {}],
    ['GET', '/v1/clusters/prod/position', 'GET /v1/clusters/{cluster}/position', { cluster: 'prod' }],
    ['GET', '/v1/clusters/prod', 'GET /v1/clusters/{cluster}', { cluster: 'prod' }],
    ['DELETE', '/v1/clusters/prod', 'ANY /v1/clusters/{cluster}', { cluster: 'prod' }],
    ['GET', '/v1/clusters/all', 'GET /v1/clusters/all', {}],
    ['GET', '/v1/clusters/', undefined, {}],
    ['GET', '/v1/files/a', 'GET /v1/files/{name}', { name: 'a' }],
    ['GET', '/v1/files/a/b/c', 'GET /v1/files/{path+}', { path: 'a/b/c' }],
    ['PUT', '/v1/any', 'ANY /v1/any', {}],
  ])('%s %s', (method, path, key, parameters) => {
    const match = matchRoute(routes, method, path);
    expect(match?.route.key).toBe(key);
    expect(match?.pathParameters ?? {}).toEqual(parameters);
  });

  it('falls back to $default', () => {
    expect(matchRoute([...routes, route('$default')], 'GET', '/nowhere')?.route.key).toBe('$default');
  });

  it('decodes a path variable a second time, so a slash in it has to be encoded twice', () => {
    const decoded = decodePath('/v1/clusters/a%252Fb');
    expect(matchRoute(routes, 'GET', decoded?.routePath ?? '')?.pathParameters).toEqual({ cluster: 'a/b' });
    expect(matchRoute(routes, 'GET', decodePath('/v1/clusters/a%2Fb')?.routePath ?? '')).toBeUndefined();
  });
});
