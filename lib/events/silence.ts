import * as z from 'zod';
import { oneOrList } from './oneOrList.ts';

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const clock = /^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/;
const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;
const twoForms =
  'two times of day such as "22:00" (quoted, or YAML reads a number), or two moments such as 2026-12-24T18:00:00+01:00';

/** One stretch of time: every day between two times of day, or once between two moments. */
const oneSilence = z
  .strictObject({
    from: z.string(`must be text: ${twoForms}`),
    /** For times of day: at or before `from` means on the next day. */
    to: z.string(`must be text: ${twoForms}`),
    /** Days on which it begins; for times of day only. @default every day */
    days: z
      .array(z.enum(weekdays, `must be of ${weekdays.join(', ')}`))
      .min(1)
      .max(7)
      .optional(),
    /** For times of day only. @default UTC */
    timeZone: z
      .string()
      .refine(isTimeZone, {
        error: ({ input }) =>
          `must be a name of the time zone database such as Europe/Berlin; got ${JSON.stringify(input)}`,
      })
      .optional(),
  })
  .superRefine(({ from, to, days, timeZone }, context) => {
    const complain = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (clock.test(from) && clock.test(to)) return;
    if (!isMoment(from) || !isMoment(to)) {
      const isDailyMeant = clock.test(from) || days !== undefined || timeZone !== undefined;
      complain((isDailyMeant ? clock.test(from) : isMoment(from)) ? 'to' : 'from', `must be one of ${twoForms}`);
    } else if (Date.parse(from) >= Date.parse(to)) {
      complain('to', 'must be after from');
    } else if (days !== undefined || timeZone !== undefined) {
      complain(days === undefined ? 'timeZone' : 'days', 'belongs to times of day; a moment has its own offset');
    }
  });

/** One stretch of silence or a list of them. */
export const silenceSchema = oneOrList(oneSilence, 50);

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

function isMoment(text: string): boolean {
  return moment.test(text) && !Number.isNaN(Date.parse(text));
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false; // RangeError is how Intl says that it knows no such zone
  }
}
