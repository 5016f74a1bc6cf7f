import { expect, test } from 'vitest';
import { fileNameOf, parseFileName, type RecordName, resolveReplaced } from './recordName.ts';

const name = (first: number, last: number, generation = 0): RecordName => ({ first, last, generation, count: 3 });

test('a file name tells numbers, generation and events, and sorts in order', () => {
  const names = [name(2, 2), name(10, 11, 4), name(100, 100)];
  expect(names.map(fileNameOf).map(parseFileName)).toEqual(names);
  expect(names.map(fileNameOf)).toEqual(names.map(fileNameOf).toSorted());
});

test.each(['position.json', 'lock', '1-1-0-3.batch', `${fileNameOf(name(1, 1))}.draft`])('%s is no record', (file) => {
  expect(parseFileName(file)).toBeUndefined();
});

test('a record that was written again counts once, as it was written last', () => {
  const { current, replaced } = resolveReplaced([name(1, 1), name(2, 2), name(2, 2, 1), name(3, 3)]);
  expect(current).toEqual([name(1, 1), name(2, 2, 1), name(3, 3)]);
  expect(replaced).toEqual([name(2, 2)]);
});

test('a record that stands for several replaces each of them', () => {
  const names = [name(1, 1), name(2, 2, 1), name(2, 3, 2), name(3, 3, 1), name(2, 4, 3), name(4, 4, 1), name(5, 5)];
  expect(resolveReplaced(names).current).toEqual([name(1, 1), name(2, 4, 3), name(5, 5)]);
});
