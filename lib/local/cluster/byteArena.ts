/** A range of bytes inside a shared block: what the store keeps per object version instead of one `Buffer` each. */
export interface ByteRange {
  readonly block: Buffer;
  readonly start: number;
  readonly end: number;
}

const blockBytes = 1024 * 1024;
/** UTF-8 needs at most this many bytes per UTF-16 unit. */
const worstBytesPerUnit = 3;

/**
 * Keeps many small byte strings in few large blocks: a million events are a thousand blocks instead of a million Buffers.
 * A block is freed by the garbage collector when no range points into it any more.
 */
export class ByteArena {
  #block = Buffer.allocUnsafeSlow(blockBytes);
  #used = 0;

  /** Copies the text, UTF-8 encoded, into the arena. */
  write(text: string): ByteRange {
    const worst = text.length * worstBytesPerUnit;
    if (worst > blockBytes / 4) {
      const block = Buffer.from(text, 'utf8');
      return { block, start: 0, end: block.length };
    }
    this.#reserve(worst);
    const start = this.#used;
    this.#used += this.#block.write(text, start, 'utf8');
    return { block: this.#block, start, end: this.#used };
  }

  /** Copies the given parts, one after the other, into the arena. */
  join(parts: readonly ByteRange[]): ByteRange {
    const length = parts.reduce((sum, part) => sum + part.end - part.start, 0);
    const isLarge = length > blockBytes / 4;
    if (!isLarge) this.#reserve(length);
    const block = isLarge ? Buffer.allocUnsafeSlow(length) : this.#block;
    const start = isLarge ? 0 : this.#used;
    let at = start;
    for (const part of parts) at += part.block.copy(block, at, part.start, part.end);
    if (!isLarge) this.#used = at;
    return { block, start, end: at };
  }

  #reserve(bytes: number): void {
    if (this.#used + bytes <= this.#block.length) return;
    this.#block = Buffer.allocUnsafeSlow(blockBytes);
    this.#used = 0;
  }
}
