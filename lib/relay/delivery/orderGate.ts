const probes = 16;

/**
 * Tells which earlier batches a batch has to wait for: those that are unsettled and about one of its objects. The store is
 * keyed per occurrence and would take them in any order, but counts and recoveries of one object must not run backwards.
 *
 * Objects are known by a 32-bit hash of their name, so two of them may be taken for one, which costs a wait and nothing else.
 * The table is open-addressed and of fixed size; entries of settled batches are free, so nothing is ever cleaned up. When a
 * place cannot be found, the batch waits for everything before it and everything after waits for the batch.
 */
export class OrderGate {
  readonly #hashes: Uint32Array;
  readonly #batches: Float64Array;
  readonly #mask: number;
  readonly #unsettled = new Set<number>();
  /** The last batch that is not in the table with all of its objects. */
  #barrier = 0;

  /** @param size a power of two, many times the events that are in flight or queued */
  constructor(size = 65_536) {
    this.#hashes = new Uint32Array(size);
    this.#batches = new Float64Array(size);
    this.#mask = size - 1;
  }

  /** Batches entered and not settled. */
  get unsettled(): number {
    return this.#unsettled.size;
  }

  /** Enters batch `id` (ids grow) about these objects, and returns the ids it has to wait for. */
  enter(id: number, objects: Uint32Array): readonly number[] {
    const before = new Set<number>();
    if (this.#unsettled.has(this.#barrier)) before.add(this.#barrier);
    for (const object of objects) {
      const earlier = this.#replace(object, id);
      if (earlier === undefined) {
        for (const every of this.#unsettled) before.add(every);
        this.#barrier = id;
      } else if (earlier !== id && earlier !== 0) before.add(earlier);
    }
    this.#unsettled.add(id);
    return [...before];
  }

  isSettled(id: number): boolean {
    return !this.#unsettled.has(id);
  }

  settle(id: number): void {
    this.#unsettled.delete(id);
  }

  /** Makes `id` the last batch about `object`. Returns the unsettled one before, 0 for none, undefined when there is no place. */
  #replace(object: number, id: number): number | undefined {
    let free = -1;
    const start = (object ^ (object >>> 16)) & this.#mask;
    for (let probe = 0; probe < probes; probe += 1) {
      const slot = (start + probe) & this.#mask;
      const batch = this.#batches[slot] ?? 0;
      const isLive = batch === id || this.#unsettled.has(batch);
      if (isLive && this.#hashes[slot] === object) {
        this.#batches[slot] = id;
        return batch;
      }
      if (!isLive && free === -1) free = slot;
    }
    if (free === -1) return undefined;
    this.#hashes[free] = object;
    this.#batches[free] = id;
    return 0;
  }
}
