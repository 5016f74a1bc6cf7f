import type { BatchEnvelope, Gap, RelayInfo } from '../../api/contract.ts';
import { isUnsetTime } from '../../events/occurrenceTime.ts';
import { readEvent } from '../../events/readEvent.ts';
import { plainBatchOf } from '../batchBuilder.ts';
import { decodeBatch, encodeBatch } from '../encode.ts';

/** A batch after some of its events were given up. */
export interface ReducedBatch {
  readonly body: Buffer<ArrayBuffer>;
  readonly count: number;
  /** Events given up now. */
  readonly dropped: number;
}

/** Reasons that gap records give. */
export const gapReasons = {
  ordinary: 'spool full: ordinary events of type Normal',
  any: 'spool full',
  damaged: 'spool record damaged',
} as const;

/**
 * Gives up the events that `isLost` names, and writes into the batch's own envelope which times and how many: the report travels
 * with what is left of the batch, is acknowledged with it, and is on disk in the same moment.
 */
export async function reduceBatch(
  body: Buffer<ArrayBuffer>,
  reason: string,
  isLost: (event: unknown) => boolean,
): Promise<ReducedBatch | undefined> {
  const { events, ...envelope } = await decodeBatch(body);
  const kept: unknown[] = [];
  const lost: unknown[] = [];
  for (const event of events) (isLost(event) ? lost : kept).push(event);
  if (lost.length === 0) return undefined;
  const gap: Gap = { ...spanOf(lost), reason, dropped: lost.length };
  const reported = withGaps(envelope, [gap]);
  return { body: await encodeBatch(plainBatchOf(kept), reported, 1), count: kept.length, dropped: lost.length };
}

/** One batch without events that reports what both did. `later` must have no events. */
export async function joinReports(
  earlier: Buffer<ArrayBuffer>,
  later: Buffer<ArrayBuffer>,
): Promise<Buffer<ArrayBuffer>> {
  const { events: _none, ...envelope } = await decodeBatch(later);
  return encodeBatch(plainBatchOf([]), withGaps(envelope, gapsOf(await decodeBatch(earlier))), 1);
}

/** Adds gaps to an envelope, one per reason. */
export function withGaps(envelope: Omit<BatchEnvelope, 'events'>, gaps: readonly Gap[]): Omit<BatchEnvelope, 'events'> {
  const relay = infoOf(envelope);
  const byReason = new Map<string | undefined, Gap>();
  for (const gap of [...(relay.gaps ?? []), ...gaps]) {
    const known = byReason.get(gap.reason);
    byReason.set(gap.reason, known === undefined ? gap : joinGaps(known, gap));
  }
  return { ...envelope, relay: { ...relay, gaps: [...byReason.values()] } };
}

function joinGaps(one: Gap, other: Gap): Gap {
  const from = [one.from, other.from].filter((time) => time !== undefined).sort()[0];
  const to = [one.to, other.to]
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
  const isCounted = one.dropped !== undefined || other.dropped !== undefined;
  return {
    ...(from === undefined ? undefined : { from }),
    ...(to === undefined ? undefined : { to }),
    ...(one.reason === undefined ? undefined : { reason: one.reason }),
    ...(isCounted ? { dropped: (one.dropped ?? 0) + (other.dropped ?? 0) } : undefined),
  };
}

function gapsOf(envelope: BatchEnvelope): readonly Gap[] {
  return infoOf(envelope).gaps ?? [];
}

function infoOf({ relay }: Pick<BatchEnvelope, 'relay'>): RelayInfo {
  return typeof relay === 'string' ? { id: relay } : (relay ?? {});
}

/** First and last time at which the events happened. */
function spanOf(events: readonly unknown[]): Pick<Gap, 'from' | 'to'> {
  const times = events.flatMap((event) => {
    try {
      const { lastOccurrence } = readEvent(event);
      return isUnsetTime(lastOccurrence) ? [] : [new Date(lastOccurrence).toISOString()];
    } catch {
      return []; // an event that nobody can read has no time either
    }
  });
  const [from] = times.sort();
  const to = times.at(-1);
  return from === undefined || to === undefined ? {} : { from, to };
}
