import { hash32 } from './textHash.ts';

const otherSeed = 0x9e3779b9;

/**
 * Remembers the last count of recently seen Event objects, to tell a new occurrence from an update that changed something
 * else. A direct-mapped table of fixed size: memory does not depend on how many events are alive, and a forgotten object only
 * means that an unchanged update is forwarded, where its occurrence key makes it the item that is stored already.
 *
 * Uids are kept as 64 bits of hash, not as text, which would leave the collector megabytes of them per second in a burst. To
 * mistake one object for another takes both hashes, the slot and a lower count: 1 in 10^19 per pair of objects.
 */
export class RecentCounts {
  readonly #tags: Uint32Array;
  readonly #otherTags: Uint32Array;
  readonly #counts: Float64Array;
  readonly #mask: number;

  /** @param size a power of two */
  constructor(size = 16_384) {
    this.#tags = new Uint32Array(size);
    this.#otherTags = new Uint32Array(size);
    this.#counts = new Float64Array(size);
    this.#mask = size - 1;
  }

  /** Notes the count of `uid` and tells whether it grew (or was not known). */
  hasGrown(uid: string, count: number): boolean {
    const tag = hash32(uid);
    const otherTag = hash32(uid, otherSeed);
    const slot = (tag ^ (tag >>> 15)) & this.#mask;
    const isSame = this.#tags[slot] === tag && this.#otherTags[slot] === otherTag;
    if (isSame && count <= (this.#counts[slot] ?? 0)) return false;
    this.#tags[slot] = tag;
    this.#otherTags[slot] = otherTag;
    this.#counts[slot] = count;
    return true;
  }
}
