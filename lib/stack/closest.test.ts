import { describe, expect, it } from 'vitest';
import { closest } from './closest.ts';

describe('closest', () => {
  const keys = ['clusters', 'retentionDays', 'notify', 'rules', 'region'];

  it.each([
    ['cluster', 'clusters'],
    ['Clusters', 'clusters'],
    ['retention_days', 'retentionDays'],
    ['notfiy', 'notify'],
  ])('takes %s for %s', (word, meant) => {
    expect(closest(word, keys)).toBe(meant);
  });

  it('guesses nothing when nothing is near', () => {
    expect(closest('webhook', keys)).toBeUndefined();
    expect(closest('webhook', [])).toBeUndefined();
  });
});
