const newline = 10;
/** Room for an unfinished line at first; the usual one has about a kilobyte. */
const usualBytes = 64 * 1024;
/** Room that is kept from one long line to the next. */
const keptBytes = 1024 * 1024;

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
  /** Holds the line whose end has not arrived. One for all lines, because each of its own would be garbage at once. */
  #line: Buffer = Buffer.allocUnsafeSlow(usualBytes);
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
    const bytes = this.#partBytes + chunk.length - start;
    if (bytes <= this.#maxLineBytes) {
      this.#makeRoom(bytes);
      chunk.copy(this.#line, this.#partBytes, start);
    }
    this.#partBytes = bytes;
  }

  #finish(chunk: Buffer, end: number): void {
    const bytes = this.#partBytes + end;
    if (bytes <= this.#maxLineBytes) {
      this.#makeRoom(bytes);
      chunk.copy(this.#line, this.#partBytes, 0, end);
    }
    this.#partBytes = 0;
    if (bytes > this.#maxLineBytes) this.#onOversize(bytes);
    else this.#onLine(this.#line, 0, bytes);
    if (this.#line.length > keptBytes) this.#line = Buffer.allocUnsafeSlow(usualBytes);
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#line.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(bytes, this.#line.length * 2));
    this.#line.copy(larger, 0, 0, this.#partBytes);
    this.#line = larger;
  }
}
