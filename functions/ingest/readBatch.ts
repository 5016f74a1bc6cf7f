import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip, gzipSync } from 'node:zlib';
import { type Batch, batchFields, batchSchema } from '../../lib/api/contract.ts';
import { describeIssues } from '../../lib/api/issues.ts';
import { acceptedContentTypes, maxBatchEvents, maxInflatedBytes } from '../../lib/api/limits.ts';
import { KefError } from '../../lib/errors.ts';
import type { ApiRequest } from '../http/request.ts';

/** A batch and the bytes it came in. */
export interface ReceivedBatch {
  readonly batch: Batch;
  /** Size of the JSON text. */
  readonly inflatedBytes: number;
  /** The batch as gzip: the body itself, or the JSON body compressed. */
  readonly gzip: Uint8Array;
}

const gunzipAsync = promisify(gunzip);

/**
 * Reads the body of a POST into a batch.
 *
 * @throws KefError `ContentTypeUnsupported`, `BodyMissing`, `BodyNotGzip`, `BodyTooLarge`, `BodyNotJson`, `BodyInvalid`, `BatchTooLarge`
 */
export async function readBatch(request: ApiRequest): Promise<ReceivedBatch> {
  const isGzip = contentTypeOf(request) !== 'application/json';
  const body = bodyOf(request);
  const json = isGzip ? await inflate(body) : body;
  if (json.length > maxInflatedBytes) throw tooLarge();
  const batch = parseBatch(textOf(json));
  return { batch, inflatedBytes: json.length, gzip: isGzip ? body : gzipSync(json) };
}

function contentTypeOf(request: ApiRequest): (typeof acceptedContentTypes)[number] {
  const given = request.headers['content-type'] ?? '';
  const type = given.split(';')[0]?.trim().toLowerCase();
  const known = acceptedContentTypes.find((accepted) => accepted === type);
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (known === undefined || (known === 'application/json' && encoding !== 'identity')) {
    const actual = encoding === 'identity' ? `'${given}'` : `'${given}' with Content-Encoding '${encoding}'`;
    throw new KefError(
      'ContentTypeUnsupported',
      `A batch is sent as ${acceptedContentTypes.join(' or ')} without Content-Encoding; this one came as ${actual}.`,
    );
  }
  return known;
}

function bodyOf(request: ApiRequest): Buffer {
  if (request.body === undefined || request.body === '') {
    throw new KefError('BodyMissing', 'A batch needs a body: a JSON object with `events`, usually gzipped.');
  }
  return Buffer.from(request.body, request.isBase64Encoded ? 'base64' : 'utf8');
}

async function inflate(body: Buffer): Promise<Buffer> {
  try {
    return await gunzipAsync(body, { maxOutputLength: maxInflatedBytes });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    const reason = error instanceof Error ? error.message : String(error);
    throw new KefError('BodyNotGzip', `The body was declared gzip and is not: ${reason}.`, { cause: error });
  }
}

function textOf(json: Buffer): string {
  if (isUtf8(json)) return json.toString('utf8');
  throw new KefError('BodyNotJson', 'The body is not JSON: it is not UTF-8.');
}

function parseBatch(text: string): Batch {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new KefError('BodyNotJson', `The body is not JSON: ${(error as Error).message}`, { cause: error }); // JSON.parse throws SyntaxError only
  }
  const parsed = batchSchema.safeParse(json);
  if (!parsed.success)
    throw new KefError('BodyInvalid', `The batch is wrong: ${describeIssues(parsed.error, batchFields)}.`);
  const { length } = parsed.data.events;
  if (length > maxBatchEvents) {
    throw new KefError(
      'BatchTooLarge',
      `A batch may hold ${maxBatchEvents} events; this one holds ${length}. Send several.`,
    );
  }
  return parsed.data;
}

function tooLarge(): KefError {
  return new KefError(
    'BodyTooLarge',
    `A batch may take ${maxInflatedBytes} bytes once inflated; this one takes more. Send several.`,
  );
}
