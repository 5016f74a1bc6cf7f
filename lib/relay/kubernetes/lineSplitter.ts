const newline = 10;

/** Receives one line as a range of bytes; the buffer is reused by the caller after the call returns. */
export type OnLine = (bytes: Buffer, start: number, end: number) => void;

/**
 * Cuts a byte stream into lines without decoding it: a chunk may end inside a character, a line may span many chunks, and a
 * burst brings dozens of lines per chunk. Lines longer than `maxLineBytes` are skipped to their end and reported, so memory
 * stays bounded whatever the server sends.
 */
export class LineSplitter {
  readonly #maxLineBytes: number;
  readonly #onLine: OnLine;
  readonly #onOversize: (bytes: number) => void;
  #parts: Buffer[] = [];
  #partBytes = 0;

  constructor(maxLineBytes: number, onLine: OnLine, onOversize: (bytes: number) => void) {
    this.#maxLineBytes = maxLineBytes;
    this.#onLine = onLine;
    this.#onOversize = onOversize;
  }

  /** Bytes of a line whose end has not arrived; more than 0 at the end of a stream means that its last line was cut. */
  get pendingBytes(): number {
    return this.#partBytes;
  }

  push(chunk: Buffer): void {
    let start = 0;
    let end = chunk.indexOf(newline);
    if (this.#partBytes > 0 && end !== -1) {
      this.#finish(chunk, end);
      start = end + 1;
      end = chunk.indexOf(newline, start);
    }
    while (end !== -1) {
      if (end - start > this.#maxLineBytes) this.#onOversize(end - start);
      else if (end > start) this.#onLine(chunk, start, end);
      start = end + 1;
      end = chunk.indexOf(newline, start);
    }
    if (start < chunk.length) this.#keep(chunk, start);
  }

  #keep(chunk: Buffer, start: number): void {
    this.#partBytes += chunk.length - start;
    if (this.#partBytes > this.#maxLineBytes) this.#parts = [];
    // A copy, because a view would keep the whole 64 KiB chunk alive for a few bytes.
    else this.#parts.push(Buffer.from(chunk.subarray(start)));
  }

  #finish(chunk: Buffer, end: number): void {
    const bytes = this.#partBytes + end;
    const parts = this.#parts;
    this.#parts = [];
    this.#partBytes = 0;
    if (bytes > this.#maxLineBytes) {
      this.#onOversize(bytes);
      return;
    }
    parts.push(chunk.subarray(0, end));
    this.#onLine(Buffer.concat(parts, bytes), 0, bytes);
  }
}
