import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { StandardEvent } from '../../lib/events/standardEvent.ts';
import type { PublicationKind } from '../../lib/incidents/publication.ts';

/** What can be said of a relay itself; `watch` says it. */
export type RelayNews = 'relay.k8s.silent' | 'relay.k8s.back';

/** An entry for the event bus before it is put into the SDK's words. */
export interface BusEntry {
  readonly detailType: PublicationKind | RelayNews;
  /** Occurrence time, RFC 3339. */
  readonly time: string;
  readonly detail: StandardEvent;
}

/** The bus source of every publication. */
export const busSource = 'kubernetes';

/**
 * Bytes an entry may take once packed. Debts are kept inside their incident: sixteen of them at this size leave room in
 * DynamoDB's 400 KB. An ordinary one packs to under 1 KB.
 */
const maxPackedBytes = 16 * 1024;
const maxMessageLength = 2_000;

/** Packs an entry for keeping it as a debt. Over-size ones lose their original first, then the tail of their message. */
export function packEntry(entry: BusEntry): Uint8Array {
  const whole = deflate(entry);
  if (whole.length <= maxPackedBytes) return whole;
  const withoutRaw = withoutRawData(entry);
  const smaller = deflate(withoutRaw);
  return smaller.length <= maxPackedBytes ? smaller : deflate(withShortTexts(withoutRaw));
}

/** Reverses {@link packEntry}. */
export function unpackEntry(packed: Uint8Array): BusEntry {
  return JSON.parse(inflateRawSync(packed).toString('utf8')) as BusEntry; // packed by packEntry, kept by us
}

/** The entry without its original event, and a label that says so. */
export function withoutRawData(entry: BusEntry): BusEntry {
  const { rawData, ...detail } = entry.detail;
  if (rawData === undefined) return entry;
  return { ...entry, detail: { ...detail, labels: { ...detail.labels, raw_truncated: 'true' } } };
}

function withShortTexts(entry: BusEntry): BusEntry {
  const annotations = Object.fromEntries(
    Object.entries(entry.detail.annotations).map(([name, text]) => [name, shorten(text)]),
  );
  const labels = { ...entry.detail.labels, message_truncated: 'true' };
  return { ...entry, detail: { ...entry.detail, labels, annotations } };
}

function shorten(text: string): string {
  return text.length <= maxMessageLength ? text : `${text.slice(0, maxMessageLength).toWellFormed()}…`;
}

function deflate(entry: BusEntry): Uint8Array {
  return deflateRawSync(JSON.stringify(entry));
}
