const chunkSize = 512;
/** From this share of the index on, new keys are merged in one pass instead of inserted one by one. */
const mergeShare = 0.05;

/**
 * Text keys in order, because the API server lists in key order and cuts pages there. Kept in chunks, so that one more key
 * is one search and a short shift; and sorted only when somebody reads, so that a burst of writes costs next to nothing.
 */
export class KeyIndex<T extends { readonly key: string }> {
  #chunks: T[][] = [];
  #added: T[] = [];
  #sortedSize = 0;

  /** Adds an entry whose key is not in the index. */
  add(entry: T): void {
    this.#added.push(entry);
  }

  /** Removes the entry with this key, if there is one. */
  remove(key: string): void {
    this.#sort();
    const chunkAt = this.#chunkOf(key);
    const chunk = this.#chunks[chunkAt];
    if (chunk === undefined) return;
    const at = firstNotBelow(chunk, key);
    if (chunk[at]?.key !== key) return;
    chunk.splice(at, 1);
    this.#sortedSize -= 1;
    if (chunk.length === 0) this.#chunks.splice(chunkAt, 1);
  }

  /** Entries with `from <= key < before` in order, until `visit` returns false. The index must not change meanwhile. */
  visit(from: string, before: string | undefined, visit: (entry: T) => boolean): void {
    this.#sort();
    for (let chunkAt = this.#chunkOf(from); chunkAt < this.#chunks.length; chunkAt += 1) {
      const chunk = this.#chunks[chunkAt] ?? [];
      for (let at = firstNotBelow(chunk, from); at < chunk.length; at += 1) {
        const entry = chunk[at];
        if (entry === undefined || (before !== undefined && entry.key >= before) || !visit(entry)) return;
      }
    }
  }

  /** How many keys lie in `from <= key < before`, without visiting them. */
  count(from: string, before: string | undefined): number {
    this.#sort();
    return this.#rank(before) - this.#rank(from);
  }

  #rank(key: string | undefined): number {
    if (key === undefined) return this.#sortedSize;
    const chunkAt = this.#chunkOf(key);
    let rank = 0;
    for (let at = 0; at < chunkAt; at += 1) rank += this.#chunks[at]?.length ?? 0;
    const chunk = this.#chunks[chunkAt];
    return chunk === undefined ? rank : rank + firstNotBelow(chunk, key);
  }

  #sort(): void {
    if (this.#added.length === 0) return;
    const added = this.#added.sort((a, b) => (a.key < b.key ? -1 : 1));
    this.#added = [];
    if (added.length < this.#sortedSize * mergeShare) for (const entry of added) this.#insert(entry);
    else this.#chunks = chunked(merged(this.#chunks.flat(), added));
    this.#sortedSize += added.length;
  }

  #insert(entry: T): void {
    const chunkAt = Math.min(this.#chunkOf(entry.key), this.#chunks.length - 1);
    const chunk = this.#chunks[chunkAt] ?? [];
    chunk.splice(firstNotBelow(chunk, entry.key), 0, entry);
    if (chunk.length > chunkSize * 2) this.#chunks.splice(chunkAt + 1, 0, chunk.splice(chunkSize));
  }

  /** The first chunk whose last key is not below `key`; the number of chunks when there is none. */
  #chunkOf(key: string): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const last = this.#chunks[middle]?.at(-1);
      if (last !== undefined && last.key < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function merged<T extends { readonly key: string }>(left: readonly T[], right: readonly T[]): T[] {
  const all: T[] = [];
  let at = 0;
  for (const entry of right) {
    for (let next = left[at]; next !== undefined && next.key < entry.key; next = left[at]) {
      all.push(next);
      at += 1;
    }
    all.push(entry);
  }
  return all.concat(left.slice(at));
}

function chunked<T>(entries: readonly T[]): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < entries.length; at += chunkSize) chunks.push(entries.slice(at, at + chunkSize));
  return chunks;
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
