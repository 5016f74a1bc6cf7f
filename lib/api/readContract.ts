import * as z from 'zod';
import { type Severity, severities } from '../events/severity.ts';
import { clusterIdSchema, gapSchema } from './contract.ts';
import { defaultPageItems, maxPageItems } from './limits.ts';

const count = z.int().min(0);

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
  /** Present when events of less than this severity are kept but not counted. */
  indexedFrom: z.enum(severities).optional(),
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

/**
 * A page of a list: `cursor` is present when there is more, `indexedFrom` when less severe events are kept but not in such lists.
 */
export const pageSchema = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), cursor: z.string().optional(), indexedFrom: z.enum(severities).optional() });

/** A page of `T`. */
export interface Page<T> {
  items: T[];
  cursor?: string | undefined;
  indexedFrom?: Severity | undefined;
}
