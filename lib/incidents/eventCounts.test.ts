import { describe, expect, it } from 'vitest';
import {
  countOccurrence,
  type EventCounts,
  isProvablyNew,
  maxCountedEvents,
  noCounts,
  resetCount,
} from './eventCounts.ts';

function countAll(occurrences: readonly (readonly [uid: string, count: number])[], memory: EventCounts = noCounts) {
  let current = memory;
  const added = occurrences.map(([uid, count]) => {
    const counted = countOccurrence(current, uid, count);
    current = counted.memory;
    return counted.added;
  });
  return { added, memory: current };
}

describe('counting', () => {
  it('adds the difference to the last known total of the same Event object', () => {
    expect(
      countAll([
        ['a', 3],
        ['a', 5],
        ['b', 1],
        ['a', 6],
      ]).added,
    ).toEqual([3, 2, 1, 1]);
  });

  it('adds nothing for a total that did not grow, and keeps the higher one', () => {
    const { added, memory } = countAll([
      ['a', 5],
      ['a', 5],
      ['a', 2],
      ['a', 6],
    ]);
    expect(added).toEqual([5, 0, 0, 1]);
    expect(isProvablyNew(memory, 'a', 6)).toBe(false);
    expect(isProvablyNew(memory, 'a', 7)).toBe(true);
  });

  it('remembers a bounded number of objects, and adds 1 for any it may have forgotten', () => {
    const many = Array.from({ length: maxCountedEvents + 1 }, (_, index) => [`uid-${index}`, 9] as const);
    const { memory } = countAll(many);
    expect(Object.keys(memory.counts)).toHaveLength(maxCountedEvents);
    expect(countOccurrence(memory, 'uid-0', 10).added).toBe(1);
    expect(isProvablyNew(memory, 'uid-new', 10)).toBe(false);
  });

  it('takes a total that was set back as it is, and proves nothing by counts from then on', () => {
    const memory = resetCount(countAll([['a', 40]]).memory, 'a', 2);
    expect(countOccurrence(memory, 'a', 3).added).toBe(1);
    expect(isProvablyNew(memory, 'a', 40)).toBe(false);
  });
});
