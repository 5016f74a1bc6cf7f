import { gapReasons, joinReports, reduceBatch } from './lostEvents.ts';
import type { SpoolEntry } from './spoolEntry.ts';
import { SpoolFolder } from './spoolFolder.ts';
import type { SpoolQueue } from './spoolQueue.ts';
import type { SpoolRecord } from './spoolRecord.ts';

/**
 * Makes room for one more record, by giving up what matters least: first the ordinary events (of type Normal and severity info)
 * of the oldest batches, then those of the new one, then the oldest batches whole. What a batch lost is written into its
 * own envelope; batches of which nothing is left become one report. Batches that delivery has are never touched: when there
 * is nothing else, this waits for one of them to be settled.
 *
 * @returns the record, perhaps with less in it; `undefined` when it is not needed any more
 */
export async function makeRoom(
  queue: SpoolQueue,
  entry: SpoolEntry,
  record: SpoolRecord,
): Promise<SpoolRecord | undefined> {
  let wanted = record;
  while (!entry.isSettled && !queue.isClosed) {
    const { maxBytes, isOrdinary, onDropped } = queue.settings;
    if (queue.bytes + SpoolFolder.sizeOf(wanted) <= maxBytes) return wanted;
    const ordinary = queue.waiting.find((one) => hasEvents(one) && !one.isStripped);
    if (ordinary !== undefined) {
      await hold(ordinary, () => reduce(queue, ordinary, gapReasons.ordinary, isOrdinary));
      await joinReport(queue, ordinary);
    } else if (!entry.isStripped && !entry.isTaken) {
      entry.isStripped = true;
      const less = await reduceBatch(wanted.body, gapReasons.ordinary, isOrdinary);
      if (less === undefined) continue;
      // Delivery may have taken the whole batch meanwhile: then nothing of it is given up.
      if (entry.isTaken) continue;
      wanted = { ...wanted, body: less.body, count: less.count };
      replaceInMemory(queue, entry, wanted);
      onDropped(gapReasons.ordinary, less.dropped);
    } else {
      const oldest = queue.waiting.find(hasEvents);
      if (oldest !== undefined) {
        await hold(oldest, () => reduce(queue, oldest, gapReasons.any, () => true));
        await joinReport(queue, oldest);
      } else if (queue.isClosing) return undefined;
      else await queue.whenChanged();
    }
  }
  return entry.isSettled || queue.isClosed ? undefined : wanted;
}

/** The queue in memory and the record say the same. */
function replaceInMemory(queue: SpoolQueue, entry: SpoolEntry, { count, body }: SpoolRecord): void {
  if (entry.batch === undefined) return;
  queue.events -= entry.count - count;
  entry.count = count;
  entry.batch = { ...entry.batch, count, body: Promise.resolve(body) };
}

/** True when there is something on disk that could be given up. */
function hasEvents({ stored, count, isUnreadable }: SpoolEntry): boolean {
  return stored !== undefined && count > 0 && !isUnreadable;
}

/** Writes a record again without the events that `isLost` names. */
async function reduce(
  queue: SpoolQueue,
  entry: SpoolEntry,
  reason: string,
  isLost: (event: unknown) => boolean,
): Promise<void> {
  entry.isStripped = true;
  const content = await queue.read(entry);
  if (content.kind !== 'record') {
    entry.isUnreadable = true;
    return;
  }
  const less = await reduceBatch(content.record.body, reason, isLost);
  if (less === undefined) return;
  await queue.store(entry, { ...content.record, body: less.body, count: less.count });
  queue.settings.onDropped(reason, less.dropped);
}

/** When nothing is left of a batch, and nothing of the ones before it: one report for all of them. */
export async function joinReport(queue: SpoolQueue, entry: SpoolEntry): Promise<void> {
  for (;;) {
    const at = queue.waiting.indexOf(entry);
    const before = queue.waiting[at - 1];
    if (at < 1 || before === undefined || !isReport(entry) || !isReport(before)) return;
    await hold(before, () => hold(entry, () => join(queue, before, entry)));
    if (queue.waiting.includes(before)) return;
  }
}

function isReport({ stored, count, busy, isUnreadable }: SpoolEntry): boolean {
  return stored !== undefined && count === 0 && busy === undefined && !isUnreadable;
}

async function join(queue: SpoolQueue, before: SpoolEntry, entry: SpoolEntry): Promise<void> {
  const [one, other] = [await queue.read(before), await queue.read(entry)];
  if (one.kind !== 'record' || other.kind !== 'record' || before.stored === undefined) {
    before.isUnreadable = one.kind !== 'record';
    entry.isUnreadable = other.kind !== 'record';
    return;
  }
  await queue.store(entry, { ...other.record, body: await joinReports(one.record.body, other.record.body) }, before);
  queue.discard(before.stored);
  queue.absorb(before);
}

/** Keeps delivery from taking an entry while it is written again. */
async function hold(entry: SpoolEntry, work: () => Promise<void>): Promise<void> {
  const done = Promise.withResolvers<void>();
  entry.busy = done.promise;
  try {
    await work();
  } finally {
    entry.busy = undefined;
    done.resolve();
  }
}
