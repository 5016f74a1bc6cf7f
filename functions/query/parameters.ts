import type * as z from 'zod';
import { describeIssues } from '../../lib/api/issues.ts';
import { KefError } from '../../lib/errors.ts';
import { isTimeText, utcMicroseconds } from '../../lib/events/occurrenceTime.ts';
import type { ApiRequest } from '../http/request.ts';

/**
 * Reads the query string against a schema.
 *
 * @throws KefError `QueryInvalid` naming every wrong parameter, and the allowed ones when one is unknown
 */
export function readParameters<T extends z.ZodObject>(request: ApiRequest, schema: T): z.infer<T> {
  const parsed = schema.safeParse(request.queryStringParameters ?? {});
  if (parsed.success) return parsed.data;
  const allowed = Object.keys(schema.shape);
  throw new KefError('QueryInvalid', `The query is wrong: ${describeIssues(parsed.error, allowed)}.`);
}

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Times between which to look, as keys begin; absent ends are open. */
export interface TimeRange {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/**
 * The range a query names, in the form that keys begin with.
 *
 * @throws KefError `QueryInvalid` when it ends before it begins
 */
export function timeRange(query: TimeRange, nowMs: number): TimeRange {
  const since = query.since === undefined ? undefined : instantOf(query.since, nowMs);
  const until = query.until === undefined ? undefined : instantOf(query.until, nowMs);
  if (since === undefined || until === undefined || since < until) return { since, until };
  throw new KefError('QueryInvalid', `since must lie before until; they are ${since} and ${until}.`);
}

/** A point in time as the API takes it: RFC 3339, a date, or an age such as `15m`. */
function instantOf(text: string, nowMs: number): string {
  const age = /^(\d+)([smhd])$/.exec(text);
  if (age !== null) return timeText(nowMs - Number(age[1]) * (unitMs[age[2] ?? ''] ?? 0));
  if (isTimeText(text)) return utcMicroseconds(text);
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return timeText(ms);
  throw new KefError('QueryInvalid', `'${text}' is not a time that exists.`);
}

/** The first instant of year 1: what comes before is not written with four digits, and no event is older. */
const earliestMs = -62_135_596_800_000;

/** Milliseconds since 1970 as UTC text with six decimals. */
export function timeText(ms: number): string {
  return utcMicroseconds(new Date(Math.max(ms, earliestMs)).toISOString().replace('Z', '000Z'));
}

/** The text `ms` before `until`, and never after it. */
export function earlier(until: string, ms: number): string {
  const text = timeText(Date.parse(until) - ms);
  return text < until ? text : until;
}

/**
 * Runs a list's reads. A cursor is not signed; one that was tampered with shows as a key DynamoDB refuses, which is then the
 * caller's mistake and not ours.
 */
export async function withCursor<T>(cursor: string | undefined, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (cursor === undefined || !(error instanceof Error) || error.name !== 'ValidationException') throw error;
    throw new KefError('CursorInvalid', 'The cursor cannot be used: its content is damaged.', { cause: error });
  }
}
