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

/** A point in time as the API takes it (RFC 3339, a date, or an age such as `15m`), in the form that keys begin with. */
export function instantOf(text: string, nowMs: number): string {
  const age = /^(\d+)([smhd])$/.exec(text);
  if (age !== null) return timeText(nowMs - Number(age[1]) * (unitMs[age[2] ?? ''] ?? 0));
  return isTimeText(text) ? utcMicroseconds(text) : timeText(Date.parse(text));
}

/** Milliseconds since 1970 as UTC text with six decimals; years before 1 end there. */
export function timeText(ms: number): string {
  return utcMicroseconds(new Date(Math.max(ms, -62_135_596_800_000)).toISOString().replace('Z', '000Z'));
}
