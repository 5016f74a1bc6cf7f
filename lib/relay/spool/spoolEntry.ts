import type { OutgoingBatch } from '../delivery/batchQueue.ts';
import type { Position } from '../position.ts';
import type { StoredRecord } from './spoolFolder.ts';

/** An unsettled batch as the spool knows it: in memory, on disk, or both. */
export interface SpoolEntry {
  readonly id: number;
  readonly position: Position | null;
  readonly openedAt: number;
  /** Events in it; 0 when all that is left is the report of what was lost. */
  count: number;
  /** Present while the body is in memory. */
  batch: OutgoingBatch | undefined;
  /** Present once it is on disk. */
  stored: StoredRecord | undefined;
  /** Delivery has it. */
  isTaken: boolean;
  isSettled: boolean;
  /** Its ordinary events were given up already, or it never had any. */
  isStripped: boolean;
  /** The disk does not give it back: reported when its turn comes. */
  isUnreadable: boolean;
  /** Somebody writes it again; whoever wants it waits for that. */
  busy: Promise<void> | undefined;
}

/** An entry for a batch in memory. */
export function entryOf(batch: OutgoingBatch): SpoolEntry {
  const { id, count, position, openedAt } = batch;
  return { id, count, position, openedAt, batch, stored: undefined, ...untouched };
}

/** An entry for a record that an earlier process left. */
export function restoredEntry(
  id: number,
  stored: StoredRecord,
  { position, openedAt }: Pick<SpoolEntry, 'position' | 'openedAt'>,
): SpoolEntry {
  return { id, count: stored.name.count, position, openedAt, batch: undefined, stored, ...untouched };
}

const untouched = {
  isTaken: false,
  isSettled: false,
  isStripped: false,
  isUnreadable: false,
  busy: undefined,
} as const;
