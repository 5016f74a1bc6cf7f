import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteBudget } from './byteBudget.ts';

const total = 1_000;

function joined(count: number) {
  const budget = new ByteBudget(total);
  return Array.from({ length: count }, () => {
    const member = { used: 0, told: 0 };
    return Object.assign(member, {
      share: budget.join(
        () => member.used,
        () => {
          member.told += 1;
        },
      ),
    });
  });
}

test('one cluster has all of it', () => {
  expect(joined(1)[0]?.share.limit).toBe(total);
});

test('a burst uses what the others do not need, and leaves each its part', () => {
  const [busy, ...quiet] = joined(5);
  if (busy === undefined) throw new Error('nobody joined');
  expect(busy.share.limit).toBe(600);
  busy.used = 600;
  for (const { share } of quiet) expect(share.limit).toBe(100);
});

test('whoever waits is told when bytes are given back or a cluster leaves', () => {
  const [one, other] = joined(2);
  one?.share.changed();
  expect(other?.told).toBe(1);
  one?.share.leave();
  expect(other?.told).toBe(2);
  expect(other?.share.limit).toBe(total);
});

test('in any order of taking and giving, the sum stays within and nobody goes without its part', () => {
  const steps = fc.array(fc.tuple(fc.nat(4), fc.nat(total), fc.boolean()), { maxLength: 60 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), steps, (count, moves) => {
      const members = joined(count);
      for (const [which, bytes, takes] of moves) {
        const member = members[which % count];
        if (member === undefined) continue;
        if (takes) member.used = Math.min(member.share.limit, member.used + bytes);
        else member.used = Math.max(0, member.used - bytes);
        expect(members.reduce((sum, { used }) => sum + used, 0)).toBeLessThanOrEqual(total + 1e-6);
        for (const { share } of members) expect(share.limit).toBeGreaterThanOrEqual(total / 2 / count - 1e-6);
      }
    }),
  );
});
