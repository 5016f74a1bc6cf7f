import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BatchBuilder, BufferPool, plainBatchOf } from './batchBuilder.ts';
import { decodeBatch, encodeBatch } from './encode.ts';

const event = fc.dictionary(fc.string({ unit: 'binary', maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });

test('a batch comes back as the events that were put into it, with its envelope', async () => {
  const pool = new BufferPool();
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 30 }), fc.boolean(), async (events, asBytes) => {
      const builder = new BatchBuilder(pool, { maxEvents: 30, maxBytes: 2_000, isBacklog: false });
      for (const each of events) builder.add(asBytes ? Buffer.from(JSON.stringify(each)) : JSON.stringify(each), 'pod');
      const batch = builder.take();
      if (batch === undefined) throw new Error('a builder with events has a batch');
      expect(batch.count).toBe(events.length);
      expect(batch.objects).toHaveLength(events.length);
      const body = await encodeBatch(batch, { relay: { id: 'r' }, position: { v: 1 } }, 1);
      pool.give(batch.buffer);
      const plain = JSON.parse(Buffer.from(JSON.stringify(events)).toString());
      expect(await decodeBatch(body)).toEqual({ events: plain, relay: { id: 'r' }, position: { v: 1 } });
    }),
  );
});

test('an event larger than the whole batch limit gets a batch of its own', async () => {
  const builder = new BatchBuilder(new BufferPool(), { maxEvents: 10, maxBytes: 1_024, isBacklog: false });
  builder.add('{"a":1}', 'x');
  expect(builder.fits(600_000)).toBe(false);
  builder.take();
  expect(builder.fits(600_000)).toBe(true);
  builder.add(JSON.stringify({ note: 'x'.repeat(600_000) }), 'x');
  expect(builder.isFull).toBe(true);
  const batch = builder.take();
  const { events } = await decodeBatch(await encodeBatch(batch ?? plainBatchOf([]), {}, 1));
  expect(events).toHaveLength(1);
});

test('a heartbeat is an envelope without events', async () => {
  expect(await decodeBatch(await encodeBatch(plainBatchOf([]), {}, 1))).toEqual({ events: [] });
});
