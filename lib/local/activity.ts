/** Counts what is under way, so that `drain` can wait for nothing to be. */
export class Activity {
  #underWay = 0;
  #waiters: (() => void)[] = [];

  begin(count = 1): void {
    this.#underWay += count;
  }

  end(count = 1): void {
    this.#underWay -= count;
    if (this.#underWay > 0) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }

  /** Runs a task that counts as under way until it settles. */
  async track<Result>(task: () => Promise<Result>): Promise<Result> {
    this.begin();
    try {
      return await task();
    } finally {
      this.end();
    }
  }

  get idle(): boolean {
    return this.#underWay === 0;
  }

  /** Resolves once nothing is under way; at once when that is now. */
  async settled(): Promise<void> {
    while (!this.idle) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }
}
