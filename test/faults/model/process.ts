import { BufferPool, type PlainBatch } from '../../../lib/relay/batchBuilder.ts';
import { OrderGate } from '../../../lib/relay/delivery/orderGate.ts';
import { Intake } from '../../../lib/relay/intake.ts';
import { compareVersions, type Position, PositionLedger, versionFor } from '../../../lib/relay/position.ts';
import { RecentCounts } from '../../../lib/relay/recentCounts.ts';
import { RelayStats } from '../../../lib/relay/relayStats.ts';
import { eventOf, type Line, type ModelServer, modelNow } from './server.ts';

/** One event inside a batch. */
export interface Occurrence {
  readonly uid: string;
  readonly count: number;
}

/** A POST on its way. A crash of the sender does not take it back. */
export interface Request {
  readonly id: number;
  /** Number of the process that sent it. */
  readonly process: number;
  readonly sequence: number;
  /** 0 for a heartbeat. */
  readonly batch: number;
  readonly events: readonly Occurrence[];
  readonly position: Position | null;
  hasLanded: boolean;
}

interface Batch {
  readonly id: number;
  readonly events: readonly Occurrence[];
  readonly sequence: number;
  readonly position: Position | null;
  readonly waitsFor: readonly number[];
  /** What the stream had reached when the batch was closed: only to tell states apart. */
  readonly reached: number | undefined;
  isSent: boolean;
}

/** Ways to build a relay wrong, to see that the model notices. */
export interface Defects {
  readonly ledger?: (start: Position | null) => PositionLedger;
  readonly gate?: () => OrderGate;
  /** List items move the position as watch lines do. */
  readonly itemsCarryVersions?: boolean;
  /** The version of a list is reported before its items are taken in. */
  readonly reachesBeforeItems?: boolean;
}

/** Buffers for a few tiny events, instead of half a megabyte each. At most two are in use, and only by the process that lives. */
class TinyPool extends BufferPool {
  readonly #ring = Array.from({ length: 8 }, () => Buffer.alloc(80 * 1024));
  #next = 0;

  override take(): Buffer<ArrayBuffer> {
    this.#next = (this.#next + 1) % this.#ring.length;
    return this.#ring[this.#next] ?? Buffer.alloc(80 * 1024);
  }

  override give(): void {}
}

const pool = new TinyPool();

/**
 * One life of a relay process: the real intake, ledger and order gate, driven by a small model of everything that waits: list,
 * watch, linger time, network.
 */
export class ModelProcess {
  readonly number: number;
  readonly ledger: PositionLedger;
  readonly batches: Batch[] = [];
  phase: 'list' | 'watch';
  reached: number | undefined;
  /** Rest of the list that is being read. */
  items: readonly Line[] = [];
  listVersion: number | undefined;
  /** States this process has taken in, which it will not take again. */
  readonly seen: string[] = [];
  open: Occurrence[] = [];
  readonly #intake: Intake;
  readonly #gate: OrderGate;
  readonly #defects: Defects;
  #isInitial: boolean;
  #sequence = 0;

  constructor(number: number, start: Position | null, defects: Defects) {
    this.number = number;
    this.#defects = defects;
    this.ledger = defects.ledger?.(start) ?? new PositionLedger(start);
    this.#gate = defects.gate?.() ?? new OrderGate(16);
    const from = versionFor(start, '*');
    this.reached = from === undefined ? undefined : Number(from);
    this.phase = from === undefined ? 'list' : 'watch';
    this.#isInitial = from === undefined;
    this.#intake = new Intake({
      filter: () => undefined,
      ledger: this.ledger,
      pool,
      stats: new RelayStats(),
      maxEvents: 2,
      maxBytes: 100_000,
      maxEventAgeMs: 60_000,
      now: () => modelNow,
      onBatch: (id, batch) => this.#enqueue(id, batch),
      onUnreadable: (error) => {
        throw error;
      },
      onOpened: () => {},
      recent: new RecentCounts(64),
    });
  }

  /** One step of list or watch. */
  read(server: ModelServer): void {
    if (this.phase === 'list') this.#readList(server);
    else this.#readLine(server);
  }

  canRead(server: ModelServer): boolean {
    return this.phase === 'list' || server.after(this.reached ?? 0) !== undefined;
  }

  /** The linger time is over. */
  seal(): void {
    this.#intake.seal();
  }

  /** Batches that may be posted now. */
  ready(): Batch[] {
    return this.batches.filter(
      (batch) => !batch.isSent && batch.waitsFor.every((earlier) => this.#gate.isSettled(earlier)),
    );
  }

  settle(id: number): void {
    const at = this.batches.findIndex((batch) => batch.id === id);
    this.batches.splice(at, 1);
    this.#gate.settle(id);
    this.ledger.settle(id);
  }

  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  /** Everything that decides what can happen next. */
  fingerprint(): unknown {
    const { phase, reached, items, listVersion, seen, open, batches } = this;
    return [
      phase,
      reached,
      items.length,
      listVersion,
      seen.toSorted(),
      open,
      batches,
      this.ledger.position,
      this.#isInitial,
    ];
  }

  #readList(server: ModelServer): void {
    if (this.listVersion === undefined) {
      this.listVersion = server.version;
      this.items = server.list();
      if (this.#defects.reachesBeforeItems) this.ledger.observe('*', String(this.listVersion));
      return;
    }
    const [item, ...rest] = this.items;
    this.items = rest;
    if (item === undefined) {
      this.reached = this.listVersion;
      this.listVersion = undefined;
      this.ledger.observe('*', String(this.reached));
      this.#isInitial = false;
      this.phase = 'watch';
      return;
    }
    const version = String(item.version);
    const isKnown = this.reached !== undefined && compareVersions(version, String(this.reached)) <= 0;
    if (isKnown) this.#intake.drop('known', '*', undefined);
    else this.#take(item, this.#isInitial ? 'initial' : 'list', this.#defects.itemsCarryVersions ? version : undefined);
  }

  #readLine(server: ModelServer): void {
    const line = server.after(this.reached ?? 0);
    if (line === 'stale') this.phase = 'list';
    else if (line !== undefined) {
      this.reached = line.version;
      this.#take(line, 'watch', String(line.version));
    }
  }

  #take(line: Line, origin: 'watch' | 'list' | 'initial', version: string | undefined): void {
    const state = `${line.uid}${line.count}`;
    const isNew = !this.seen.includes(state);
    if (isNew) {
      this.seen.push(state);
      this.open.push({ uid: line.uid, count: line.count });
    }
    this.#intake.take(eventOf(line), '*', origin, version);
  }

  /** As `ClusterRelay`: the envelope, with the position of this moment, is made when the batch is closed. */
  #enqueue(id: number, batch: PlainBatch): void {
    const { events } = JSON.parse(`${batch.buffer.toString('utf8', 0, batch.length)}]}`) as {
      events: { metadata: { uid: string }; deprecatedCount: number }[];
    };
    const occurrences = events.map(({ metadata, deprecatedCount }) => ({ uid: metadata.uid, count: deprecatedCount }));
    this.open = this.open.filter(
      (one) => !occurrences.some((sent) => sent.uid === one.uid && sent.count === one.count),
    );
    this.batches.push({
      id,
      events: occurrences,
      sequence: this.nextSequence(),
      position: this.ledger.position,
      waitsFor: this.#gate.enter(id, batch.objects),
      reached: this.reached,
      isSent: false,
    });
  }
}
