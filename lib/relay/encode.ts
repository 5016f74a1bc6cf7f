import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { BatchEnvelope } from '../api/contract.ts';

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);
const head = Buffer.from('{"events":[');

/**
 * Gzips a batch on the libuv pool. The envelope is written around the events' bytes as they are; nothing is parsed or
 * serialised a second time.
 */
export function encodeBatch(
  events: Uint8Array,
  envelope: Omit<BatchEnvelope, 'events'>,
  level: number,
): Promise<Buffer<ArrayBuffer>> {
  const fields = JSON.stringify(envelope).slice(1);
  const tail = Buffer.from(fields === '}' ? ']}' : `],${fields}`);
  return gzipAsync(Buffer.concat([head, events, tail]), { level, chunkSize: 64 * 1024 });
}

/** The envelope inside an encoded batch: needed only when a batch was refused and has to be taken apart. */
export async function decodeBatch(body: Uint8Array): Promise<BatchEnvelope> {
  const envelope: unknown = JSON.parse((await gunzipAsync(body)).toString('utf8'));
  // We made these bytes ourselves with encodeBatch.
  return envelope as BatchEnvelope;
}
