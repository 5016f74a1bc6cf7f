const quote = 34;
const backslash = 92;
const openBrace = 123;
const closeBrace = 125;
const openBracket = 91;
const closeBracket = 93;
const itemsKey = '"items":';

/**
 * Cuts the JSON of a Kubernetes list into its items while it arrives, so that a page of 500 events of 76 KB never exists
 * as one 38 MB text. Everything outside the `items` array is kept as the envelope. One pass over the bytes, no decoding:
 * inside JSON strings only quotes and backslashes matter, outside only braces and brackets.
 */
export class ListSplitter {
  readonly #onItem: (bytes: Buffer) => void;
  readonly #envelope: Buffer[] = [];
  /** The bytes of the item, or of the envelope part, that the last chunk left unfinished. */
  #rest: Buffer[] = [];
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #isInItems = false;
  /** The last key or value at depth 1, to recognise `items`. */
  #tail = '';

  constructor(onItem: (bytes: Buffer) => void) {
    this.#onItem = onItem;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (this.#isInString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === backslash) this.#isEscaped = true;
        else if (byte === quote) this.#isInString = false;
        continue;
      }
      if (byte === quote) {
        this.#isInString = true;
      } else if (byte === openBrace || byte === openBracket) {
        if (byte === openBracket && this.#depth === 1 && this.#endsWithItemsKey(chunk, start, at)) {
          this.#keepEnvelope(chunk.subarray(start, at + 1));
          start = at + 1;
          this.#isInItems = true;
        } else if (this.#isInItems && this.#depth === 2) {
          start = at;
        }
        this.#depth += 1;
      } else if (byte === closeBrace || byte === closeBracket) {
        this.#depth -= 1;
        if (this.#isInItems && this.#depth === 2) {
          this.#emit(chunk.subarray(start, at + 1));
          start = at + 1;
        } else if (this.#isInItems && this.#depth === 1) {
          this.#isInItems = false;
          start = at;
        }
      }
    }
    if (this.#isInItems) {
      if (this.#depth > 2) this.#rest.push(Buffer.from(chunk.subarray(start)));
    } else {
      this.#keepEnvelope(chunk.subarray(start));
    }
  }

  /** The list without its items. @throws SyntaxError when the body was cut or is no JSON. */
  end(): unknown {
    return JSON.parse(Buffer.concat(this.#envelope).toString('utf8'));
  }

  #emit(end: Buffer): void {
    const parts = this.#rest;
    if (parts.length === 0) {
      this.#onItem(end);
      return;
    }
    this.#rest = [];
    parts.push(end);
    this.#onItem(Buffer.concat(parts));
  }

  #keepEnvelope(bytes: Buffer): void {
    this.#envelope.push(Buffer.from(bytes));
    this.#tail = (this.#tail + bytes.toString('latin1')).slice(-itemsKey.length - 8);
  }

  #endsWithItemsKey(chunk: Buffer, start: number, at: number): boolean {
    const near = this.#tail + chunk.toString('latin1', Math.max(start, at - itemsKey.length - 8), at);
    return near.replace(/\s/g, '').endsWith(itemsKey);
  }
}
