import { describe, expect, test } from 'vitest';
import { RelayStats } from './relayStats.ts';

describe('what kube_event_count is labelled with', () => {
  test.each([
    ['a reason of a megabyte', 'Warning', 'x'.repeat(1_000_000), 'Pod'],
    ['a reason of several lines', 'Warning', 'Failed\nagain', 'Pod'],
    ['a kind with control characters', 'Warning', 'Failed', 'Pod\u0000'],
    ['a type that is a page', 'y'.repeat(300), 'Failed', 'Pod'],
  ])('%s is other', (_title, type, reason, kind) => {
    const stats = new RelayStats();
    stats.count(type, reason, kind);
    stats.count('Normal', 'Pulled', 'Pod');
    expect([...stats.counts()]).toEqual([
      ['other', 'other', 'other', 1],
      ['Normal', 'Pulled', 'Pod', 1],
    ]);
  });

  test('there are 2,000 combinations and other, whatever comes; those known go on counting', () => {
    const stats = new RelayStats();
    for (let index = 0; index < 10_000; index += 1) stats.count('Normal', `Reason${index}`, 'Pod');
    stats.count('Normal', 'Reason7', 'Pod');
    const counts = [...stats.counts()];
    expect(counts).toHaveLength(2_001);
    expect(counts.find(([, reason]) => reason === 'Reason7')?.[3]).toBe(2);
    expect(counts.find(([, reason]) => reason === 'other')?.[3]).toBe(8_000);
  });
});
