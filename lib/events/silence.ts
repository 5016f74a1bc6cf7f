import * as z from 'zod';

const clock = z
  .string()
  .regex(
    /^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/,
    'must be a time of day such as "22:00"; quote it, or YAML reads a number',
  );
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const moment = z.iso.datetime({
  offset: true,
  error: 'must be RFC 3339 with an offset, such as 2026-12-24T18:00:00+01:00',
});
const zone = z.string().refine(isTimeZone, {
  error: ({ input }) => `must be a name of the time zone database such as Europe/Berlin; got ${JSON.stringify(input)}`,
});

/** Every day, or on some weekdays, between two times of day. */
const dailySilence = z.strictObject({
  from: clock,
  /** When it ends; at or before `from` means on the next day. */
  to: clock,
  /** Days on which it begins. @default every day */
  days: z
    .array(z.enum(weekdays, `must be of ${weekdays.join(', ')}`))
    .min(1)
    .max(7)
    .optional(),
  /** @default UTC */
  timeZone: zone.optional(),
});

/** Once, from one moment until another. */
const singleSilence = z
  .strictObject({ from: moment, to: moment })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { path: ['to'], error: 'must be after from' });

/** One stretch of time in which nobody is notified: `from` and `to` are times of day, or two moments. */
const oneSilence = z.union([dailySilence, singleSilence], { error: (issue) => nearestMistake(issue) });

/** One stretch of silence or a list of them. */
export const silenceSchema = z.union([oneSilence, z.array(oneSilence).min(1).max(50)], {
  error: (issue) => nearestMistake(issue),
});

/** What is wrong with the form that was probably meant: the daily one when there is a time of day, else the one with fewest mistakes. */
function nearestMistake(issue: z.core.$ZodRawIssue): string {
  const branches = issue.code === 'invalid_union' ? issue.errors : [];
  const [best = []] = looksDaily(issue.input) ? branches : branches.toSorted((a, b) => a.length - b.length);
  if (best.length === 0) return 'must be { from: "22:00", to: "06:00" }, or two moments in RFC 3339';
  return best.map(({ path, message }) => [...path.map(String), message].join(' ')).join('; ');
}

function looksDaily(input: unknown): boolean {
  if (typeof input !== 'object' || input === null || !('from' in input)) return false;
  return 'days' in input || 'timeZone' in input || (typeof input.from === 'string' && input.from.length <= 5);
}

/** One stretch of time in which nobody is notified. */
export interface Silence {
  readonly from: string;
  readonly to: string;
  readonly days?: readonly (typeof weekdays)[number][] | undefined;
  readonly timeZone?: string | undefined;
}

/** Says whether a moment, RFC 3339, is inside. */
export type SilenceTest = (at: string) => boolean;

/**
 * Compiles silences into one test. It is asked about the time an event happened, never about the clock: a replay gives the
 * same answer. A moment that is no time is not silent.
 */
export function compileSilences(silences: readonly Silence[]): SilenceTest {
  const tests = silences.map(compileSilence);
  return (at) => {
    const ms = Date.parse(at);
    return !Number.isNaN(ms) && tests.some((test) => test(ms));
  };
}

/** True for the daily form, false for the one with two moments. */
export function isDaily(silence: Silence): boolean {
  return silence.from.length === 5;
}

function compileSilence(silence: Silence): (ms: number) => boolean {
  if (!isDaily(silence)) {
    const [start, end] = [Date.parse(silence.from), Date.parse(silence.to)];
    return (ms) => ms >= start && ms < end;
  }
  const [start, end] = [minuteOfDay(silence.from), minuteOfDay(silence.to)];
  const days = new Set<string>(silence.days ?? weekdays);
  const localOf = localTime(silence.timeZone ?? 'UTC');
  return (ms) => {
    const { minute, day } = localOf(ms);
    if (start < end) return minute >= start && minute < end && days.has(day);
    if (minute >= start) return days.has(day);
    return minute < end && days.has(dayBefore(day));
  };
}

function minuteOfDay(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}

function dayBefore(day: string): string {
  const index = weekdays.findIndex((_, next) => weekdays[(next + 1) % 7] === day);
  return weekdays[index] ?? '';
}

/** Wall clock of a zone, with its changes of summer time. The last minute is remembered: events come in bursts. */
function localTime(timeZone: string): (ms: number) => { minute: number; day: string } {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  let known = Number.NaN;
  let local = { minute: 0, day: '' };
  return (ms) => {
    const minute = Math.floor(ms / 60_000);
    if (minute !== known) {
      const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
      local = { minute: Number(parts.hour) * 60 + Number(parts.minute), day: parts.weekday ?? '' };
      known = minute;
    }
    return local;
  };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false; // RangeError is how Intl says that it knows no such zone
  }
}
