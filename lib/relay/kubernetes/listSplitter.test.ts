import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ListSplitter } from './listSplitter.ts';

function split(text: string, cuts: number[]): { items: unknown[]; envelope: unknown } {
  const bytes = Buffer.from(text);
  const items: unknown[] = [];
  const splitter = new ListSplitter((item) => items.push(JSON.parse(item.toString('utf8'))));
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  for (const [at, place] of places.slice(1).entries()) {
    const chunk = Buffer.from(bytes.subarray(places[at], place));
    splitter.push(chunk);
    chunk.fill(0);
  }
  return { items, envelope: splitter.end() };
}

const value = fc.jsonValue({ maxDepth: 4 });
const item = fc.dictionary(fc.string({ maxLength: 6 }), value, { maxKeys: 5 });
const metadata = fc.record({ resourceVersion: fc.string(), items: value, note: fc.constant('"items":[{') });

test('a list in any order of fields, cut anywhere, comes out as its items and its envelope', () => {
  fc.assert(
    fc.property(
      fc.array(item, { maxLength: 6 }),
      metadata,
      fc.boolean(),
      fc.boolean(),
      fc.array(fc.nat()),
      (items, meta, isFirst, isPretty, cuts) => {
        const list = isFirst
          ? { items, kind: 'EventList', metadata: meta }
          : { kind: 'EventList', metadata: meta, items };
        const text = JSON.stringify(list, undefined, isPretty ? 2 : undefined);
        const plain = JSON.parse(text);
        expect(split(text, cuts)).toEqual({ items: plain.items, envelope: { ...plain, items: [] } });
      },
    ),
    { numRuns: 500 },
  );
});

test('a list that was cut is no list', () => {
  const text = '{"kind":"EventList","metadata":{"resourceVersion":"7"},"items":[{"a":1},{"b":2}]}';
  for (let length = 0; length < text.length; length += 1) {
    expect(() => split(text.slice(0, length), [])).toThrow(SyntaxError);
  }
});

test('items that are null or missing make an empty list', () => {
  expect(split('{"metadata":{"resourceVersion":"7"},"items":null}', [])).toEqual({
    items: [],
    envelope: { metadata: { resourceVersion: '7' }, items: null },
  });
});
