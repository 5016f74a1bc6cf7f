import type { Version } from './objectStore.ts';

const bucketMs = 1000;

/**
 * Remembers when events expire: a fixed time after their last write, so they come due in the order of writing. Kept in
 * buckets of a second, because a million single timers or queue entries would cost more than the events.
 */
export class Expiry {
  readonly #ttlMs: number;
  #buckets: { readonly dueAt: number; readonly versions: Version[] }[] = [];

  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs;
  }

  add(version: Version, now: number): void {
    const dueAt = Math.ceil((now + this.#ttlMs) / bucketMs) * bucketMs;
    const last = this.#buckets.at(-1);
    if (last?.dueAt === dueAt) last.versions.push(version);
    else this.#buckets.push({ dueAt, versions: [version] });
  }

  /** Takes out what is due and was not written again since. */
  takeDue(now: number): Version[] {
    const due: Version[] = [];
    let taken = 0;
    for (const { dueAt, versions } of this.#buckets) {
      if (dueAt > now) break;
      taken += 1;
      for (const version of versions) if (version.entry.latest === version) due.push(version);
    }
    if (taken > 0) this.#buckets = this.#buckets.slice(taken);
    return due;
  }

  clear(): void {
    this.#buckets = [];
  }
}
