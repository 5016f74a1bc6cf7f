import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { RawEvent } from '../events/readEvent.ts';
import { eventDictionary1 } from './eventDictionary.ts';

const dictionary = Buffer.from(eventDictionary1, 'utf8');

/** First byte of a blob: which dictionary, and with it which encoding, the rest was made with. */
const version = 1;

/** Larger than any item DynamoDB can hold inflates to: only a damaged blob gets here. */
const maxInflatedBytes = 8 * 1024 * 1024;

/**
 * Deflates an event. Equal events give equal bytes: DynamoDB sees a replayed put as no change and its stream stays
 * silent. No gzip header, because that one carries a time.
 */
export function encodeEvent(raw: RawEvent): Uint8Array {
  const text = Buffer.from(JSON.stringify(raw), 'utf8');
  const deflated = deflateRawSync(text, { dictionary, level: constants.Z_BEST_COMPRESSION });
  const blob = new Uint8Array(deflated.length + 1);
  blob[0] = version;
  blob.set(deflated, 1);
  return blob;
}

/** Reverses {@link encodeEvent}. @throws Error when the bytes were not made by it: our bug or a foreign item */
export function decodeEvent(blob: Uint8Array): RawEvent {
  if (blob[0] !== version) throw new Error(`History item of encoding ${blob[0]}, this build reads ${version} only.`);
  const text = inflateRawSync(blob.subarray(1), { dictionary, maxOutputLength: maxInflatedBytes });
  return JSON.parse(text.toString('utf8')) as RawEvent; // encodeEvent takes objects only
}
