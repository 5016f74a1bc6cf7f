import type { Logger } from 'pino';
import type { BatchEnvelope } from '../../api/contract.ts';
import type { BatchQueue, OutgoingBatch } from '../delivery/batchQueue.ts';
import { loadBatch } from './loadBatch.ts';
import { joinReport, makeRoom } from './makeRoom.ts';
import { entryOf, type SpoolEntry } from './spoolEntry.ts';
import type { SpoolFolder } from './spoolFolder.ts';
import type { Decoded, SpoolRecord } from './spoolRecord.ts';

/** What a {@link SpoolQueue} needs. */
export interface SpoolQueueSettings {
  readonly maxBytes: number;
  /** How long to wait before a disk that failed is tried again. */
  readonly retryMs: number;
  /** True for events that are given up first when the spool is full. */
  readonly isOrdinary: (event: unknown) => boolean;
  /** The envelope of a batch made now, for a report about a record that cannot be read. */
  readonly envelope: () => Omit<BatchEnvelope, 'events'>;
  readonly logger: Logger;
  /** How many bytes of a batch are in memory now. */
  readonly onHeld: (id: number, bytes: number) => void;
  /** Events were given up. */
  readonly onDropped: (reason: string, events: number) => void;
  /** A batch became part of the report of the next one: it will never be shifted. */
  readonly onAbsorbed: (id: number) => void;
}

/**
 * A queue in memory that goes to disk when it is told to: then every unsettled batch is written, oldest first, those in flight
 * too, and every new one behind them. So what is on disk is always without a hole from the oldest unsettled batch on, and the
 * position in the last record is one that a next process may resume from. It returns to memory when everything waiting is sent.
 *
 * Never rejects: a disk that fails leaves batches in memory, where the relay's room for events bounds them.
 */
export class SpoolQueue implements BatchQueue {
  readonly settings: SpoolQueueSettings;
  readonly #waiting: SpoolEntry[] = [];
  readonly #taken = new Map<number, SpoolEntry>();
  #unwritten: SpoolEntry[] = [];
  #folder: SpoolFolder | undefined;
  #nextNumber = 1;
  #writing: Promise<void> | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #sleepers: (() => void)[] = [];
  #isClosed = false;
  /** Nothing more will be settled: waiting for it would be waiting for ever. */
  isClosing = false;
  /** Events in memory that wait. */
  events = 0;
  isActive = false;
  /** Why the disk cannot be used now. */
  failure: string | undefined;
  /** Bytes of everything in the folder, and of what a later version left there. */
  bytes = 0;
  foreignBytes = 0;
  written = 0;
  failures = 0;
  damaged = 0;

  constructor(settings: SpoolQueueSettings) {
    this.settings = settings;
  }

  /** True once there is a folder. */
  get isOpen(): boolean {
    return this.#folder !== undefined;
  }

  get folder(): SpoolFolder | undefined {
    return this.#folder;
  }

  /** Batches and events on disk. */
  get onDisk(): { batches: number; events: number } {
    let [batches, events] = [0, 0];
    for (const { stored, count } of this.#unsettled()) {
      if (stored === undefined) continue;
      batches += 1;
      events += count;
    }
    return { batches, events };
  }

  /** Events that only this process knows. */
  get unsavedEvents(): number {
    let events = 0;
    for (const { stored, count } of this.#unsettled()) if (stored === undefined) events += count;
    return events;
  }

  /** Takes the folder into use, with what an earlier process left in it. Before the first push. */
  open(folder: SpoolFolder, restored: readonly SpoolEntry[], nextNumber: number, foreignBytes: number): void {
    this.#folder = folder;
    this.#nextNumber = nextNumber;
    this.#waiting.push(...restored);
    this.foreignBytes = foreignBytes;
    this.bytes = foreignBytes + restored.reduce((sum, { stored }) => sum + (stored?.bytes ?? 0), 0);
    if (restored.length > 0) this.activate();
  }

  push(batch: OutgoingBatch): void {
    // Awaited when the batch's turn comes; until then a failure has no other listener.
    batch.body.catch(() => {});
    const entry = entryOf(batch);
    this.#waiting.push(entry);
    this.events += batch.count;
    if (this.isActive) this.#unwritten.push(entry);
    this.#write();
  }

  shift(): OutgoingBatch | undefined | Promise<OutgoingBatch | undefined> {
    const entry = this.#waiting[0];
    if (entry === undefined) return undefined;
    if (entry.busy !== undefined) return entry.busy.then(() => this.shift());
    this.#waiting.shift();
    this.#taken.set(entry.id, entry);
    entry.isTaken = true;
    this.#wake();
    if (entry.batch === undefined) return loadBatch(this, entry);
    this.events -= entry.count;
    return entry.batch;
  }

  settled(id: number): void {
    const entry = this.#taken.get(id);
    if (entry === undefined) return;
    this.#taken.delete(id);
    entry.isSettled = true;
    if (entry.stored !== undefined) this.discard(entry.stored);
    this.#unwritten = this.#unwritten.filter(({ isSettled }) => !isSettled);
    if (this.isActive && this.#waiting.length === 0 && this.#unwritten.length === 0 && !this.#isClosed) {
      this.isActive = false;
      this.settings.logger.info('the spool is empty: batches wait in memory again');
    }
    this.#wake();
  }

  /** From now on batches go to disk, and those that are here already. */
  activate(): void {
    if (this.isActive || this.#folder === undefined) return;
    this.isActive = true;
    this.#unwritten = [...this.#unsettled()].filter(({ stored }) => stored === undefined);
    this.#write();
  }

  /** Writes everything unsettled to disk, if the disk allows, and writes nothing afterwards. */
  async close(): Promise<void> {
    this.isClosing = true;
    this.#wake();
    this.activate();
    this.#write();
    await this.#writing;
    this.#isClosed = true;
    clearTimeout(this.#retryTimer);
    this.#wake();
  }

  /** Batches that wait and are not being written, oldest first: what {@link makeRoom} may take from. */
  get waiting(): readonly SpoolEntry[] {
    return this.#waiting;
  }

  /** Takes a waiting entry out for good: the next one reports for it. */
  absorb(entry: SpoolEntry): void {
    this.#waiting.splice(this.#waiting.indexOf(entry), 1);
    entry.isSettled = true;
    this.settings.onAbsorbed(entry.id);
  }

  /** Puts a record into the place of another, or into a new place. */
  async store(entry: SpoolEntry, record: SpoolRecord, since: SpoolEntry = entry): Promise<void> {
    if (this.#folder === undefined) throw new Error('there is no folder');
    const before = entry.stored;
    const number = before?.name.last ?? this.#nextNumber;
    const name = {
      first: since.stored?.name.first ?? number,
      last: number,
      generation: 1 + Math.max(before?.name.generation ?? -1, since.stored?.name.generation ?? -1),
      count: record.count,
    };
    const stored = await this.#folder.write(name, record);
    if (before === undefined) this.#nextNumber += 1;
    this.bytes += stored.bytes;
    this.written += 1;
    entry.stored = stored;
    entry.count = record.count;
    if (before !== undefined) this.discard(before);
  }

  /** Removes a file. One that cannot be removed is sent again by the next process, which harms nobody. */
  discard(stored: NonNullable<SpoolEntry['stored']>): void {
    this.bytes -= stored.bytes;
    this.#folder?.remove(stored.name).catch((error: Error) => {
      this.failures += 1;
      this.settings.logger.warn({ err: error }, 'a record of the spool cannot be removed');
    });
  }

  /** Reads a record back; a disk that fails is as bad as a damaged record. */
  async read(entry: SpoolEntry): Promise<Decoded> {
    if (this.#folder === undefined || entry.stored === undefined)
      return { kind: 'damaged', why: 'it was never written' };
    return this.#folder.read(entry.stored.name).catch((error: Error) => ({ kind: 'damaged', why: error.message }));
  }

  /** Resolves when something was settled or taken. */
  whenChanged(): Promise<void> {
    return new Promise((resolve) => this.#sleepers.push(resolve));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  #wake(): void {
    for (const resolve of this.#sleepers.splice(0)) resolve();
  }

  *#unsettled(): Generator<SpoolEntry> {
    yield* this.#taken.values();
    yield* this.#waiting;
  }

  /** Keeps one writer going, so that records are written in the order of their batches. */
  #write(): void {
    if (this.#writing !== undefined || this.failure !== undefined || this.#unwritten.length === 0) return;
    this.#writing = this.#writeAll()
      .catch((error: Error) => this.#fail(error))
      .finally(() => {
        this.#writing = undefined;
        this.#write();
      });
  }

  async #writeAll(): Promise<void> {
    for (let entry = this.#unwritten[0]; entry !== undefined; entry = this.#unwritten[0]) {
      await this.#writeOne(entry);
      if (this.#isClosed) return;
      if (this.#unwritten[0] === entry) this.#unwritten.shift();
    }
  }

  async #writeOne(entry: SpoolEntry): Promise<void> {
    if (entry.batch === undefined) return;
    const { position, openedAt, objects } = entry.batch;
    const body = await entry.batch.body;
    const record = await makeRoom(this, entry, { count: entry.count, position, openedAt, objects, body });
    if (entry.isSettled) return;
    // What comes after it may not be written either: a next process would resume behind the hole.
    if (record === undefined) throw new Error('the spool is full of what is being sent');
    await this.store(entry, record);
    if (entry.isSettled) {
      if (entry.stored !== undefined) this.discard(entry.stored);
    } else if (!entry.isTaken) {
      this.events -= entry.batch.count;
      entry.batch = undefined;
      this.settings.onHeld(entry.id, 0);
      await joinReport(this, entry);
    }
  }

  #fail(error: Error): void {
    this.failures += 1;
    this.failure = error.message;
    const { logger, retryMs } = this.settings;
    logger.error({ err: error }, 'the spool cannot be written: batches stay in memory until it can');
    clearTimeout(this.#retryTimer);
    if (this.#isClosed) return;
    this.#retryTimer = setTimeout(() => {
      this.failure = undefined;
      this.#write();
    }, retryMs);
    this.#retryTimer.unref();
  }
}
