import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteArena, type ByteRange } from './byteArena.ts';

const textOf = ({ block, start, end }: ByteRange) => block.toString('utf8', start, end);

describe('the byte arena', () => {
  it('gives back what was put in, of any size and script, also joined', () => {
    const sizes = fc.oneof(fc.nat(50), fc.nat(200_000));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'grapheme', maxLength: 8 }), sizes), { maxLength: 20 }),
        (parts) => {
          const arena = new ByteArena();
          const texts = parts.map(([unit, size]) => unit.repeat(Math.floor(size / 8)).toWellFormed());
          const ranges = texts.map((text) => arena.write(text));
          const joined = arena.join(ranges);
          expect(ranges.map(textOf)).toEqual(texts);
          expect(textOf(joined)).toBe(texts.join(''));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('puts many small texts into few blocks', () => {
    const arena = new ByteArena();
    const ranges = Array.from({ length: 2000 }, () => arena.write('x'.repeat(1000)));
    expect(new Set(ranges.map((range) => range.block)).size).toBe(2);
  });
});
