import * as z from 'zod';
import type { InvokeResult } from './invoke.ts';
import { cutRecords, type ParkedBatch, readParkedBatch } from './parkedBatch.ts';

/** The bucket with what `route` gave up, and `route` itself. */
export interface BatchPorts {
  /** Keys of all parked objects, oldest first. */
  keys(): AsyncIterable<string>;
  read(key: string): Promise<string>;
  remove(key: string): Promise<void>;
  invokeRoute(event: { readonly Records: readonly unknown[] }): Promise<InvokeResult>;
}

/** What became of one parked batch. */
export type BatchOutcome = { readonly key: string } & (
  | { readonly state: 'parked' | 'done'; readonly batch: ParkedBatch }
  | { readonly state: 'failed'; readonly reason: string }
);

const answerSchema = z.looseObject({ batchItemFailures: z.array(z.unknown()).default([]) }).nullable();

/**
 * Hands parked batches to `route` again, one after the other: within a shard in the order in which they were given up. An object is
 * removed once `route` took every record of it; until then, doing it again is harmless, because `route` recognises what it
 * has applied.
 *
 * @param apply false only looks
 */
export async function* redriveBatches(
  ports: BatchPorts,
  { apply, limit }: { readonly apply: boolean; readonly limit: number },
): AsyncGenerator<BatchOutcome> {
  let count = 0;
  for await (const key of ports.keys()) {
    if (count++ >= limit) return;
    yield await redriveBatch(ports, key, apply);
  }
}

async function redriveBatch(ports: BatchPorts, key: string, apply: boolean): Promise<BatchOutcome> {
  try {
    const batch = readParkedBatch(await ports.read(key), key);
    if (!apply) return { key, state: 'parked', batch };
    for (const Records of cutRecords(batch.records)) {
      const result = await ports.invokeRoute({ Records });
      if (!result.ok) return { key, state: 'failed', reason: result.reason };
      const failures = answerSchema.parse(result.answer)?.batchItemFailures ?? [];
      if (failures.length > 0) {
        return {
          key,
          state: 'failed',
          reason: `route refused from ${JSON.stringify(failures[0])} on; its log has the reason`,
        };
      }
    }
    await ports.remove(key);
    return { key, state: 'done', batch };
  } catch (error) {
    // One object that cannot be read or handed over must not keep the others from it.
    return { key, state: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}
