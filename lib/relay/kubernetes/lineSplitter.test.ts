import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter } from './lineSplitter.ts';

function split(
  text: Buffer,
  cuts: number[],
  maxLineBytes = 1_000,
): { lines: string[]; oversize: number[]; pending: number } {
  const lines: string[] = [];
  const oversize: number[] = [];
  const splitter = new LineSplitter(
    maxLineBytes,
    (bytes, start, end) => lines.push(bytes.toString('utf8', start, end)),
    (bytes) => oversize.push(bytes),
  );
  const places = [...new Set([0, ...cuts.map((cut) => cut % (text.length + 1)), text.length])].sort((a, b) => a - b);
  for (const [at, place] of places.slice(1).entries()) {
    const chunk = Buffer.from(text.subarray(places[at], place));
    splitter.push(chunk);
    chunk.fill(0); // the splitter may not keep what it was lent
  }
  return { lines, oversize, pending: splitter.pendingBytes };
}

const line = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\n', ''));

test('lines come out whole however the stream is cut, inside characters too', () => {
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat()), line, (lines, cuts, rest) => {
      const text = Buffer.from(lines.map((each) => `${each}\n`).join('') + rest);
      const result = split(text, cuts);
      // Lone surrogates do not survive UTF-8, on either side of this comparison.
      const expected = lines.map((each) => Buffer.from(each).toString()).filter((each) => each !== '');
      expect(result.lines).toEqual(expected);
      expect(result.pending).toBe(Buffer.byteLength(rest));
    }),
  );
});

test('a line over the limit is skipped to its end and the next one is whole', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.integer({ min: 51, max: 500 }), (cuts, length) => {
      const text = Buffer.from(`a\n${'x'.repeat(length)}\nb\n`);
      expect(split(text, cuts, 50)).toEqual({ lines: ['a', 'b'], oversize: [length], pending: 0 });
    }),
  );
});

test('long lines come out whole, and short ones after them', () => {
  const lengths = [70_000, 3, 300_000, 1_200_000, 5, 2_500_000, 65_536, 1];
  const text = Buffer.from(lengths.map((length, at) => `${String(at).repeat(length)}\n`).join(''));
  const cuts = Array.from({ length: Math.ceil(text.length / 65_521) }, (_, at) => at * 65_521);
  const { lines, pending } = split(text, cuts, 8 * 1024 * 1024);
  expect(lines.map((each) => [each[0], each.length])).toEqual(lengths.map((length, at) => [String(at), length]));
  expect(pending).toBe(0);
});
