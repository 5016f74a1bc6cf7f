import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import type { Fault } from './faults.ts';
import { goJson, type JsonObject } from './json.ts';
import { sinkOf } from './sink.ts';
import type { StatusError } from './statusError.ts';

/** Headers that every answer of the API server carries. */
export function writeHead(response: ServerResponse, code: number, more: Record<string, string> = {}): void {
  response.writeHead(code, {
    'Audit-Id': randomUUID(),
    'Cache-Control': 'no-cache, private',
    'Content-Type': 'application/json',
    ...more,
  });
}

/** Answers a small object, indented for people's tools as the API server does it. */
export function answerJson(request: IncomingMessage, response: ServerResponse, code: number, body: JsonObject): void {
  const text = wantsPretty(request) ? JSON.stringify(body, undefined, 2) : `${goJson(body)}\n`;
  answerText(response, code, text, {});
}

/** Answers plain text. */
export function answerText(
  response: ServerResponse,
  code: number,
  text: string,
  headers: Record<string, string>,
): void {
  writeHead(response, code, { ...headers, 'Content-Length': String(Buffer.byteLength(text)) });
  response.end(text);
}

/** Answers a refusal. */
export function answerStatus(request: IncomingMessage, response: ServerResponse, error: StatusError): void {
  const { retryAfterSeconds } = error;
  if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(retryAfterSeconds));
  answerJson(request, response, error.code, error.toStatus());
}

/** The server indents for curl, wget and browsers, and for `?pretty=1`. */
export function wantsPretty(request: IncomingMessage): boolean {
  const asked = new URL(request.url ?? '/', 'http://cluster').searchParams.get('pretty');
  if (asked !== null) return asked !== '0' && asked !== 'false';
  return /^(curl|Wget|Mozilla\/5\.0)/.test(request.headers['user-agent'] ?? '');
}

/** apiserver `defaultGzipThresholdBytes`, and its compression level. */
const gzipThresholdBytes = 128 * 1024;
const gzipLevel = 1;

/** Answers a body of about so many bytes: in pieces, gzipped when the client accepts that and it is worth it. */
export async function answerLarge(
  request: IncomingMessage,
  response: ServerResponse,
  body: Iterable<Buffer>,
  bytes: number,
  mayGzip: boolean,
): Promise<void> {
  const accepts = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  if (mayGzip && accepts && bytes >= gzipThresholdBytes) {
    writeHead(response, 200, { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' });
    const gzip = createGzip({ level: gzipLevel, strategy: constants.Z_DEFAULT_STRATEGY });
    await pipeline(Readable.from(body), gzip, response);
  } else {
    // Go's server names the length of answers that fit its 2 KiB buffer and chunks all others.
    const whole = bytes < 2048 ? Buffer.concat([...body]) : undefined;
    writeHead(response, 200, whole === undefined ? {} : { 'Content-Length': String(whole.length) });
    if (whole === undefined) await pipeline(Readable.from(body), response);
    else response.end(whole);
  }
}

/** Answers a list through a faulty connection. */
export function answerBadly(response: ServerResponse, body: Iterable<Buffer>, faults: readonly Fault[]): void {
  writeHead(response, 200);
  const sink = sinkOf(response, Number.POSITIVE_INFINITY, faults);
  for (const piece of body) sink.write(piece);
  sink.close('end');
}
