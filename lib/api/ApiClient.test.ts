import { describe, expect, it } from 'vitest';
import { ApiClient } from './ApiClient.ts';

const event = {
  cluster: 'prod',
  namespace: 'shop',
  kind: 'Pod',
  name: 'p',
  reason: 'BackOff',
  effectiveReason: 'CrashLoopBackOff',
  severity: 'critical',
  type: 'Warning',
  count: 3,
  component: 'kubelet',
  message: 'm',
  firstOccurrence: '2026-11-20T10:00:00Z',
  lastOccurrence: '2026-11-20T10:00:00Z',
  uid: 'u',
  fingerprint: 'f',
  key: 'k',
};

/** A client whose API answers `answer(url)`. */
function clientOf(answer: (url: URL) => { status?: number; body: unknown } | Error) {
  const urls: URL[] = [];
  const client = new ApiClient('https://api.example/', async (url) => {
    urls.push(new URL(url));
    const result = answer(new URL(url));
    if (result instanceof Error) throw result;
    const body = typeof result.body === 'string' ? result.body : JSON.stringify(result.body);
    return new Response(body, { status: result.status ?? 200 });
  });
  return { client, urls };
}

describe('reading the API', () => {
  it('asks with the parameters that are there, encoded', async () => {
    const { client, urls } = clientOf(() => ({ body: { items: [event] } }));
    expect(await client.events({ cluster: 'prod', namespace: undefined, name: 'a b/c', limit: 5 })).toEqual({
      items: [event],
    });
    expect(urls[0]?.href).toBe('https://api.example/v1/events?cluster=prod&name=a+b%2Fc&limit=5');
  });

  it('encodes a fingerprint so that it survives being decoded twice', async () => {
    const { client, urls } = clientOf(() => ({ status: 404, body: { error: { code: 'NotFound', message: 'none' } } }));
    await expect(client.incident('prod/shop/Pod/a%2Fb/X')).rejects.toMatchObject({ code: 'NotFound', message: 'none' });
    expect(urls[0]?.pathname).toBe('/v1/incidents/prod%252Fshop%252FPod%252Fa%25252Fb%252FX');
  });

  it('follows cursors, over pages without items, to the end or to as many as wanted', async () => {
    const pages: Record<string, unknown> = {
      '': { items: [event, event], cursor: 'a' },
      a: { items: [], cursor: 'b' },
      b: { items: [event] },
    };
    const { client, urls } = clientOf((url) => ({ body: pages[url.searchParams.get('cursor') ?? ''] }));
    const every = client.all((cursor) => client.events({ cursor }));
    expect(await Array.fromAsync(every)).toHaveLength(3);
    expect(urls).toHaveLength(3);
    expect(await Array.fromAsync(client.all((cursor) => client.events({ cursor }), 2))).toHaveLength(2);
    expect(urls).toHaveLength(4);
  });

  it('reads a position that nobody has reported as null', async () => {
    const { client } = clientOf(() => ({ body: { position: null } }));
    expect(await client.position('prod')).toBeNull();
  });
});

describe('failures', () => {
  it.each([
    [
      'our own error',
      422,
      { error: { code: 'QueryInvalid', message: 'no', requestId: 'r' } },
      'QueryInvalid',
      'no (request r)',
    ],
    ['a signature that API Gateway refused', 403, { message: 'Forbidden' }, 'SignatureInvalid', 'clock'],
    ['an error code of a newer API', 503, { error: { code: 'NewKind', message: 'later' } }, 'ApiUnreachable', 'later'],
    ['API Gateway throttling', 429, { message: 'Too Many Requests' }, 'TooManyRequests', '429'],
    ['a proxy page', 502, '<html>Bad gateway</html>', 'ApiUnreachable', '502'],
    ['a path that is no API', 404, 'nothing here', 'NotFound', '404'],
    ['a friendly page of somebody else', 200, '<html>Welcome</html>', 'ApiUnreachable', 'something else'],
    ['an answer in another shape', 200, { items: [{ cluster: 'prod' }] }, 'ApiUnreachable', 'something else'],
  ])('%s', async (_, status, body, code, message) => {
    const { client } = clientOf(() => ({ status, body }));
    const failure = client.events();
    await expect(failure).rejects.toMatchObject({ name: 'KefError', code });
    await expect(failure).rejects.toThrow(message);
  });

  it('nobody at the address', async () => {
    const { client } = clientOf(() => new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }));
    await expect(client.clusters()).rejects.toMatchObject({
      code: 'ApiUnreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
