import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { BatchEnvelope } from '../api/contract.ts';
import type { PlainBatch } from './batchBuilder.ts';

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);
const atOnce = 2;

/**
 * Gzips a batch on the libuv pool. The rest of the envelope is written behind the events' bytes, in their own buffer: nothing
 * is parsed, serialised or copied a second time.
 */
export function encodeBatch(
  { buffer, length }: Pick<PlainBatch, 'buffer' | 'length'>,
  envelope: Omit<BatchEnvelope, 'events'>,
  level: number,
): Promise<Buffer<ArrayBuffer>> {
  const fields = JSON.stringify(envelope).slice(1);
  const tail = Buffer.from(fields === '}' ? ']}' : `],${fields}`);
  // Batch limits leave room for an envelope; a builder that broke them would be cut off here, and must not be.
  const whole = length + tail.length <= buffer.length ? buffer : Buffer.concat([buffer], length + tail.length);
  tail.copy(whole, length);
  return gzipAsync(whole.subarray(0, length + tail.length), { level, chunkSize: 64 * 1024 });
}

/**
 * Compresses a relay's batches, two at a time and in their order: each compression holds a third of a megabyte, and two keep
 * up with more than the main thread can produce.
 */
export class Encoder {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  async encode(...args: Parameters<typeof encodeBatch>): Promise<Buffer<ArrayBuffer>> {
    if (this.#running >= atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await encodeBatch(...args);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

/** The envelope inside an encoded batch: needed only when a batch was refused and has to be taken apart. */
export async function decodeBatch(body: Uint8Array): Promise<BatchEnvelope> {
  const envelope: unknown = JSON.parse((await gunzipAsync(body)).toString('utf8'));
  // We made these bytes ourselves with encodeBatch.
  return envelope as BatchEnvelope;
}
