/** A closed batch before compression: events as JSON, comma separated, in a buffer that goes back to its pool after use. */
export interface PlainBatch {
  readonly events: Buffer;
  readonly length: number;
  readonly count: number;
  readonly isBacklog: boolean;
  /** Names of the objects the events are about, for per-object order. */
  readonly names: ReadonlySet<string>;
}

/** Room a buffer has above the batch limit: one event of the largest size that redaction leaves, and then some. */
const slackBytes = 256 * 1024;
const comma = 44;

/** Buffers of one size, reused: a burst would otherwise leave megabytes per second to the collector. */
export class BufferPool {
  readonly #size: number;
  readonly #free: Buffer[] = [];

  constructor(batchMaxBytes: number) {
    this.#size = batchMaxBytes + slackBytes;
  }

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#size);
  }

  give(buffer: Buffer): void {
    if (buffer.length === this.#size && this.#free.length < 8) this.#free.push(buffer);
  }
}

/** Collects events into one batch until it is full. */
export class BatchBuilder {
  readonly #pool: BufferPool;
  readonly #maxEvents: number;
  readonly #maxBytes: number;
  readonly #isBacklog: boolean;
  #buffer: Buffer | undefined;
  #length = 0;
  #count = 0;
  #names = new Set<string>();

  constructor(pool: BufferPool, limits: { maxEvents: number; maxBytes: number; isBacklog: boolean }) {
    this.#pool = pool;
    this.#maxEvents = limits.maxEvents;
    this.#maxBytes = limits.maxBytes;
    this.#isBacklog = limits.isBacklog;
  }

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count >= this.#maxEvents || this.#length >= this.#maxBytes;
  }

  /** True when the batch has room for `bytes` more. An empty batch takes an event of any size. */
  fits(bytes: number): boolean {
    return this.#count === 0 || this.#length + bytes < this.#maxBytes;
  }

  /** Adds one event. `json` may be text, or bytes that are valid JSON already. */
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
    this.#count += 1;
    if (name !== '') this.#names.add(name);
  }

  /** Closes the batch and starts the next one; `undefined` when there is nothing in it. */
  take(): PlainBatch | undefined {
    if (this.#count === 0 || this.#buffer === undefined) return undefined;
    const batch: PlainBatch = {
      events: this.#buffer,
      length: this.#length,
      count: this.#count,
      isBacklog: this.#isBacklog,
      names: this.#names,
    };
    this.#buffer = undefined;
    this.#length = 0;
    this.#count = 0;
    this.#names = new Set();
    return batch;
  }

  #roomFor(bytes: number): Buffer {
    const buffer = this.#buffer ?? this.#pool.take();
    if (this.#length + bytes <= buffer.length) {
      this.#buffer = buffer;
      return buffer;
    }
    // Only for an event far above what redaction lets through; such a buffer does not go back to the pool.
    const larger = Buffer.allocUnsafeSlow(this.#length + bytes + slackBytes);
    buffer.copy(larger, 0, 0, this.#length);
    this.#pool.give(buffer);
    this.#buffer = larger;
    return larger;
  }
}
