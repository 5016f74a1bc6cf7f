/** How much one request may read. */
export interface ReadLimits {
  /** Items fetched, matching or not. */
  readonly items: number;
  /** Query calls. */
  readonly calls: number;
  /** Milliseconds since 1970 at which to stop. */
  readonly deadline: number;
}

/** Counts what a request has read, so that a filter that matches nothing costs a bounded amount and not the whole table. */
export class ReadBudget {
  readonly #limits: ReadLimits;
  readonly #now: () => number;
  #items = 0;
  #calls = 0;

  constructor(limits: ReadLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Takes down one Query call. */
  spend(items: number): void {
    this.#items += items;
    this.#calls += 1;
  }

  /** True when `calls` more calls are allowed. */
  allows(calls: number): boolean {
    const { items, calls: maxCalls, deadline } = this.#limits;
    return this.#items < items && this.#calls + calls <= maxCalls && this.#now() < deadline;
  }

  /** Items fetched so far. */
  get itemsRead(): number {
    return this.#items;
  }
}
