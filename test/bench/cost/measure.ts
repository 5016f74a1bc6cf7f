import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { classify } from '../../../lib/events/classify.ts';
import { type RawEvent, readEvent } from '../../../lib/events/readEvent.ts';
import { redactEvent } from '../../../lib/events/redact.ts';
import { toHistoryItem } from '../../../lib/store/historyItem.ts';
import { itemSize, writeUnits } from '../../../lib/store/itemSize.ts';

/** What one event takes, on average over recorded ones. */
export interface Measured {
  readonly events: number;
  /** As the API server sends it, `managedFields` and all. */
  readonly jsonBytes: number;
  /** In a batch of 100, as posted and archived. */
  readonly gzipBytes: number;
  /** Its History item. */
  readonly itemBytes: number;
  /** Write units of that item, in the table and again in its index. */
  readonly writeUnits: number;
}

const recordings = ['real-events-v1.ndjson', 'real-core-v1.ndjson'];

/** DynamoDB adds this to each item it stores, in tables and indexes. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html */
export const storageOverheadBytes = 100;

/** Measures the recorded events of `test/fixtures/events`, which came from real API servers. */
export function measureEvents(): Measured {
  const raws = recordedEvents();
  const items = raws.map((raw) => {
    const record = readEvent(raw);
    return toHistoryItem({
      cluster: 'prod-eu-west-1',
      record,
      classification: classify(record),
      raw,
      backlog: false,
      retentionDays: 30,
    });
  });
  const sizes = items.map(itemSize);
  const batches = Array.from({ length: Math.floor(raws.length / 100) }, (_, i) => raws.slice(i * 100, i * 100 + 100));
  return {
    events: raws.length,
    jsonBytes: average(jsonSizes()),
    gzipBytes: average(batches.map((events) => gzipSync(JSON.stringify({ events })).length)) / 100,
    itemBytes: average(sizes),
    writeUnits: average(sizes.map(writeUnits)),
  };
}

function jsonSizes(): number[] {
  return recordings.flatMap((file) => linesOf(file).map(({ object }) => Buffer.byteLength(JSON.stringify(object))));
}

/** The recorded events, without secrets and `managedFields`. */
export function recordedEvents(): RawEvent[] {
  return recordings.flatMap(readRecording);
}

function readRecording(file: string): RawEvent[] {
  return linesOf(file).map(({ object }) => {
    redactEvent(object);
    return object;
  });
}

function linesOf(file: string): { object: RawEvent }[] {
  return readFileSync(`test/fixtures/events/${file}`, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { object: RawEvent }) // watch lines, recorded by us
    .filter(({ object }) => object.kind === 'Event');
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
