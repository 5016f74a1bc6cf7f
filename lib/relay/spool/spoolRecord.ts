import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { type Position, positionSchema } from '../position.ts';

/** One batch as it lies in the spool. */
export interface SpoolRecord {
  /** Events in the body; 0 for a batch that only reports what was lost. */
  readonly count: number;
  /** Where the streams are when this batch and all before it are settled; `null` inside a first list. */
  readonly position: Position | null;
  /** When its first event came, milliseconds since 1970. */
  readonly openedAt: number;
  /** Hashes of the objects its events are about. */
  readonly objects: Uint32Array;
  /** The request body, as it will be posted. */
  readonly body: Buffer<ArrayBuffer>;
}

/**
 * The format this version writes. It reads this one and every older one; of a newer one it knows only the first twelve bytes,
 * which stay the same for ever: magic, format, checksum of everything behind them.
 */
export const recordFormat = 1;

const magic = Buffer.from('KEFS');
const prefixBytes = 12;

const headSchema = z.object({
  count: z.int().min(0),
  position: positionSchema.nullable(),
  openedAt: z.number(),
  objects: z.int().min(0),
  body: z.int().min(0),
});

/** What {@link decodeRecord} found. */
export type Decoded =
  | { readonly kind: 'record'; readonly record: SpoolRecord }
  /** Cut, overwritten or no record at all. */
  | { readonly kind: 'damaged'; readonly why: string }
  /** Whole, and written by a later version. */
  | { readonly kind: 'newer'; readonly format: number };

/** The bytes of a record. */
export function encodeRecord({ count, position, openedAt, objects, body }: SpoolRecord): Buffer<ArrayBuffer> {
  const head = Buffer.from(
    JSON.stringify({ count, position, openedAt, objects: objects.length, body: body.length } satisfies z.infer<
      typeof headSchema
    >),
  );
  const bytes = Buffer.alloc(prefixBytes + 4 + head.length + objects.length * 4 + body.length);
  magic.copy(bytes, 0);
  bytes.writeUInt32LE(recordFormat, 4);
  let at = bytes.writeUInt32LE(head.length, prefixBytes);
  at += head.copy(bytes, at);
  for (const object of objects) at = bytes.writeUInt32LE(object, at);
  body.copy(bytes, at);
  bytes.writeUInt32LE(crc32(bytes.subarray(prefixBytes)), 8);
  return bytes;
}

/** Reads a record, whatever the bytes are. */
export function decodeRecord(bytes: Buffer<ArrayBuffer>): Decoded {
  if (bytes.length < prefixBytes || !bytes.subarray(0, 4).equals(magic)) return damaged('it has no head');
  if (crc32(bytes.subarray(prefixBytes)) !== bytes.readUInt32LE(8)) return damaged('its checksum is wrong');
  const format = bytes.readUInt32LE(4);
  if (format > recordFormat) return { kind: 'newer', format };
  try {
    return { kind: 'record', record: readBody(bytes) };
  } catch (error) {
    return damaged(error instanceof Error ? error.message : String(error));
  }
}

function damaged(why: string): Decoded {
  return { kind: 'damaged', why };
}

function readBody(bytes: Buffer<ArrayBuffer>): SpoolRecord {
  let at = prefixBytes + 4;
  const headLength = bytes.readUInt32LE(prefixBytes);
  const head = headSchema.parse(JSON.parse(bytes.toString('utf8', at, at + headLength)));
  at += headLength;
  const objects = new Uint32Array(head.objects);
  for (let index = 0; index < head.objects; index += 1) objects[index] = bytes.readUInt32LE(at + index * 4);
  at += head.objects * 4;
  if (at + head.body !== bytes.length) throw new Error('its parts do not add up');
  const { count, position, openedAt } = head;
  return { count, position, openedAt, objects, body: bytes.subarray(at) };
}
