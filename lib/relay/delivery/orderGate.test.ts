import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OrderGate } from './orderGate.ts';

const batch = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 12 });

test.each([
  ['ample', 65_536],
  ['far too small', 16],
])('with an %s table, no batch overtakes an unsettled one about the same object', (_title, size) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(batch, fc.boolean(), fc.nat(5)), { maxLength: 40 }), (steps) => {
      const gate = new OrderGate(size);
      const objectsOf = new Map<number, number[]>();
      const waitsFor = new Map<number, readonly number[]>();
      for (const [at, [objects, settles, which]] of steps.entries()) {
        const id = at + 1;
        waitsFor.set(id, gate.enter(id, Uint32Array.from(objects)));
        // Everything earlier, unsettled and about one of these objects is waited for, directly or through others.
        const reachable = new Set<number>();
        const follow = (from: number): void => {
          for (const next of waitsFor.get(from) ?? []) {
            if (reachable.has(next)) continue;
            reachable.add(next);
            follow(next);
          }
        };
        follow(id);
        for (const [earlier, others] of objectsOf) {
          if (!gate.isSettled(earlier) && others.some((object) => objects.includes(object)))
            expect(reachable).toContain(earlier);
        }
        expect([...reachable].every((earlier) => earlier < id)).toBe(true);
        objectsOf.set(id, objects);
        // As in delivery: only a batch that waits for nobody can be settled.
        const free = [...objectsOf.keys()].filter(
          (each) => !gate.isSettled(each) && (waitsFor.get(each) ?? []).every((b) => gate.isSettled(b)),
        );
        const done = free[which % Math.max(1, free.length)];
        if (settles && done !== undefined) gate.settle(done);
      }
    }),
    { numRuns: 300 },
  );
});

test('batches about different objects do not wait for each other', () => {
  const gate = new OrderGate();
  expect(gate.enter(1, Uint32Array.of(10, 11, 10))).toEqual([]);
  expect(gate.enter(2, Uint32Array.of(12))).toEqual([]);
  expect(gate.enter(3, Uint32Array.of(11, 12))).toEqual([1, 2]);
  gate.settle(1);
  expect(gate.enter(4, Uint32Array.of(10))).toEqual([]);
});
