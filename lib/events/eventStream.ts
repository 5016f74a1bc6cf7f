import { KefError } from '../errors.ts';
import { JsonValueScanner, type ScannedValue } from './jsonValueScanner.ts';
import type { RawEvent } from './readEvent.ts';

/** One Event of a stream, or why a piece of it was refused. `line` counts from 1 and is where the piece begins. */
export type StreamedEvent =
  | { readonly line: number; readonly raw: RawEvent }
  | { readonly line: number; readonly error: KefError };

/**
 * Reads Events from text in any form that kubectl and the API server produce: one Event, an `EventList` or `List`, a JSON
 * array, one Event per line, pretty-printed Events one after the other, and watch lines (`{"type":"ADDED","object":…}`).
 * Forms may be mixed. Memory is bounded by the largest single Event, however long the list.
 *
 * Of watch lines, ADDED and MODIFIED carry an Event; BOOKMARK carries none and DELETED is an Event that expired, so both
 * are skipped; ERROR is reported. What is no JSON is reported with its line, and reading goes on behind it. The objects
 * are only checked to be objects: `readEvent` judges the rest.
 */
export async function* readEventStream(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<StreamedEvent> {
  const scanner = new JsonValueScanner();
  for await (const chunk of chunks) {
    for (const value of scanner.push(chunk)) yield* eventsIn(value);
  }
  for (const value of scanner.end()) yield* eventsIn(value);
}

function* eventsIn(scanned: ScannedValue): Generator<StreamedEvent> {
  const { line } = scanned;
  if (scanned.error !== undefined) {
    yield { line, error: scanned.error };
    return;
  }
  let value: unknown;
  try {
    value = JSON.parse(decode(scanned.bytes));
  } catch (cause) {
    yield { line, error: notJson(cause) };
    return;
  }
  yield* eventsOf(value, line);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new KefError('EventTextInvalid', 'the text is not valid UTF-8: convert it first', { cause });
  }
}

function notJson(cause: unknown): KefError {
  if (cause instanceof KefError) return cause;
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new KefError('EventTextInvalid', `not JSON: ${detail}`, { cause });
}

/** The scanner opened the outer list already; one list inside it (`jq -s` makes such) is opened here, deeper ones are not. */
function* eventsOf(value: unknown, line: number, isInner = false): Generator<StreamedEvent> {
  if (!isObject(value)) {
    const got = value === null ? 'null' : Array.isArray(value) ? 'an array inside a list' : typeof value;
    yield { line, error: new KefError('EventNotAnObject', `an Event is a JSON object; got ${got}`) };
  } else if (typeof value.type === 'string' && isObject(value.object)) {
    yield* watched(value.type, value.object, line);
  } else if (Array.isArray(value.items) && !isInner) {
    for (const item of value.items) yield* eventsOf(item, line, true);
  } else {
    yield { line, raw: value };
  }
}

/** A line of a watch: the type tells what happened to the object. */
function* watched(type: string, object: RawEvent, line: number): Generator<StreamedEvent> {
  if (type === 'ADDED' || type === 'MODIFIED') {
    yield { line, raw: object };
  } else if (type === 'ERROR') {
    const status = [object.code, object.reason, object.message].filter((part) => part !== undefined).join(' ');
    yield {
      line,
      error: new KefError('EventNotAnObject', `the watch ended with an ERROR line, which carries no Event: ${status}`),
    };
  } else if (type !== 'BOOKMARK' && type !== 'DELETED') {
    const known = 'ADDED, MODIFIED, DELETED, BOOKMARK and ERROR';
    yield {
      line,
      error: new KefError('EventFieldInvalid', `the types of a watch line are ${known}; got ${JSON.stringify(type)}`),
    };
  }
}

function isObject(value: unknown): value is RawEvent {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
