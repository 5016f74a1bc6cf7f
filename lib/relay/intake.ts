import { isUnsetTime } from '../events/occurrenceTime.ts';
import { readEvent } from '../events/readEvent.ts';
import { redactEvent } from '../events/redact.ts';
import { BatchBuilder, type BufferPool, type PlainBatch } from './batchBuilder.ts';
import type { DropReason, Filter } from './filter.ts';
import type { PositionLedger } from './position.ts';
import { RecentCounts } from './recentCounts.ts';
import type { RelayStats } from './relayStats.ts';
import { countOf, subjectOf, type WireEvent } from './wireEvent.ts';

/** What {@link Intake} needs. */
export interface IntakeSettings {
  readonly filter: Filter;
  readonly ledger: PositionLedger;
  readonly pool: BufferPool;
  readonly stats: RelayStats;
  readonly maxEvents: number;
  readonly maxBytes: number;
  /** Events of an initial list that are older than this are stored and notify nobody. */
  readonly maxEventAgeMs: number;
  readonly now: () => number;
  /** Takes the batches over, in order. */
  readonly onBatch: (id: number, batch: PlainBatch) => void;
  /** An event could not be handled at all; it is counted as dropped. */
  readonly onUnreadable: (error: unknown) => void;
  /** The first event entered an empty batch: the linger time begins. */
  readonly onOpened: () => void;
  /** An event was far too large and left that much garbage. @default nothing happens */
  readonly onLarge?: () => void;
  /** What remembers counts; a model of thousands of relays brings small ones. @default a table of 16384 objects */
  readonly recent?: RecentCounts;
}

/**
 * The way of one event through the relay: filter, redact, serialise once, into the open batch. Synchronous, because it runs
 * tens of thousands of times a second; everything slow happens to whole batches.
 */
export class Intake {
  readonly #settings: IntakeSettings;
  readonly #recent: RecentCounts;
  readonly #fresh: BatchBuilder;
  readonly #backlog: BatchBuilder;

  constructor(settings: IntakeSettings) {
    this.#settings = settings;
    this.#recent = settings.recent ?? new RecentCounts();
    const { maxEvents, maxBytes, pool } = settings;
    this.#fresh = new BatchBuilder(pool, { maxEvents, maxBytes, isBacklog: false });
    this.#backlog = new BatchBuilder(pool, { maxEvents, maxBytes, isBacklog: true });
  }

  /** Events that wait in open batches. */
  get waiting(): number {
    return this.#fresh.count + this.#backlog.count;
  }

  /** Their bytes. */
  get waitingBytes(): number {
    return this.#fresh.bytes + this.#backlog.bytes;
  }

  /**
   * Takes one event of `scope`.
   *
   * @param version what the stream has reached with this event; `undefined` for list items
   */
  take(event: WireEvent, scope: string, origin: 'watch' | 'list' | 'initial', version: string | undefined): void {
    const reason = this.#forward(event, origin === 'initial');
    if (reason !== undefined) this.#settings.stats.drop(reason);
    if (version !== undefined) this.#settings.ledger.observe(scope, version);
    if (this.#fresh.isFull || this.#backlog.isFull) this.seal();
  }

  /** Counts what is not forwarded. */
  drop(reason: DropReason, scope: string, version: string | undefined): void {
    this.#settings.stats.drop(reason);
    if (version !== undefined) this.#settings.ledger.observe(scope, version);
  }

  /** Closes the open batches and hands them over. */
  seal(): void {
    // The backlog part goes first: only the last part of a seal carries the versions reached.
    const parts = [this.#backlog.take(), this.#fresh.take()].filter((part) => part !== undefined);
    if (parts.length === 0) return;
    const ids = this.#settings.ledger.seal(parts.length);
    for (const [at, part] of parts.entries()) this.#settings.onBatch(ids[at] ?? 0, part);
  }

  /** Puts the event into a batch, or tells why not. */
  #forward(event: WireEvent, isInitial: boolean): DropReason | undefined {
    try {
      const reason = this.#reasonToDrop(event);
      if (reason === undefined) this.#admit(event, isInitial && this.#isOld(event));
      return reason;
    } catch (error) {
      // Nothing in an event may stop the stream: objects nested ten thousand deep exhaust the stack of any serialiser.
      this.#settings.onUnreadable(error);
      return 'unreadable';
    }
  }

  #reasonToDrop(event: WireEvent): DropReason | undefined {
    const uid = event.metadata?.uid;
    if (typeof uid === 'string' && !this.#recent.hasGrown(uid, countOf(event))) return 'unchanged';
    return this.#settings.filter(event);
  }

  #admit(event: WireEvent, isBacklog: boolean): void {
    const { stats, ledger } = this.#settings;
    const subject = subjectOf(event);
    if (countOf(event) === 1) stats.unique += 1;
    stats.count(textOf(event.type), textOf(event.reason), textOf(subject?.kind));
    const { redactions, truncated } = redactEvent(event);
    stats.redactions += redactions;
    if (truncated) {
      stats.truncated += 1;
      this.#settings.onLarge?.();
    }
    const json = JSON.stringify(event);
    const builder = isBacklog ? this.#backlog : this.#fresh;
    if (!builder.fits(json.length)) this.seal();
    if (this.waiting === 0) this.#settings.onOpened();
    builder.add(json, textOf(subject?.name));
    ledger.admit();
    stats.admitted += 1;
  }

  #isOld(event: WireEvent): boolean {
    try {
      const { lastOccurrence } = readEvent(event);
      if (isUnsetTime(lastOccurrence)) return false;
      return this.#settings.now() - Date.parse(lastOccurrence) > this.#settings.maxEventAgeMs;
    } catch {
      return false; // the API will refuse it by name
    }
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
