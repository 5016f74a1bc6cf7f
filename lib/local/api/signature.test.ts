import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NodeSha256 } from '../../api/nodeSha256.ts';
import { type SignedRequestParts, verifySignature } from './signature.ts';

const now = Date.UTC(2026, 10, 20, 12, 0, 0);
const credentials = { accessKeyId: 'ASIATEST', secretAccessKey: 'secret' };

async function signed(
  options: {
    method?: string;
    path?: string;
    query?: Record<string, string>;
    body?: string;
    at?: number;
    secret?: string;
    region?: string;
    service?: string;
  } = {},
): Promise<SignedRequestParts> {
  const {
    method = 'GET',
    path = '/v1/events',
    query = {},
    body = '',
    at = now,
    region = 'us-east-1',
    service = 'execute-api',
  } = options;
  const signer = new SignatureV4({
    service,
    region,
    credentials: { ...credentials, secretAccessKey: options.secret ?? credentials.secretAccessKey },
    sha256: NodeSha256,
  });
  const headers = { host: '127.0.0.1:1', 'content-type': 'text/plain' };
  const request = new HttpRequest({
    method,
    protocol: 'http:',
    hostname: '127.0.0.1',
    port: 1,
    path,
    query,
    headers,
    body,
  });
  const result = await signer.sign(request, { signingDate: new Date(at) });
  const search = new URLSearchParams(query).toString().replaceAll('+', '%20');
  return { method, url: search === '' ? path : `${path}?${search}`, headers: result.headers, body: Buffer.from(body) };
}

const verify = (request: SignedRequestParts, at = now): string | undefined =>
  verifySignature(request, {
    region: 'us-east-1',
    service: 'execute-api',
    now: at,
    secretOf: (id) => (id === credentials.accessKeyId ? credentials.secretAccessKey : undefined),
  });

describe('verifySignature', () => {
  it('accepts what the AWS SDK signs, whatever the path, query and body', async () => {
    const segment = fc.string({ unit: 'grapheme', maxLength: 6 }).filter((text) => text !== '.' && text !== '..');
    await fc.assert(
      fc.asyncProperty(
        fc.array(segment, { minLength: 1, maxLength: 4 }),
        fc.dictionary(
          fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }),
          fc.string({ unit: 'grapheme', maxLength: 5 }),
          { maxKeys: 4 },
        ),
        fc.string({ maxLength: 20 }),
        async (segments, query, body) => {
          const path = `/${segments
            .filter((each) => each !== '')
            .map(encodeURIComponent)
            .join('/')}`;
          expect(verify(await signed({ method: 'POST', path, query, body }))).toBe(credentials.accessKeyId);
        },
      ),
    );
  });

  it.each<[string, (request: SignedRequestParts) => SignedRequestParts]>([
    ['no signature at all', (request) => ({ ...request, headers: { host: 'x' } })],
    ['another method', (request) => ({ ...request, method: 'POST' })],
    ['another path', (request) => ({ ...request, url: '/v1/incidents' })],
    ['another query', (request) => ({ ...request, url: `${request.url}?limit=1` })],
    ['another body', (request) => ({ ...request, body: Buffer.from('other') })],
    ['a changed signed header', (request) => ({ ...request, headers: { ...request.headers, host: 'elsewhere' } })],
    [
      'a flipped signature',
      (request) => ({
        ...request,
        headers: {
          ...request.headers,
          authorization: (request.headers.authorization ?? '').replace(/.$/, (last) => (last === '0' ? '1' : '0')),
        },
      }),
    ],
    [
      'a cut signature',
      (request) => ({
        ...request,
        headers: { ...request.headers, authorization: (request.headers.authorization ?? '').slice(0, -2) },
      }),
    ],
    ['another scheme', (request) => ({ ...request, headers: { ...request.headers, authorization: 'Bearer token' } })],
    [
      'an unknown key',
      (request) => ({
        ...request,
        headers: {
          ...request.headers,
          authorization: (request.headers.authorization ?? '').replace('ASIATEST', 'ASIAOTHER'),
        },
      }),
    ],
    [
      'a declared body hash that is not true',
      (request) => ({ ...request, headers: { ...request.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }),
    ],
  ])('refuses %s', async (_name, change) => {
    expect(verify(change(await signed()))).toBeUndefined();
  });

  it.each([
    ['the wrong secret', { secret: 'other' }],
    ['another region', { region: 'eu-west-1' }],
    ['another service', { service: 's3' }],
  ])('refuses %s', async (_name, options) => {
    expect(verify(await signed(options))).toBeUndefined();
  });

  it.each([
    [-301_000, false],
    [-299_000, true],
    [299_000, true],
    [301_000, false],
    [600_000, false],
  ])('with a clock %d ms off answers %s', async (offset, accepted) => {
    expect(verify(await signed({ at: now + offset })) !== undefined).toBe(accepted);
  });
});
