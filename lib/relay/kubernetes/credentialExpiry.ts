import { X509Certificate } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import type { RequestOptions } from 'node:https';

/** When credentials for an API server end. */
export interface CredentialExpiry {
  readonly kind: 'token' | 'certificate';
  readonly at: Date;
}

/** The part of a request that says who is asking. */
export interface RequestCredentials {
  readonly headers?: OutgoingHttpHeaders;
  readonly cert?: RequestOptions['cert'];
}

/**
 * Reads when the credentials of a request end: the `exp` of a token that is a JWT, as service account tokens are, or the last day of
 * a client certificate. `undefined` for those that do not say, such as a static token.
 */
export function expiryOf({ headers, cert }: RequestCredentials): CredentialExpiry | undefined {
  const token = /^Bearer (.+)$/.exec(String(headers?.Authorization ?? ''))?.[1];
  const seconds = token === undefined ? undefined : secondsIn(token);
  if (seconds !== undefined) return { kind: 'token', at: new Date(seconds * 1_000) };
  const certificate = Array.isArray(cert) ? cert[0] : cert;
  if (certificate === undefined) return undefined;
  try {
    return { kind: 'certificate', at: new Date(new X509Certificate(certificate).validTo) };
  } catch {
    return undefined; // the handshake says what is wrong with it
  }
}

/** `exp` of a JWT, RFC 7519 section 4.1.4. Not verified: it is our own. */
function secondsIn(token: string): number | undefined {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { exp?: unknown };
    return typeof exp === 'number' ? exp : undefined;
  } catch {
    return undefined; // a token of another kind
  }
}
