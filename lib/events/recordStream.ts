import { KefError } from '../errors.ts';
import type { EventRecord } from './eventRecord.ts';
import { readEventStream } from './eventStream.ts';
import { type RawEvent, readEvent } from './readEvent.ts';
import { isSecretEvent, redactEvent } from './redact.ts';

/** One event read and redacted, or why it was refused; `line` counts from 1. */
export type RecordLine = { line: number; record: EventRecord; raw: RawEvent } | { line: number; error: KefError };

/**
 * Reads Events in any form that `readEventStream` takes and redacts them as relay and backend would, in input order. Bad
 * input yields its error and does not stop the rest.
 */
export async function* recordStream(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<RecordLine> {
  for await (const item of readEventStream(chunks)) {
    if ('error' in item) {
      yield item;
      continue;
    }
    try {
      if (isSecretEvent(item.raw)) {
        throw new KefError('EventSecretRefused', 'events about Secret objects never leave the cluster; nothing to do');
      }
      redactEvent(item.raw);
      yield { line: item.line, record: readEvent(item.raw), raw: item.raw };
    } catch (error) {
      if (!(error instanceof KefError)) throw error;
      yield { line: item.line, error };
    }
  }
}
