import { KefError } from '../errors.ts';
import type { Classification } from '../events/classification.ts';
import type { EventRecord } from '../events/eventRecord.ts';
import { occurrenceKeyOf } from '../events/occurrence.ts';
import { type RawEvent, readEvent } from '../events/readEvent.ts';
import { isAtLeast, type Severity } from '../events/severity.ts';
import { decodeEvent, encodeEvent } from './eventBlob.ts';
import { itemSize } from './itemSize.ts';
import { dayOf, namespaceDayKey, objectKey, parseObjectKey } from './keys.ts';

/**
 * One occurrence as the History table stores it. Names are one letter where nothing outside this file reads them: they
 * are billed with every item. What the event itself tells stays in `d`; what was decided about it is beside it, because rules
 * change and history does not.
 */
export interface HistoryItem {
  /** `cluster#kind#namespace#name`. */
  readonly pk: string;
  /** Occurrence key. */
  readonly sk: string;
  /** `cluster#namespace#day`. Absent in items that are not in the index. */
  readonly gpk?: string;
  /** Occurrence key again, for the index. */
  readonly gsk: string;
  /** Expiry in epoch seconds, from the event's own time so that a replay is the same item. */
  readonly ttl: number;
  /** Present when the stream must show this item to `route`. */
  readonly route?: '1';
  readonly backlog?: '1';
  /** Severity. */
  readonly s: Severity;
  /** Reason. */
  readonly r: string;
  /** Effective reason, when it is another. */
  readonly e?: string;
  /** Type. */
  readonly t: string;
  /** Category. */
  readonly g: string;
  /** Id of the rule that decided. */
  readonly i: string;
  /** Effective reasons this event resolves. */
  readonly v?: readonly string[];
  /** What user rules said besides: tags, a runbook, silence, settings of the incident. */
  readonly x?: RuleExtras;
  /** The event itself, see `eventBlob.ts`. */
  readonly d: Uint8Array;
}

/** How items are kept. */
export interface KeepingOptions {
  readonly retentionDays: number;
  /**
   * Least severity that the namespace index holds. An item outside of it is written once instead of twice, and found by its
   * object alone.
   *
   * @default 'info', which is all
   */
  readonly indexFrom?: Severity | undefined;
}

/** The part of a decision that only user rules make. */
type RuleExtras = Pick<Classification, 'tags' | 'runbook' | 'silenced' | 'incidents'>;

/** What a History item is made of, and what it tells when read back. */
export interface StoredOccurrence {
  readonly cluster: string;
  readonly record: EventRecord;
  readonly classification: Classification;
  readonly raw: RawEvent;
  /** True when it happened before the relay was watching. */
  readonly backlog: boolean;
}

/** DynamoDB's limits. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const maxPartitionKeyBytes = 2048;
const maxSortKeyBytes = 1024;
const maxItemBytes = 400 * 1024;

const secondsPerDay = 86_400;

/**
 * The item for one occurrence. Equal input gives equal bytes, whenever and wherever it runs.
 *
 * @throws KefError `EventFieldInvalid` or `EventTooLarge` when DynamoDB could not hold it
 */
export function toHistoryItem(input: StoredOccurrence & KeepingOptions): HistoryItem {
  const { cluster, record, classification, raw, backlog, retentionDays, indexFrom = 'info' } = input;
  const key = occurrenceKeyOf(record);
  const seconds = Math.floor(Date.parse(key.slice(0, key.indexOf('#'))) / 1000);
  if (!Number.isSafeInteger(seconds)) {
    throw new KefError('EventFieldInvalid', `The event's time is not a time: '${record.lastOccurrence}'.`);
  }
  const extras = extrasOf(classification);
  const isIndexed = isAtLeast(classification.severity, indexFrom);
  const isRouted = isAtLeast(classification.severity, 'low') || classification.resolves.length > 0;
  const item: HistoryItem = {
    pk: objectKey({ cluster, kind: record.regarding.kind, namespace: record.namespace, name: record.regarding.name }),
    sk: key,
    // An item without one of an index's keys is not in that index.
    ...(isIndexed ? { gpk: namespaceDayKey(cluster, record.namespace, dayOf(key)) } : {}),
    gsk: key,
    ttl: seconds + retentionDays * secondsPerDay,
    ...(isRouted ? { route: '1' } : {}),
    ...(backlog ? { backlog: '1' } : {}),
    s: classification.severity,
    r: record.reason,
    ...(classification.effectiveReason === record.reason ? {} : { e: classification.effectiveReason }),
    t: record.type,
    g: classification.category,
    i: classification.rule,
    ...(classification.resolves.length > 0 ? { v: classification.resolves } : {}),
    ...(extras === undefined ? {} : { x: extras }),
    d: encodeEvent(raw),
  };
  requireFits(item);
  return item;
}

/** What {@link toHistoryItem} was given, plus the occurrence key. Reads items of the table, the index and the stream. */
export function fromHistoryItem(item: HistoryItem): StoredOccurrence & { readonly key: string } {
  const raw = decodeEvent(item.d);
  return {
    cluster: parseObjectKey(item.pk).cluster,
    record: readEvent(raw),
    classification: {
      severity: item.s,
      effectiveReason: item.e ?? item.r,
      category: item.g,
      rule: item.i,
      resolves: item.v ?? [],
      ...item.x,
    },
    raw,
    backlog: item.backlog === '1',
    key: item.sk,
  };
}

function extrasOf({ tags, runbook, silenced, incidents }: Classification): RuleExtras | undefined {
  const extras: RuleExtras = {
    ...(tags === undefined ? {} : { tags }),
    ...(runbook === undefined ? {} : { runbook }),
    ...(silenced === undefined ? {} : { silenced }),
    ...(incidents === undefined ? {} : { incidents }),
  };
  return Object.keys(extras).length === 0 ? undefined : extras;
}

function requireFits(item: HistoryItem): void {
  requireKeyFits('involved object', item.pk, maxPartitionKeyBytes);
  requireKeyFits('namespace', item.gpk ?? '', maxPartitionKeyBytes);
  requireKeyFits('uid', item.sk, maxSortKeyBytes);
  const size = itemSize(item);
  if (size > maxItemBytes) {
    throw new KefError(
      'EventTooLarge',
      `An event may take ${maxItemBytes} bytes in the History table; it takes ${size}.`,
    );
  }
}

function requireKeyFits(part: string, key: string, limit: number): void {
  const bytes = Buffer.byteLength(key);
  if (bytes <= limit) return;
  throw new KefError('EventFieldInvalid', `The ${part} makes a key of ${bytes} bytes; at most ${limit} can be stored.`);
}
