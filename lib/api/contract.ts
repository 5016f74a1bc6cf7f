import * as z from 'zod';
import { severities } from '../events/severity.ts';
import { clusterIdPattern } from './clusterId.ts';
import { defaultPageItems, maxBatchEvents, maxPageItems, maxPositionBytes } from './limits.ts';

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

/** Answer to a batch: how many events were taken, and which were not and why. */
export const batchResultSchema = z.object({
  /** Stored now or before. */
  accepted: count,
  rejected: z.array(z.object({ index: count, code: z.string(), message: z.string() })).max(maxBatchEvents),
});

/** See {@link batchResultSchema}. */
export type BatchResult = z.infer<typeof batchResultSchema>;

/** Answer of `GET /v1/clusters/{cluster}/position`. */
export const positionResultSchema = z.object({ position: z.unknown() });

/** The one error shape of the API. */
export const errorBodySchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), requestId: z.string().optional() }),
});

/** Query parameter: one word or several with commas between. */
const wordList = z
  .string()
  .min(1)
  .max(1024)
  .transform((text) => text.split(',').filter((word) => word !== ''));

const severityList = wordList.pipe(z.array(z.enum(severities)).min(1));

/** A point in time: RFC 3339, a plain date, or an age such as `15m`, `24h`, `7d`. */
const instant = z.union(
  [z.iso.datetime({ offset: true }), z.iso.date(), z.string().regex(/^\d{1,6}[smhd]$/)],
  'expected RFC 3339 such as 2026-11-20T10:00:00Z, a date, or an age such as 15m, 24h or 7d',
);

const limit = z
  .string()
  .regex(/^\d{1,4}$/, `expected a whole number from 1 to ${maxPageItems}`)
  .transform(Number)
  .pipe(z.int().min(1).max(maxPageItems));

const name = z.string().min(1).max(512);

/** Query parameters of `GET /v1/events`. */
export const eventsQuerySchema = z.strictObject({
  cluster: clusterIdSchema.optional(),
  namespace: name.optional(),
  kind: name.optional(),
  name: name.optional(),
  /** Matches the event's reason or its effective reason. */
  reason: wordList.optional(),
  severity: severityList.optional(),
  minSeverity: z.enum(severities).optional(),
  type: wordList.optional(),
  since: instant.optional(),
  until: instant.optional(),
  order: z.enum(['asc', 'desc']).default('desc'),
  limit: limit.default(defaultPageItems),
  cursor: z.string().max(4096).optional(),
});

/** Query parameters of `GET /v1/incidents`. */
export const incidentsQuerySchema = z.strictObject({
  cluster: clusterIdSchema.optional(),
  namespace: name.optional(),
  status: z.enum(['open', 'resolved']).optional(),
  minSeverity: z.enum(severities).optional(),
  since: instant.optional(),
  until: instant.optional(),
  limit: limit.default(defaultPageItems),
  cursor: z.string().max(4096).optional(),
});

/** Query parameters of `GET /v1/stats`. */
export const statsQuerySchema = z.strictObject({
  cluster: clusterIdSchema.optional(),
  namespace: name.optional(),
  since: instant.optional(),
  until: instant.optional(),
  /** How many reasons and namespaces to list. */
  top: z
    .string()
    .regex(/^\d{1,3}$/, 'expected a whole number from 1 to 100')
    .transform(Number)
    .pipe(z.int().min(1).max(100))
    .default(10),
});

/** One occurrence in a list, see `docs/api.md`. */
export const eventItemSchema = z.object({
  cluster: z.string(),
  namespace: z.string(),
  kind: z.string(),
  name: z.string(),
  reason: z.string(),
  effectiveReason: z.string(),
  severity: z.enum(severities),
  type: z.string(),
  count,
  component: z.string(),
  message: z.string(),
  firstOccurrence: z.string(),
  lastOccurrence: z.string(),
  uid: z.string(),
  fingerprint: z.string(),
  key: z.string(),
});

/** See {@link eventItemSchema}. */
export type EventItem = z.infer<typeof eventItemSchema>;

/** One cluster in the registry. */
export const clusterItemSchema = z.object({
  cluster: z.string(),
  /** When a relay of this cluster last posted anything. */
  lastHeartbeat: z.string(),
  /** Seconds since then. */
  silentSeconds: z.number(),
  /** How old the newest event of the last batch with events was on arrival. */
  lagSeconds: z.number().optional(),
  lastEventAt: z.string().optional(),
  accepted: count,
  rejected: count,
  batches: count,
  relay: z.object({ id: z.string().optional(), version: z.string().optional(), startedAt: z.string().optional() }),
  counters: z.record(z.string(), z.number()).optional(),
  gaps: z.object({ count, dropped: count, last: z.array(gapSchema) }),
});

/** See {@link clusterItemSchema}. */
export type ClusterItem = z.infer<typeof clusterItemSchema>;

/** One incident. Loose: the console shows fields it knows and newer backends send more. */
export const incidentItemSchema = z.looseObject({
  fingerprint: z.string(),
  cluster: z.string(),
  namespace: z.string(),
  kind: z.string(),
  name: z.string(),
  effectiveReason: z.string(),
  status: z.enum(['open', 'resolved']),
  severity: z.enum(severities),
  openedAt: z.string(),
  lastSeen: z.string(),
  occurrences: z.number(),
});

/** See {@link incidentItemSchema}. */
export type IncidentItem = z.infer<typeof incidentItemSchema>;

const counted = z.array(z.object({ name: z.string(), occurrences: count }));

/** Answer of `GET /v1/stats`. */
export const statsResultSchema = z.object({
  since: z.string(),
  until: z.string(),
  /** True when the read stopped at its limit: the counts then cover `coveredSince` to `until` only. */
  truncated: z.boolean(),
  coveredSince: z.string(),
  occurrences: count,
  bySeverity: z.record(z.string(), count),
  byType: z.record(z.string(), count),
  topReasons: z.array(z.object({ reason: z.string(), severity: z.enum(severities), occurrences: count })),
  topNamespaces: counted,
  /** Equal slices of the range, oldest first; slices without events are absent. */
  overTime: z.array(z.object({ start: z.string(), bySeverity: z.record(z.string(), count) })),
});

/** See {@link statsResultSchema}. */
export type StatsResult = z.infer<typeof statsResultSchema>;

/** A page of a list: `cursor` is present when there is more. */
export const pageSchema = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), cursor: z.string().optional() });

/** A page of `T`. */
export interface Page<T> {
  items: T[];
  cursor?: string | undefined;
}
