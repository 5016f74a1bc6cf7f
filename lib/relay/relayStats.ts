import type { DropReason } from './filter.ts';

/** Most label combinations of `kube_event_count`; reasons are free text, so what comes later is counted as `other`. */
const maxSeries = 2_000;
/** For type, reason and kind together. events.k8s.io/v1 accepts a reason of 128; core/v1 one of a megabyte, which is no label. */
const maxLabelLength = 256;

/** Running totals of one cluster's relay: plain numbers, because metric objects cost more than the rest of an event's way. */
export class RelayStats {
  /** Objects the API server sent (watch lines about events, items of lists), and events derived from other objects. */
  received = 0;
  /** Bytes that the API server sent. */
  bytesRead = 0;
  /** Put into a batch. */
  admitted = 0;
  acknowledged = 0;
  /** Unsent events that an earlier process left in the spool. */
  restored = 0;
  /** Refused by the API for good, and parked in the dead-letter file. */
  refused = 0;
  redactions = 0;
  truncated = 0;
  batches = 0;
  heartbeats = 0;
  requests = 0;
  retries = 0;
  bytesSent = 0;
  lists = 0;
  listPages = 0;
  readonly dropped = new Map<DropReason, number>();
  readonly reconnects = new Map<string, number>();
  readonly apiFailures = new Map<string, number>();
  /** Gap records made, apart from those of the spool. */
  readonly gaps = new Map<string, number>();
  /** Event objects forwarded with their first occurrence. */
  unique = 0;
  readonly #byKind = new Map<string, number>();

  drop(reason: DropReason, events = 1): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + events);
  }

  get totalDropped(): number {
    let total = 0;
    for (const count of this.dropped.values()) total += count;
    return total;
  }

  /** Counts one occurrence for `kube_event_count`. */
  count(type: string, reason: string, kind: string): void {
    let key = `${type}\n${reason}\n${kind}`;
    let count = this.#byKind.get(key);
    if (count === undefined && (this.#byKind.size >= maxSeries || !areLabels(key))) {
      key = 'other\nother\nother';
      count = this.#byKind.get(key);
    }
    this.#byKind.set(key, (count ?? 0) + 1);
  }

  /** `[type, reason, kind, count]` of everything counted. */
  *counts(): Generator<[type: string, reason: string, kind: string, count: number]> {
    for (const [key, count] of this.#byKind) {
      const [type = '', reason = '', kind = ''] = key.split('\n');
      yield [type, reason, kind, count];
    }
  }
}

/** Three lines of printable text of a length for labels. */
function areLabels(key: string): boolean {
  return key.length <= maxLabelLength && /^[^\p{Cc}]*\n[^\p{Cc}]*\n[^\p{Cc}]*$/u.test(key);
}

/** Adds one to an entry of a counting map. */
export function increment<K>(counts: Map<K, number>, key: K, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
