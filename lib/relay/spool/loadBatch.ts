import { plainBatchOf } from '../batchBuilder.ts';
import type { OutgoingBatch } from '../delivery/batchQueue.ts';
import { encodeBatch } from '../encode.ts';
import { gapReasons, withGaps } from './lostEvents.ts';
import type { SpoolEntry } from './spoolEntry.ts';
import type { SpoolQueue } from './spoolQueue.ts';

/** Brings a batch back from disk. Of a record that cannot be read, what is sent instead is the report that it is lost. */
export async function loadBatch(queue: SpoolQueue, entry: SpoolEntry): Promise<OutgoingBatch> {
  const { logger, envelope, onDropped, onHeld } = queue.settings;
  const content = await queue.read(entry);
  const { id, position, openedAt } = entry;
  if (content.kind === 'record') {
    const { count, objects, body } = content.record;
    onHeld(id, body.length);
    return { id, count, position, openedAt, objects, body: Promise.resolve(body) };
  }
  queue.damaged += 1;
  const why = content.kind === 'damaged' ? content.why : 'a later version wrote it';
  logger.error({ why, events: entry.count }, 'a record of the spool is lost');
  const at = new Date(openedAt).toISOString();
  const gap = { from: at, to: at, reason: gapReasons.damaged, dropped: entry.count };
  onDropped(gap.reason, entry.count);
  entry.count = 0;
  const body = encodeBatch(plainBatchOf([]), withGaps(envelope(), [gap]), 1);
  return { id, count: 0, position, openedAt, objects: new Uint32Array(0), body };
}
