import type { RawEvent } from './readEvent.ts';

/** A message takes at most this many bytes of UTF-8 after {@link limitEventSize}. */
export const maxMessageBytes = 16 * 1024;

/** An event as JSON takes at most this many bytes of UTF-8 after {@link limitEventSize}. */
export const maxEventBytes = 64 * 1024;

/** Set to `"true"` on an event that lost text. */
export const truncatedAnnotation = 'kef.io/truncated';

/** What other texts are cut to when the message alone did not make the event fit, step by step. */
const shortTextBytes = 1024;
const shorterTextBytes = [256, 64] as const;

/** Ends a text that was cut. */
const ellipsis = '…';

/** Texts are cut a little shorter than allowed, so that masking a secret at the cut does not make them too long again. */
const slackBytes = 16;

/** One character of JSON takes at most this many bytes (a control character as `\u0000`). */
const maxBytesPerCharacter = 6;

/** Deeper than any Event; much deeper objects would overflow the stack of `JSON.stringify`. */
const maxDepth = 12;

/** The fields of an Event of either API and of the objects in it; all else goes when nothing else helps. */
const eventFields: ReadonlySet<string> = new Set([
  ...['kind', 'apiVersion', 'metadata', 'type', 'reason', 'message', 'note', 'action', 'count', 'deprecatedCount'],
  ...['involvedObject', 'regarding', 'related', 'source', 'deprecatedSource', 'series', 'eventTime'],
  ...['firstTimestamp', 'lastTimestamp', 'deprecatedFirstTimestamp', 'deprecatedLastTimestamp'],
  ...['reportingComponent', 'reportingController', 'reportingInstance'],
]);
const innerFields: ReadonlySet<string> = new Set([
  ...['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp'],
  ...['kind', 'apiVersion', 'fieldPath', 'component', 'host', 'count', 'lastObservedTime'],
]);

/**
 * Cuts an event to its size limits, in place, from what matters least: a message over 16 KiB; then, while the event is
 * over 64 KiB, other texts over 1 KiB; then everything that is no field of an Event, labels and annotations; and last
 * whatever is left, until it fits.
 *
 * @returns true when something was cut; the event then says so in an annotation.
 */
export function limitEventSize(raw: RawEvent): boolean {
  let isCut = false;
  for (const key of ['message', 'note']) {
    const value = raw[key];
    // A character takes at most three bytes, so ordinary messages need no counting.
    if (typeof value !== 'string' || value.length <= maxMessageBytes / 3) continue;
    const shortened = cutText(value, maxMessageBytes);
    isCut ||= shortened !== value;
    raw[key] = shortened;
  }
  if (isOversize(raw)) {
    isCut = true;
    shortenTexts(raw, shortTextBytes, 0);
    if (isOversize(raw)) dropUnknown(raw);
    for (const bytes of shorterTextBytes) if (isOversize(raw)) shortenTexts(raw, bytes, 0);
  }
  if (isCut) markTruncated(raw);
  return isCut;
}

/** Cheap for ordinary events: counts characters, and measures exactly only when those could be too many. */
function isOversize(raw: RawEvent): boolean {
  const characters = countCharacters(raw, 0);
  if (characters * maxBytesPerCharacter <= maxEventBytes) return false;
  // Room for the annotation that says so.
  return characters > maxEventBytes * 2 || Buffer.byteLength(JSON.stringify(raw)) > maxEventBytes - 128;
}

/** At least the length of the value as JSON, before escaping; infinite for values nested too deep to handle. */
function countCharacters(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.length + 3;
  if (typeof value !== 'object' || value === null) return 24;
  if (depth > maxDepth) return Number.POSITIVE_INFINITY;
  let characters = 2;
  if (Array.isArray(value)) {
    for (const item of value) characters += countCharacters(item, depth + 1);
    return characters;
  }
  for (const key in value) {
    // The key is the object's own; the type of what it holds is looked at in the call.
    characters += key.length + 4 + countCharacters((value as RawEvent)[key], depth + 1);
  }
  return characters;
}

/** Cuts every text in the event; the message, which has its own limit, only in the last steps. */
function shortenTexts(object: RawEvent, bytes: number, depth: number): void {
  for (const [key, value] of Object.entries(object)) {
    if (typeof value === 'string') {
      const isMessage = depth === 0 && (key === 'message' || key === 'note');
      if (isMessage && bytes === shortTextBytes) continue;
      object[key] = cutText(value, isMessage ? shortTextBytes : bytes);
    } else if (isObject(value) && depth < maxDepth) shortenTexts(value, bytes, depth + 1);
  }
}

function dropUnknown(raw: RawEvent): void {
  for (const [key, value] of Object.entries(raw)) {
    if (!eventFields.has(key) || Array.isArray(value)) delete raw[key];
    else if (isObject(value)) {
      for (const [inner, content] of Object.entries(value)) {
        if (!innerFields.has(inner) || (typeof content === 'object' && content !== null)) delete value[inner];
      }
    }
  }
}

function markTruncated(raw: RawEvent): void {
  const { metadata } = raw;
  if (!isObject(metadata)) return;
  if (isObject(metadata.annotations)) metadata.annotations[truncatedAnnotation] = 'true';
  else metadata.annotations = { [truncatedAnnotation]: 'true' };
}

/** The beginning of a text that is over the limit, ending in `…`, never in half a character. */
function cutText(text: string, maxBytes: number): string {
  if (text.length <= maxBytes / 3) return text;
  const encoded = Buffer.from(text);
  if (encoded.length <= maxBytes) return text;
  let end = maxBytes - slackBytes;
  // 10xxxxxx continues a character: step back to where it begins.
  while (end > 0 && ((encoded[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return encoded.toString('utf8', 0, end) + ellipsis;
}

function isObject(value: unknown): value is RawEvent {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
