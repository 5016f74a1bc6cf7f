import * as z from 'zod';
import { clusterIdPattern } from './clusterId.ts';
import { maxBatchEvents, maxPositionBytes } from './limits.ts';

/** A cluster's id, see {@link clusterIdPattern}. */
export const clusterIdSchema = z
  .string()
  .regex(clusterIdPattern, "expected 1 to 63 letters, digits, '.', '_' or '-', starting with a letter or digit");

/** Half a surrogate pair is JSON but not UTF-8, and the store takes UTF-8. */
const shortText = z
  .string()
  .max(256)
  .transform((text) => text.toWellFormed());
const count = z.int().min(0);

/** A stretch of the stream the relay knows it did not deliver. */
export const gapSchema = z.object({
  /** RFC 3339. */
  from: shortText.optional(),
  to: shortText.optional(),
  reason: shortText.optional(),
  /** Events known to be lost; absent when nobody can know. */
  dropped: count.optional(),
});

/** What a relay says about itself with every batch. Unknown fields are kept out, not refused: relays are newer than backends. */
export const relayInfoSchema = z.object({
  id: shortText.optional(),
  version: shortText.optional(),
  /** When this relay process started, RFC 3339. With `sequence` it orders batches that arrive out of order. */
  startedAt: z.iso.datetime({ offset: true }).optional(),
  /** Grows by one with every batch this process makes. */
  sequence: count.optional(),
  /** One more than the epoch that came with the position: of two relays, the position of the higher one is kept. */
  epoch: count.optional(),
  /** The relay's own totals, for the registry. */
  counters: z
    .record(z.string().regex(/^[\w.:-]{1,64}$/, 'expected a name of letters, digits and _ . : -'), count)
    .refine((counters) => Object.keys(counters).length <= 64, 'expected at most 64 counters')
    .optional(),
  gaps: z.array(gapSchema).max(20).optional(),
});

/** See {@link relayInfoSchema}. */
export type RelayInfo = z.infer<typeof relayInfoSchema>;

/** See {@link gapSchema}. */
export type Gap = z.infer<typeof gapSchema>;

/** Fields a batch may have, for error messages. */
export const batchFields = ['relay', 'position', 'backlog', 'events'] as const;

/**
 * The batch envelope. Events stay `unknown` here: one bad event must not cost the other 499, so they are read one by
 * one afterwards. The limit on their number is checked by the reader, which answers 413 and not 422.
 */
export const batchSchema = z.strictObject({
  /** A bare name is short for `{ id }`. */
  relay: z.preprocess((relay) => (typeof relay === 'string' ? { id: relay } : relay), relayInfoSchema.optional()),
  /** Opaque to the backend: kept and handed back to the next relay of this cluster. */
  position: z
    .unknown()
    .refine(
      (position) => jsonLength(position) <= maxPositionBytes,
      `expected at most ${maxPositionBytes} characters of JSON`,
    )
    .optional(),
  /** True when these events happened before the relay was watching: kept, but no news for people. */
  backlog: z.boolean().optional(),
  events: z.array(z.unknown()),
});

/** Infinite for what nests so deeply that the stack ends before the text does. */
function jsonLength(value: unknown): number {
  try {
    return JSON.stringify(value)?.length ?? 0;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** A batch as parsed by {@link batchSchema}. */
export type Batch = z.infer<typeof batchSchema>;

/** A batch as a relay sends it: the JSON inside the gzip. */
export interface BatchEnvelope {
  relay?: string | RelayInfo;
  position?: unknown;
  backlog?: boolean;
  /** At most {@link maxBatchEvents}; none is a heartbeat. */
  events: readonly unknown[];
}

/** The relay whose position is kept. */
export const positionKeeperSchema = z.object({ epoch: count, holder: z.string() });

/** See {@link positionKeeperSchema}. */
export type PositionKeeper = z.infer<typeof positionKeeperSchema>;

/** Names a relay process: two of them on one machine, or one after the other, are two. */
export function holderOf({ id = '', startedAt = '' }: Pick<RelayInfo, 'id' | 'startedAt'>): string {
  return `${id}#${startedAt}`;
}

/** Answer to a batch: how many events were taken, and which were not and why. */
export const batchResultSchema = z.object({
  /** Stored now or before. */
  accepted: count,
  rejected: z.array(z.object({ index: count, code: z.string(), message: z.string() })).max(maxBatchEvents),
  /** Present when the batch's position was not taken, because another relay of this cluster has taken over. */
  superseded: positionKeeperSchema.optional(),
});

/** See {@link batchResultSchema}. */
export type BatchResult = z.infer<typeof batchResultSchema>;

/** Answer of `GET /v1/clusters/{cluster}/position`. */
export const positionResultSchema = z.object({
  position: z.unknown(),
  /** Of the relay whose position this is; 0 before there was one. Absent from backends that know no epochs. */
  epoch: count.optional(),
});

/** The one error shape of the API. */
export const errorBodySchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), requestId: z.string().optional() }),
});
