import { KefError } from '../errors.ts';

/** A JSON value cut out of a stream, not yet parsed, or why a piece of the stream holds none. */
export type ScannedValue =
  | { readonly line: number; readonly bytes: Uint8Array; readonly error?: never }
  | { readonly line: number; readonly error: KefError };

/** Largest single value: etcd stores 1.5 MiB per object at most, so no real Event comes near. */
export const maxValueBytes = 8 * 1024 * 1024;

/** Bytes in which a key, its colon and the white space around it are looked for. */
const keyReach = 80;

const newline = 0x0a;
const quote = 0x22;
const comma = 0x2c;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Space, tab, CR and LF; the bytes of the byte order mark and the record separator of JSON sequences as well. */
const blank = new Set([0x20, 0x09, 0x0d, newline, 0xef, 0xbb, 0xbf, 0x1e]);

/**
 * `between` top-level values · `value`: inside a value that is collected · `bare`: inside an element without brackets or
 * quotes · `elements`: between the elements of a list · `envelope`: in a list object behind its items · `garbage`: in the
 * rest of a bad line · `stopped`: the input is binary.
 */
type State = 'between' | 'value' | 'bare' | 'elements' | 'envelope' | 'garbage' | 'stopped';

/**
 * Cuts a byte stream into JSON values without parsing them: every top-level value, except that arrays and objects with an
 * `items` array yield their elements one by one, so a list of any length passes in the memory of one element. Input comes
 * in any chunks; the result does not depend on where they are cut.
 *
 * Only brackets and strings are tracked, and a string ends with its line at the latest, since JSON has no line breaks in
 * strings. A `{` in the first column begins a new record, unless it can be the next element of a list: so one record that
 * was cut off costs itself and not what follows.
 */
export class JsonValueScanner {
  #state: State = 'between';
  #line = 1;
  #atLineStart = true;
  #isFirstByte = true;
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  /** The list around the current element: an array, the `items` of an object, or none at the top level. */
  #list: 'none' | 'array' | 'items' = 'none';
  #listLine = 1;
  #valueLine = 1;
  /** Where the current value begins in the current chunk; 0 when it began in an earlier one. */
  #start = 0;
  #pieces: Uint8Array[] = [];
  #collected = 0;
  #values: ScannedValue[] = [];

  /** Takes the next bytes; returns the values that ended in them. */
  push(chunk: Uint8Array): readonly ScannedValue[] {
    this.#values = [];
    this.#start = 0;
    for (let index = 0; index < chunk.length; index += 1) {
      const byte = chunk[index] ?? 0;
      if (this.#state === 'value' || this.#state === 'envelope') this.#inside(byte, chunk, index);
      else this.#outside(byte, chunk, index);
      if (byte === newline) {
        this.#line += 1;
        this.#atLineStart = true;
      } else this.#atLineStart = false;
      this.#isFirstByte = false;
    }
    this.#keep(chunk, chunk.length);
    return this.#values;
  }

  /** Says that no more bytes come; returns what the end of the input decides. */
  end(): readonly ScannedValue[] {
    this.#values = [];
    if (this.#state === 'bare') this.#finish();
    else if (this.#state === 'value') this.#abandon();
    if (this.#list !== 'none') this.#refuse(this.#listLine, 'the list that begins here is not closed');
    return this.#values;
  }

  /** A byte of a bracketed or quoted value, or of the rest of a list object. */
  #inside(byte: number, chunk: Uint8Array, index: number): void {
    if (this.#inString) {
      if (this.#isEscaped && byte !== newline) this.#isEscaped = false;
      else if (byte === backslash) this.#isEscaped = true;
      else if (byte === quote || byte === newline) {
        this.#inString = false;
        this.#isEscaped = false;
        if (this.#depth === 0) this.#close(chunk, index + 1);
      }
    } else if (byte === quote) this.#inString = true;
    else if (byte === openBrace || byte === openBracket) {
      if (byte === openBrace && this.#atLineStart) this.#beginAfterCut(byte, chunk, index);
      else if (byte === openBracket && this.#depth === 1 && this.#isItemsKeyBefore(chunk, index)) this.#beginItems();
      else this.#depth += 1;
    } else if (byte === closeBrace || byte === closeBracket) {
      this.#depth -= 1;
      if (this.#depth === 0) this.#close(chunk, index + 1);
    }
  }

  /** A byte between values, or of a value without brackets. */
  #outside(byte: number, chunk: Uint8Array, index: number): void {
    if (this.#state === 'garbage') {
      if (byte === newline) this.#state = 'between';
      return;
    }
    if (this.#state === 'stopped') return;
    if (this.#state === 'bare') {
      if (!blank.has(byte) && byte !== comma && byte !== closeBracket && byte !== closeBrace) return;
      this.#keep(chunk, index);
      this.#finish();
    }
    // A comma separates elements, and survives when lines are copied out of an array.
    if (blank.has(byte) || byte === comma) return;
    if (this.#state === 'elements') {
      if (byte === closeBracket) this.#endList();
      else this.#begin(byte, index);
    } else if (byte === openBrace) this.#begin(byte, index);
    else if (byte === openBracket) {
      this.#list = 'array';
      this.#listLine = this.#line;
      this.#state = 'elements';
    } else this.#beginGarbage(byte);
  }

  #begin(byte: number, index: number): void {
    this.#valueLine = this.#line;
    this.#start = index;
    this.#isEscaped = false;
    this.#inString = byte === quote;
    this.#depth = byte === openBrace || byte === openBracket ? 1 : 0;
    this.#state = this.#inString || this.#depth > 0 ? 'value' : 'bare';
  }

  /** A record starts where the one before has not ended: that one was cut off. */
  #beginAfterCut(byte: number, chunk: Uint8Array, index: number): void {
    if (this.#state === 'envelope') {
      this.#refuse(this.#listLine, 'the list that begins here is not closed');
      this.#list = 'none';
    } else {
      this.#keep(chunk, index);
      this.#abandon();
    }
    this.#begin(byte, index);
  }

  #beginItems(): void {
    this.#discard();
    this.#list = 'items';
    this.#listLine = this.#valueLine;
    this.#state = 'elements';
  }

  #beginGarbage(byte: number): void {
    this.#state = 'garbage';
    if (this.#isFirstByte && (byte === 0xff || byte === 0xfe || byte === 0x1f)) {
      this.#state = 'stopped';
      const format = byte === 0x1f ? 'gzip: unpack it' : 'UTF-16: convert it to UTF-8';
      this.#refuse(this.#line, `the input is no text but looks like ${format} first`);
    } else {
      const character = byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`;
      this.#refuse(this.#line, `a JSON object or array begins with { or [; this begins with ${character}`);
    }
  }

  /** The bracket or quote that ends a value, or the brace that ends a list object. */
  #close(chunk: Uint8Array, end: number): void {
    if (this.#state === 'envelope') {
      this.#list = 'none';
      this.#state = 'between';
      return;
    }
    this.#keep(chunk, end);
    this.#finish();
  }

  #endList(): void {
    if (this.#list === 'items') {
      this.#state = 'envelope';
      this.#depth = 1;
    } else {
      this.#list = 'none';
      this.#state = 'between';
    }
  }

  /** Hands out the collected value and goes back to where it began. */
  #finish(): void {
    if (this.#collected > maxValueBytes) {
      const limit = `${maxValueBytes / 1024 / 1024} MiB`;
      const error = new KefError('EventTooLarge', `one value may have ${limit}; this one has ${this.#collected} bytes`);
      this.#values.push({ line: this.#valueLine, error });
    } else {
      const [only = new Uint8Array(0), ...more] = this.#pieces;
      this.#values.push({ line: this.#valueLine, bytes: more.length === 0 ? only : Buffer.concat(this.#pieces) });
    }
    this.#discard();
    this.#state = this.#list === 'none' ? 'between' : 'elements';
  }

  #abandon(): void {
    this.#refuse(this.#valueLine, 'the JSON value that begins here is cut off');
    this.#discard();
    this.#state = this.#list === 'none' ? 'between' : 'elements';
  }

  #refuse(line: number, message: string): void {
    this.#values.push({ line, error: new KefError('EventTextInvalid', message) });
  }

  /** Collects the current value up to `end`. Copied, as the caller may use the chunk's memory again. */
  #keep(chunk: Uint8Array, end: number): void {
    if (this.#state !== 'value' && this.#state !== 'bare') return;
    this.#collected += end - this.#start;
    // An over-long value is still scanned to its end, but no longer held.
    if (this.#collected > maxValueBytes) this.#pieces = [];
    else this.#pieces.push(Uint8Array.prototype.slice.call(chunk, this.#start, end));
    this.#start = 0;
  }

  #discard(): void {
    this.#pieces = [];
    this.#collected = 0;
  }

  /** True when the bracket at `index` opens the `items` of a top-level object. */
  #isItemsKeyBefore(chunk: Uint8Array, index: number): boolean {
    if (this.#state !== 'value' || this.#list !== 'none') return false;
    const parts = [chunk.subarray(Math.max(this.#start, index - keyReach), index)];
    let length = parts[0]?.length ?? 0;
    for (let piece = this.#pieces.length - 1; piece >= 0 && length < keyReach; piece -= 1) {
      const part = this.#pieces[piece]?.subarray(-keyReach) ?? new Uint8Array(0);
      parts.unshift(part);
      length += part.length;
    }
    const tail = Buffer.concat(parts).subarray(-keyReach).toString('latin1');
    return /(?:^|[^\\])"items"\s*:\s*$/.test(tail);
  }
}
