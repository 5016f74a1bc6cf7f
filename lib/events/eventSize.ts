import type { RawEvent } from './readEvent.ts';

/** A message is cut to this many bytes of UTF-8. */
export const maxMessageBytes = 16 * 1024;

/** An event as JSON takes at most this many bytes of UTF-8 after {@link limitEventSize}. */
export const maxEventBytes = 64 * 1024;

/** Set to `"true"` on an event that lost text. */
export const truncatedAnnotation = 'kef.io/truncated';

/** What a text is cut to when the message alone did not make the event fit. */
const shortTextBytes = 1024;

/** One character of JSON takes at most this many bytes (a control character as `\u0000`). */
const maxBytesPerCharacter = 6;

/** Deeper than any Event; deeper objects would overflow the stack of `JSON.stringify`. */
const maxDepth = 12;

/** The top-level fields that an Event of either API has; whatever else is there goes first when nothing else helps. */
const eventFields: ReadonlySet<string> = new Set([
  ...['kind', 'apiVersion', 'metadata', 'type', 'reason', 'message', 'note', 'action', 'count', 'deprecatedCount'],
  ...['involvedObject', 'regarding', 'related', 'source', 'deprecatedSource', 'series', 'eventTime'],
  ...['firstTimestamp', 'lastTimestamp', 'deprecatedFirstTimestamp', 'deprecatedLastTimestamp'],
  ...['reportingComponent', 'reportingController', 'reportingInstance'],
]);

const metadataFields: ReadonlySet<string> = new Set([
  ...['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp', 'annotations'],
]);

/**
 * Cuts an event to its size limits, in place, from what matters least: a message over 16 KiB to 16 KiB; then, while the
 * event is over 64 KiB, other texts to 1 KiB, and last everything that is no field of an Event, labels and annotations.
 *
 * @returns true when something was cut; the event then says so in its annotations.
 */
export function limitEventSize(raw: RawEvent): boolean {
  let cut = false;
  for (const key of ['message', 'note']) {
    const value = raw[key];
    // A character takes at most three bytes, so short messages need no counting.
    if (typeof value !== 'string' || value.length <= maxMessageBytes / 3) continue;
    const shortened = cutBytes(value, maxMessageBytes);
    if (shortened === value) continue;
    raw[key] = shortened;
    cut = true;
  }
  if (isOversize(raw)) {
    shortenTexts(raw, 0);
    if (isOversize(raw)) dropUnknown(raw);
    cut = true;
  }
  if (cut) markTruncated(raw);
  return cut;
}

/** Cheap for ordinary events: counts characters and measures exactly only when those could be too many. */
function isOversize(raw: RawEvent): boolean {
  const characters = countCharacters(raw, 0);
  if (characters * maxBytesPerCharacter <= maxEventBytes) return false;
  return characters > maxEventBytes || Buffer.byteLength(JSON.stringify(raw)) > maxEventBytes - 64;
}

/** At least the length of the value as JSON, before escaping; infinite for values nested too deep to handle. */
function countCharacters(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.length + 3;
  if (typeof value !== 'object' || value === null) return 24;
  if (depth > maxDepth) return Number.POSITIVE_INFINITY;
  let characters = 2;
  if (Array.isArray(value)) {
    for (const item of value) characters += countCharacters(item, depth + 1) + 1;
    return characters;
  }
  for (const key in value) {
    // Indexing by a key of the object itself; its type says nothing about what it holds.
    characters += key.length + 4 + countCharacters((value as RawEvent)[key], depth + 1);
  }
  return characters;
}

function shortenTexts(object: RawEvent, depth: number): void {
  for (const [key, value] of Object.entries(object)) {
    if (typeof value === 'string') {
      if (value.length > shortTextBytes / 3 && !(depth === 0 && (key === 'message' || key === 'note'))) {
        object[key] = cutBytes(value, shortTextBytes);
      }
    } else if (isObject(value) && depth < maxDepth) shortenTexts(value, depth + 1);
  }
}

/** What is left is a known set of fields with short texts: under the limit by construction. */
function dropUnknown(raw: RawEvent): void {
  for (const [key, value] of Object.entries(raw)) {
    if (!eventFields.has(key)) delete raw[key];
    else if (isObject(value) && key !== 'metadata') keepScalars(value);
    else if (Array.isArray(value)) delete raw[key];
  }
  const { metadata } = raw;
  if (!isObject(metadata)) return;
  for (const key of Object.keys(metadata)) if (!metadataFields.has(key)) delete metadata[key];
  delete metadata.annotations;
  keepScalars(metadata);
}

/** An object reference has eight fields, a source two, a series three: more than sixteen are not Kubernetes'. */
function keepScalars(object: RawEvent): void {
  let kept = 0;
  for (const [key, value] of Object.entries(object)) {
    kept += 1;
    if ((typeof value === 'object' && value !== null) || kept > 16 || key.length > 64) delete object[key];
  }
}

function markTruncated(raw: RawEvent): void {
  const metadata = isObject(raw.metadata) ? raw.metadata : undefined;
  if (metadata === undefined) return;
  if (isObject(metadata.annotations)) metadata.annotations[truncatedAnnotation] = 'true';
  else metadata.annotations = { [truncatedAnnotation]: 'true' };
}

/** The longest beginning of the text that fits, never half a character. */
function cutBytes(text: string, maxBytes: number): string {
  const encoded = Buffer.from(text);
  if (encoded.length <= maxBytes) return text;
  let end = maxBytes;
  // 10xxxxxx continues a character: step back to where it begins.
  while (end > 0 && ((encoded[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return encoded.toString('utf8', 0, end);
}

function isObject(value: unknown): value is RawEvent {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
