import { expect, test } from 'vitest';
import { selfSignedCertificate } from '../../local/cluster/selfSignedCertificate.ts';
import { expiryOf } from './credentialExpiry.ts';

const at = new Date('2027-01-02T03:04:05Z');

function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.c2lnbmF0dXJl`;
}

test('a service account token says when it ends', () => {
  const headers = { Authorization: `Bearer ${jwt({ exp: at.getTime() / 1_000 })}` };
  expect(expiryOf({ headers })).toEqual({ kind: 'token', at });
});

test('a client certificate does', () => {
  expect(expiryOf({ headers: {}, cert: selfSignedCertificate({ notAfter: at }).cert })).toEqual({
    kind: 'certificate',
    at,
  });
});

test.each([
  ['nothing at all', {}],
  ['a static token', { headers: { Authorization: 'Bearer secret' } }],
  ['a token with dots that is no JWT', { headers: { Authorization: 'Bearer a.b.c' } }],
  ['a JWT without an end', { headers: { Authorization: `Bearer ${jwt({ sub: 'relay' })}` } }],
  ['something that is no certificate', { headers: {}, cert: 'PEM' }],
])('%s does not', (_title, options) => {
  expect(expiryOf(options)).toBeUndefined();
});
