import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { decode } from './pathDecoding.ts';

/** A request as it arrived, nothing decoded. */
export interface SignedRequestParts {
  readonly method: string;
  /** Path and query exactly as sent. */
  readonly url: string;
  /** Lower-case names; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What a signature is checked against. */
export interface VerifySettings {
  readonly region: string;
  readonly service: string;
  /** Epoch milliseconds. */
  readonly now: number;
  secretOf(accessKeyId: string): string | undefined;
}

/** Clock difference AWS accepts, both ways. https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html */
const maxSkewMs = 5 * 60_000;

/**
 * Verifies a Signature Version 4 in the Authorization header and returns the access key id, or undefined when AWS would
 * answer 403: no signature, unknown key, other region or service, clock more than five minutes off, anything changed on the
 * way.
 */
export function verifySignature(request: SignedRequestParts, settings: VerifySettings): string | undefined {
  const authorization = parseAuthorization(request.headers.authorization);
  const timestamp = request.headers['x-amz-date'];
  if (authorization === undefined || timestamp === undefined) return undefined;
  const { accessKeyId, date, region, service, signedHeaders, signature } = authorization;
  const signedAt = parseTimestamp(timestamp);
  if (signedAt === undefined || Math.abs(settings.now - signedAt) > maxSkewMs || !timestamp.startsWith(date))
    return undefined;
  if (region !== settings.region || service !== settings.service || !signedHeaders.includes('host')) return undefined;
  const secret = settings.secretOf(accessKeyId);
  if (secret === undefined) return undefined;

  const bodyHash = createHash('sha256').update(request.body).digest('hex');
  const declared = request.headers['x-amz-content-sha256'];
  if (declared !== undefined && declared !== bodyHash) return undefined;
  const toSign = [
    'AWS4-HMAC-SHA256',
    timestamp,
    `${date}/${region}/${service}/aws4_request`,
    createHash('sha256')
      .update(canonicalRequest(request, signedHeaders, bodyHash))
      .digest('hex'),
  ].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
    (previous, part) => createHmac('sha256', previous).update(part).digest(),
    `AWS4${secret}`,
  );
  const expected = createHmac('sha256', key).update(toSign).digest();
  const given = Buffer.from(signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected) ? accessKeyId : undefined;
}

/** The access key id a request claims, unverified. */
export function claimedAccessKey(
  authorization: string | undefined,
): { accessKeyId: string; service: string } | undefined {
  return parseAuthorization(authorization);
}

interface Authorization {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

function parseAuthorization(header: string | undefined): Authorization | undefined {
  const match = /^AWS4-HMAC-SHA256 (.+)$/.exec(header ?? '');
  if (match === null) return undefined;
  const parts = new Map(
    (match[1] ?? '').split(',').map((part): [string, string] => {
      const [name = '', ...value] = part.trim().split('=');
      return [name, value.join('=')];
    }),
  );
  const [accessKeyId, date, region, service, terminator] = (parts.get('Credential') ?? '').split('/');
  const signedHeaders = parts.get('SignedHeaders');
  const signature = parts.get('Signature');
  if (!accessKeyId || !date || !region || !service || terminator !== 'aws4_request' || !signedHeaders || !signature)
    return undefined;
  return { accessKeyId, date, region, service, signedHeaders: signedHeaders.split(';'), signature };
}

function canonicalRequest(request: SignedRequestParts, signedHeaders: readonly string[], bodyHash: string): string {
  const [path = '/', query = ''] = request.url.split('?', 2);
  return [
    request.method,
    // Every service but S3 encodes the path as sent once more.
    path.split('/').map(encode).join('/') || '/',
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/\s+/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    bodyHash,
  ].join('\n');
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  return query
    .split('&')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name, value.join('=')].map((part) => encode(decode(part) ?? part)) as [string, string]; // two in, two out
    })
    .sort(([leftName, leftValue], [rightName, rightValue]) =>
      leftName === rightName ? compare(leftValue, rightValue) : compare(leftName, rightName),
    )
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** RFC 3986 encoding, stricter than encodeURIComponent. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function parseTimestamp(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
