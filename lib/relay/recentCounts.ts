/**
 * Remembers the last count of recently seen Event objects, to tell a new occurrence from an update that changed something
 * else. A direct-mapped table of fixed size: memory does not depend on how many events are alive, and a forgotten object only
 * means that an unchanged update is forwarded, where its occurrence key makes it the item that is stored already.
 */
export class RecentCounts {
  readonly #uids: (string | undefined)[];
  readonly #counts: Float64Array;
  readonly #mask: number;

  /** @param size a power of two */
  constructor(size = 16_384) {
    this.#uids = new Array<string | undefined>(size).fill(undefined);
    this.#counts = new Float64Array(size);
    this.#mask = size - 1;
  }

  /** Notes the count of `uid` and tells whether it grew (or was not known). */
  hasGrown(uid: string, count: number): boolean {
    const slot = slotOf(uid) & this.#mask;
    if (this.#uids[slot] === uid && count <= (this.#counts[slot] ?? 0)) return false;
    this.#uids[slot] = uid;
    this.#counts[slot] = count;
    return true;
  }
}

/** Uids are random hexadecimal text, so a few characters from both ends spread well enough. */
function slotOf(uid: string): number {
  let hash = uid.length;
  const end = uid.length;
  for (let back = 1; back <= 6; back += 1) hash = Math.imul(hash, 31) + (uid.charCodeAt(end - back) | 0);
  return Math.imul(hash, 31) + (uid.charCodeAt(0) | 0) * 7 + (uid.charCodeAt(1) | 0);
}
