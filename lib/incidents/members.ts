import { clampSeconds, type Moment, millisOf, secondsOf } from './moment.ts';
import type { Occurrence } from './occurrence.ts';
import type { IncidentSettings } from './settings.ts';
import { troubleOf } from './trouble.ts';

/** A moment in whole seconds, by both clocks: what fits an item many times. */
export interface Stamp {
  readonly at: number;
  readonly arrivedAt: number;
}

/** One object of an incident that is in trouble. */
export interface Member {
  /** Its occurrences in this episode. */
  readonly total: number;
  /** Since when it has been in trouble without a break. */
  readonly since: Stamp;
  readonly last: Stamp;
  /** End of the stream sequence number of its last occurrence. */
  readonly sequence?: number;
}

/** The objects of an incident, by name; insertion order is the age of their last occurrence. */
export interface Members {
  readonly members: Readonly<Record<string, Member>>;
  /** True once there were more than are remembered. */
  readonly hasForgottenMembers: boolean;
}

/** Objects remembered per incident. */
export const maxMembers = 128;

/** The objects of an incident that has not happened yet. */
export const noMembers: Members = { members: {}, hasForgottenMembers: false };

/** Name of an object: never empty, and not like a number, or a JavaScript object would not keep the order. */
export function memberName(occurrence: Occurrence): string {
  const name = (occurrence.object ?? '').slice(0, 127).toWellFormed();
  return /^\d*$/.test(name) ? `#${name}` : name;
}

/** Adds an occurrence to its object. */
export function withOccurrence(
  state: Members,
  occurrence: Occurrence,
  moment: Moment,
  added: number,
  settings: IncidentSettings,
): { member: Member; members: Members } {
  const name = memberName(occurrence);
  const { [name]: before, ...others } = state.members;
  const member = memberAfter(before, occurrence, moment, added, settings);
  const entries = [...Object.entries(others), [name, member] as const];
  const hasForgottenMembers = state.hasForgottenMembers || entries.length > maxMembers;
  return { member, members: { members: Object.fromEntries(entries.slice(-maxMembers)), hasForgottenMembers } };
}

/** Takes an object out: it has recovered. */
export function withoutMember({ members, ...rest }: Members, name: string): Members {
  const { [name]: _, ...others } = members;
  return { ...rest, members: others };
}

/** Milliseconds that an object has been in trouble. */
export function troubleMs({ since }: Member, until: Moment | Stamp): number {
  return secondsBetween(since, stampOf(until)) * 1000;
}

/** The moment, in seconds. */
export function stampOf({ at, arrivedAt }: Moment | Stamp): Stamp {
  return typeof at === 'number' ? { at, arrivedAt } : { at: secondsOf(at), arrivedAt: clampSeconds(arrivedAt) };
}

/** Reverses {@link stampOf}, as far as whole seconds go. */
export function momentOf({ at, arrivedAt }: Stamp): Moment {
  return { at: `${new Date(at * 1000).toISOString().slice(0, 19)}.000000Z`, arrivedAt: arrivedAt * 1000 };
}

/** End of a stream sequence number: enough to put the records of one object in order, which one shard numbers upwards. */
export function sequenceTail(sequence: string): number {
  return Number(sequence.slice(-12));
}

/** Longer than the kubelet is silent about what it repeats too often (a token in 300 s), in windows of 5 minutes. */
const breakInWindows = 1.5;

function memberAfter(
  before: Member | undefined,
  occurrence: Occurrence,
  moment: Moment,
  added: number,
  { windowMs }: IncidentSettings,
): Member {
  const now = stampOf(moment);
  const longestGap = (windowMs / 1000) * breakInWindows;
  const { isSilent } = troubleOf(occurrence.effectiveReason);
  const isBreak = before !== undefined && isSilent !== true && secondsBetween(before.last, now) > longestGap;
  const since = before === undefined || isBreak ? now : before.since;
  const { sequence } = occurrence;
  return {
    total: (before?.total ?? 0) + added,
    since: earlier(since, statedBeginning(occurrence, now, longestGap)),
    last: now.at >= (before?.last.at ?? 0) || isBreak ? now : (before?.last ?? now),
    ...(sequence === undefined ? sequenceOf(before) : { sequence: sequenceTail(sequence) }),
  };
}

/** Since when, by what the Event object itself counts; undefined where its occurrences are too far apart to be one trouble. */
function statedBeginning({ count, firstAt }: Occurrence, now: Stamp, longestGap: number): Stamp | undefined {
  if (firstAt === undefined || count < 2) return undefined;
  const first = clampSeconds(millisOf(firstAt));
  const lasted = now.at - first;
  if (lasted < 0 || lasted > (count - 1) * longestGap) return undefined;
  return { at: first, arrivedAt: Math.max(0, now.arrivedAt - lasted) };
}

function earlier(a: Stamp, b: Stamp | undefined): Stamp {
  return b !== undefined && b.at < a.at && b.arrivedAt < a.arrivedAt ? b : a;
}

function sequenceOf(before: Member | undefined): { sequence?: number } {
  return before?.sequence === undefined ? {} : { sequence: before.sequence };
}

/** Seconds from one stamp to a later one, by the rule of `elapsedMs`. */
export function secondsBetween(from: Stamp, to: Stamp): number {
  return to.at >= from.at ? to.at - from.at : Math.max(0, to.arrivedAt - from.arrivedAt);
}
