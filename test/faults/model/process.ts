import { BufferPool, type PlainBatch } from '../../../lib/relay/batchBuilder.ts';
import { OrderGate } from '../../../lib/relay/delivery/orderGate.ts';
import { Intake } from '../../../lib/relay/intake.ts';
import { compareVersions, furthest, type Position, PositionLedger, versionFor } from '../../../lib/relay/position.ts';
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
  /** Number of the process that made the batch: another one when it lay on disk in between. */
  readonly author: number;
  readonly sequence: number;
  /** 0 for a heartbeat. */
  readonly batch: number;
  readonly events: readonly Occurrence[];
  readonly position: Position | null;
  hasLanded: boolean;
}

/** What a disk keeps of a batch. */
export interface DiskRecord {
  readonly events: readonly Occurrence[];
  readonly author: number;
  readonly sequence: number;
  /** In the envelope: acknowledged when the batch was made. */
  readonly position: Position | null;
  /** Where the stream is behind the batch. */
  readonly behind: Position | null;
  readonly objects: Uint32Array;
}

/** Survives the process. */
export class ModelDisk {
  records: readonly DiskRecord[] = [];

  /** Everything up to here is claimed to be acknowledged or on this disk. */
  get position(): Position | null {
    return this.records.at(-1)?.behind ?? null;
  }

  remove(record: DiskRecord | undefined): void {
    this.records = this.records.filter((other) => other !== record);
  }
}

interface Batch extends DiskRecord {
  readonly id: number;
  record: DiskRecord | undefined;
  readonly waitsFor: readonly number[];
  /** What the stream had reached when the batch was closed: only to tell states apart. */
  readonly reached: number | undefined;
  isSent: boolean;
}

/** Ways to build a relay wrong, to see that the model notices. */
export interface Defects {
  readonly ledger?: (...given: ConstructorParameters<typeof PositionLedger>) => PositionLedger;
  readonly gate?: () => OrderGate;
  /** List items move the position as watch lines do. */
  readonly itemsCarryVersions?: boolean;
  /** The version of a list is reported before its items are taken in. */
  readonly reachesBeforeItems?: boolean;
  /** Only batches that nobody sends go to disk. */
  readonly skipsInFlight?: boolean;
  /** A batch leaves the disk when it is sent. */
  readonly removesWhenSent?: boolean;
  /** A record has the version that was read when it was written, instead of the one behind its batch. */
  readonly recordsWhatIsRead?: boolean;
  /** What the disk has is taken for acknowledged. */
  readonly trustsDisk?: boolean;
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
  readonly #disk: ModelDisk;
  /** Batches go to disk. */
  isSpooling: boolean;
  #isInitial: boolean;
  #sequence = 0;

  constructor(number: number, start: Position | null, disk: ModelDisk, defects: Defects) {
    this.number = number;
    this.#defects = defects;
    this.#disk = disk;
    this.isSpooling = disk.records.length > 0;
    // As `ClusterRelay`: sends what lies there first, and reads on behind it.
    const reached = furthest(start, disk.position);
    const known = defects.trustsDisk ? reached : start;
    const restored = disk.records.map(({ behind }) => furthest(behind, known));
    this.ledger = defects.ledger?.(known, restored, reached) ?? new PositionLedger(known, restored, reached);
    this.#gate = defects.gate?.() ?? new OrderGate(16);
    for (const [at, record] of disk.records.entries()) {
      const waitsFor = this.#gate.enter(at + 1, record.objects);
      this.batches.push({ ...record, id: at + 1, record, waitsFor, reached: undefined, isSent: false });
    }
    const from = versionFor(reached, '*');
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

  /** The oldest batch that has to go to disk. */
  get unwritten(): Batch | undefined {
    if (!this.isSpooling) return undefined;
    return this.batches.find(({ record, isSent }) => record === undefined && !(this.#defects.skipsInFlight && isSent));
  }

  /** Writes it. */
  record(): void {
    const batch = this.unwritten;
    if (batch === undefined) return;
    const { events, author, sequence, position, objects } = batch;
    const read = this.ledger.reached('*');
    const isWrong = this.#defects.recordsWhatIsRead && read !== undefined;
    const behind: Position | null = isWrong ? { v: 1, scopes: { '*': read } } : batch.behind;
    batch.record = { events, author, sequence, position, behind, objects };
    this.#disk.records = [...this.#disk.records, batch.record];
  }

  sent(batch: Batch): void {
    batch.isSent = true;
    if (this.#defects.removesWhenSent) this.#disk.remove(batch.record);
  }

  settle(id: number): void {
    const at = this.batches.findIndex((batch) => batch.id === id);
    this.#disk.remove(this.batches[at]?.record);
    this.batches.splice(at, 1);
    if (this.batches.length === 0) this.isSpooling = false;
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
      this.isSpooling,
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
      author: this.number,
      sequence: this.nextSequence(),
      position: this.ledger.position,
      behind: this.ledger.positionAfter(id),
      objects: batch.objects,
      record: undefined,
      waitsFor: this.#gate.enter(id, batch.objects),
      reached: this.reached,
      isSent: false,
    });
  }
}
