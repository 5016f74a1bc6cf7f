import { describe, expect, test } from 'vitest';
import { OrderGate } from '../../../lib/relay/delivery/orderGate.ts';
import { type Position, PositionLedger } from '../../../lib/relay/position.ts';
import { explore, wander } from './explore.ts';
import type { Budget } from './model.ts';
import type { Defects } from './process.ts';

const nothing: Budget = { writes: 3, crashes: 0, compactions: 0, losses: 0, heartbeats: 0 };

/** The API is away, batches go to disk, the server forgets, the relay dies. */
const spooling: Budget = { ...nothing, crashes: 1, spools: 1, expiries: 1 };

describe('in every interleaving', () => {
  test.each<[string, Budget]>([
    ['of list, watch, batches and answers', { ...nothing, writes: 4 }],
    ['with a crash anywhere, and requests of the dead process that land later', { ...nothing, crashes: 1 }],
    ['with a lost request or answer, and a heartbeat', { ...nothing, losses: 1, heartbeats: 1 }],
    ['with a compaction anywhere, so that the relay has to list again', { ...nothing, compactions: 1 }],
    ['with batches that go to disk and events that expire on the server', { ...nothing, spools: 1, expiries: 1 }],
  ])('%s, no position passes an unstored event, and in the end everything is stored', (_title, budget) => {
    const { isComplete, counterexample, states } = explore(budget);
    expect(counterexample).toBeUndefined();
    expect(isComplete).toBe(true);
    expect(states).toBeGreaterThan(1_000);
  });
});

test('on thousands of random ways through everything at once, no promise is broken', () => {
  const everything = { writes: 4, crashes: 2, compactions: 1, losses: 2, heartbeats: 2, spools: 3, expiries: 1 };
  const { states, counterexample } = wander(everything, 3_000, 1);
  expect(counterexample).toBeUndefined();
  expect(states).toBeGreaterThan(50_000);
});

/** Reports the versions that were read, acknowledged or not. */
class ReportsWhatIsRead extends PositionLedger {
  override get position(): Position | null {
    const version = this.reached('*');
    return version === undefined ? null : { v: 1, scopes: { '*': version } };
  }
}

/** Any acknowledged batch moves the position, also one behind which another is still unsent. */
class TrustsAnyAcknowledgement extends PositionLedger {
  readonly #marks = new Map<number, string | undefined>();
  #acknowledged: string | undefined;

  override seal(parts: number): number[] {
    const ids = super.seal(parts);
    for (const id of ids) this.#marks.set(id, this.reached('*'));
    return ids;
  }

  override settle(id: number): void {
    super.settle(id);
    this.#acknowledged = this.#marks.get(id) ?? this.#acknowledged;
  }

  override get position(): Position | null {
    const version = this.#acknowledged;
    return version === undefined ? super.position : { v: 1, scopes: { '*': version } };
  }
}

/** Forgets that an event waits in the open batch. */
class ForgetsOpenBatch extends PositionLedger {
  override admit(): void {}
}

/** Lets every batch go at once. */
class NoGate extends OrderGate {
  override enter(id: number, objects: Uint32Array): readonly number[] {
    super.enter(id, objects);
    return [];
  }
}

describe('a relay is caught that', () => {
  test.each<[string, Budget, Defects]>([
    ['reports what it has read', nothing, { ledger: (...given) => new ReportsWhatIsRead(...given) }],
    [
      'lets an acknowledgement pass an unsent event',
      nothing,
      { ledger: (...given) => new TrustsAnyAcknowledgement(...given) },
    ],
    [
      'reports while an event waits in the open batch',
      nothing,
      { ledger: (...given) => new ForgetsOpenBatch(...given) },
    ],
    ['leaves batches in flight off the disk', spooling, { skipsInFlight: true }],
    ['takes a batch off the disk when it is sent', spooling, { removesWhenSent: true }],
    ['resumes from what was read when a batch went to disk', spooling, { recordsWhatIsRead: true }],
    ['reports what is on disk as acknowledged', spooling, { trustsDisk: true }],
    ['moves the position with list items, which are in the order of names', nothing, { itemsCarryVersions: true }],
    ['moves the position with the head of a list', nothing, { reachesBeforeItems: true }],
    ['sends two batches about one object at once', nothing, { gate: () => new NoGate(16) }],
  ])('%s', (_title, budget, defects) => {
    const { counterexample } = explore(budget, defects);
    expect(counterexample?.broken).toBeDefined();
    // The shortest way there is short enough to be read.
    expect(counterexample?.path.length).toBeLessThan(20);
  });
});
