const splitAt = 512;

/**
 * Text keys in order, in chunks, so that a million keys take one binary search and one short shift per insert. The API server
 * lists in key order, and so must pages of it.
 */
export class KeyIndex<T extends { readonly key: string }> {
  readonly #chunks: T[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds an entry whose key is not in the index. */
  insert(entry: T): void {
    this.#size += 1;
    const last = this.#chunks.length - 1;
    if (last < 0) {
      this.#chunks.push([entry]);
      return;
    }
    const chunkAt = Math.min(this.#chunkOf(entry.key), last);
    const chunk = this.#chunk(chunkAt);
    chunk.splice(firstNotBelow(chunk, entry.key), 0, entry);
    if (chunk.length > splitAt) this.#chunks.splice(chunkAt + 1, 0, chunk.splice(splitAt / 2));
  }

  /** Removes the entry with this key, if there is one. */
  remove(key: string): void {
    const chunkAt = this.#chunkOf(key);
    if (chunkAt === this.#chunks.length) return;
    const chunk = this.#chunk(chunkAt);
    const at = firstNotBelow(chunk, key);
    if (chunk[at]?.key !== key) return;
    chunk.splice(at, 1);
    this.#size -= 1;
    if (chunk.length === 0) this.#chunks.splice(chunkAt, 1);
  }

  /** Entries with `from <= key < before` in order. Must not be used across changes of the index. */
  *range(from: string, before: string | undefined): Generator<T> {
    for (let chunkAt = this.#chunkOf(from); chunkAt < this.#chunks.length; chunkAt += 1) {
      const chunk = this.#chunk(chunkAt);
      for (let at = firstNotBelow(chunk, from); at < chunk.length; at += 1) {
        const entry = chunk[at];
        if (entry === undefined || (before !== undefined && entry.key >= before)) return;
        yield entry;
      }
    }
  }

  /** How many keys lie in `from <= key < before`, without visiting them. */
  count(from: string, before: string | undefined): number {
    return this.#rank(before) - this.#rank(from);
  }

  #rank(key: string | undefined): number {
    if (key === undefined) return this.#size;
    const chunkAt = this.#chunkOf(key);
    let rank = 0;
    for (let at = 0; at < chunkAt; at += 1) rank += this.#chunk(at).length;
    return chunkAt === this.#chunks.length ? rank : rank + firstNotBelow(this.#chunk(chunkAt), key);
  }

  /** The first chunk whose last key is not below `key`; the number of chunks when there is none. */
  #chunkOf(key: string): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const last = this.#chunk(middle).at(-1);
      if (last !== undefined && last.key < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #chunk(at: number): T[] {
    return this.#chunks[at] ?? [];
  }
}

function firstNotBelow(chunk: readonly { readonly key: string }[], key: string): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = chunk[middle];
    if (entry !== undefined && entry.key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
