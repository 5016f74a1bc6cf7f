/** Serialises work on the same keys; work on different keys runs side by side. */
export class KeyLock {
  readonly #tails = new Map<string, Promise<void>>();

  /** Runs `task` when no earlier task holds any of the keys. */
  async hold<Result>(keys: readonly string[], task: () => Promise<Result>): Promise<Result> {
    const distinct = [...new Set(keys)];
    // All keys are taken in one step, so two tasks can never wait for each other.
    const earlier = distinct.map((key) => this.#tails.get(key));
    let release = (): void => {};
    const mine = new Promise<void>((resolve) => {
      release = resolve;
    });
    for (const key of distinct) this.#tails.set(key, mine);
    try {
      await Promise.all(earlier);
      return await task();
    } finally {
      release();
      for (const key of distinct) if (this.#tails.get(key) === mine) this.#tails.delete(key);
    }
  }
}
