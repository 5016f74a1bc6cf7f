import fc from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { type BatchQueue, MemoryQueue, type OutgoingBatch } from './batchQueue.ts';
import { Delivery } from './delivery.ts';

const nowhere = { position: null, openedAt: 0 };
const logger = pino({ level: 'silent' });

/** A queue whose batches come from elsewhere, later: as one on disk would. */
class SlowQueue implements BatchQueue {
  readonly #inner = new MemoryQueue();

  get events(): number {
    return this.#inner.events;
  }

  push(batch: OutgoingBatch): void {
    this.#inner.push(batch);
  }

  async shift(): Promise<OutgoingBatch | undefined> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.#inner.shift();
  }

  settled(): void {}
}

test.each([
  ['memory', MemoryQueue],
  ['elsewhere', SlowQueue],
])(
  'batches from %s all arrive, per object in order, never more at once than there are workers',
  async (_title, Queue) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 4 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.nat(3)),
        async (objectsOfBatches, workers, delays) => {
          const seen = new Map<number, number[]>();
          let active = 0;
          let most = 0;
          const settled: number[] = [];
          const delivery = new Delivery({
            workers: () => workers,
            logger,
            queue: new Queue(),
            onSettled: (id) => settled.push(id),
            poster: {
              post: async (body) => {
                active += 1;
                most = Math.max(most, active);
                for (let turn = delays.next().value; turn > 0; turn -= 1)
                  await new Promise((resolve) => setImmediate(resolve));
                const id = Number(body.toString());
                for (const object of objectsOfBatches[id - 1] ?? [])
                  seen.set(object, [...(seen.get(object) ?? []), id]);
                active -= 1;
              },
            },
          });
          for (const [at, objects] of objectsOfBatches.entries()) {
            const body = Promise.resolve(Buffer.from(String(at + 1)));
            delivery.offer({ ...nowhere, id: at + 1, count: objects.length, objects: Uint32Array.from(objects), body });
          }
          await delivery.whenIdle();
          expect(settled).toHaveLength(objectsOfBatches.length);
          expect(most).toBeLessThanOrEqual(workers);
          expect(delivery.queuedEvents).toBe(0);
          for (const order of seen.values()) expect(order).toEqual([...order].sort((a, b) => a - b));
        },
      ),
      { numRuns: 60 },
    );
  },
);

test('a batch that hangs holds back only those about its objects', async () => {
  const settled: number[] = [];
  const delivery = new Delivery({
    workers: () => 3,
    logger,
    onSettled: (id) => settled.push(id),
    poster: { post: (body) => (body.toString() === '1' ? new Promise(() => {}) : Promise.resolve()) },
  });
  for (let id = 1; id <= 6; id += 1) {
    const objects = Uint32Array.of(id === 4 ? 1 : id * 10);
    delivery.offer({
      ...nowhere,
      id,
      count: 1,
      objects: id === 1 ? Uint32Array.of(1) : objects,
      body: Promise.resolve(Buffer.from(String(id))),
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(settled).toEqual([2, 3, 5, 6]);
  expect(delivery.isIdle).toBe(false);
});
