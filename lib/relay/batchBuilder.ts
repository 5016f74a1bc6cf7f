import { hash32 } from './textHash.ts';

/** A closed batch before compression, in a buffer that goes back to its pool after use. */
export interface PlainBatch {
  readonly buffer: Buffer<ArrayBuffer>;
  /** Bytes used: `{"events":[` and the events as JSON, comma separated. The rest of the envelope is put behind them. */
  readonly length: number;
  readonly count: number;
  readonly isBacklog: boolean;
  /** Hashes of the names of the objects the events are about, for per-object order. */
  readonly objects: Uint32Array;
}

/** Room that is kept behind the events for the rest of the envelope. */
const envelopeBytes = 64 * 1024;
/** What 500 events of usual size need; larger batches grow their buffer, and the pool keeps it. */
const usualBytes = 512 * 1024;
const kept = 8;
const comma = 44;
const head = Buffer.from('{"events":[');

/** Buffers that are used again: a burst would otherwise leave megabytes per second to the collector. */
export class BufferPool {
  readonly #free: Buffer<ArrayBuffer>[] = [];

  /** A buffer of at least `bytes`. */
  take(bytes = usualBytes): Buffer<ArrayBuffer> {
    const at = this.#free.findLastIndex((buffer) => buffer.length >= bytes);
    const [found] = at === -1 ? [] : this.#free.splice(at, 1);
    return found ?? Buffer.allocUnsafeSlow(Math.max(bytes, usualBytes));
  }

  give(buffer: Buffer<ArrayBuffer>): void {
    if (this.#free.length < kept && buffer.length <= 4 * usualBytes) this.#free.push(buffer);
  }
}

/** Collects events into one batch until it is full. */
export class BatchBuilder {
  readonly #pool: BufferPool;
  readonly #maxEvents: number;
  readonly #maxBytes: number;
  readonly #isBacklog: boolean;
  #buffer: Buffer<ArrayBuffer> | undefined;
  #length = 0;
  #count = 0;
  readonly #objects: Uint32Array;

  constructor(pool: BufferPool, limits: { maxEvents: number; maxBytes: number; isBacklog: boolean }) {
    this.#pool = pool;
    this.#maxEvents = limits.maxEvents;
    this.#maxBytes = limits.maxBytes;
    this.#isBacklog = limits.isBacklog;
    this.#objects = new Uint32Array(limits.maxEvents);
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes of the events so far. */
  get bytes(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#count >= this.#maxEvents || this.#length >= this.#maxBytes;
  }

  /** True when the batch has room for `bytes` more. An empty batch takes an event of any size. */
  fits(bytes: number): boolean {
    return this.#count === 0 || this.#length + bytes < this.#maxBytes;
  }

  /**
   * Adds one event.
   *
   * @param json text, or bytes that are valid JSON already
   * @param name of the object the event is about
   */
  add(json: string | Uint8Array, name: string): void {
    const bytes = typeof json === 'string' ? json.length * 3 : json.length;
    const buffer = this.#roomFor(bytes + 1);
    if (this.#count > 0) {
      buffer[this.#length] = comma;
      this.#length += 1;
    }
    if (typeof json === 'string') {
      this.#length += buffer.write(json, this.#length, 'utf8');
    } else {
      buffer.set(json, this.#length);
      this.#length += json.length;
    }
    this.#objects[this.#count] = hash32(name);
    this.#count += 1;
  }

  /** Closes the batch and starts the next one; `undefined` when there is nothing in it. */
  take(): PlainBatch | undefined {
    if (this.#count === 0 || this.#buffer === undefined) return undefined;
    const batch: PlainBatch = {
      buffer: this.#buffer,
      length: this.#length,
      count: this.#count,
      isBacklog: this.#isBacklog,
      objects: this.#objects.slice(0, this.#count),
    };
    this.#buffer = undefined;
    this.#length = 0;
    this.#count = 0;
    return batch;
  }

  #roomFor(bytes: number): Buffer<ArrayBuffer> {
    if (this.#buffer === undefined) {
      this.#buffer = this.#pool.take();
      this.#length = head.copy(this.#buffer);
    }
    const needed = this.#length + bytes + envelopeBytes;
    if (needed <= this.#buffer.length) return this.#buffer;
    const larger = this.#pool.take(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#pool.give(this.#buffer);
    this.#buffer = larger;
    return larger;
  }
}

/** One batch with exactly these events, for the rare cases where a batch is made from parsed events. */
export function plainBatchOf(events: readonly unknown[]): Pick<PlainBatch, 'buffer' | 'length'> {
  const json = events.map((event) => JSON.stringify(event)).join(',');
  const buffer = Buffer.concat([head, Buffer.from(json), Buffer.allocUnsafe(envelopeBytes)]);
  return { buffer, length: buffer.length - envelopeBytes };
}
