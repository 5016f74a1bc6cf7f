import { maxSeverity } from '../events/severity.ts';
import { announce, escalatedSeverity, isQuiet, optionsOf, publish, tierOf } from './announce.ts';
import { countOccurrence, noCounts, resetCount } from './eventCounts.ts';
import type { HeldNews, IncidentState } from './incidentState.ts';
import {
  type Member,
  memberName,
  momentOf,
  noMembers,
  sequenceTail,
  troubleMs,
  withOccurrence,
  withoutMember,
} from './members.ts';
import { isStraggler, type Moment, millisOf } from './moment.ts';
import type { Occurrence } from './occurrence.ts';
import type { Publication } from './publication.ts';
import type { IncidentSettings } from './settings.ts';
import { type Trouble, troubleBehind } from './trouble.ts';

/** The incident after one occurrence, and the publications that occurrence made necessary. */
export interface Step {
  readonly state: IncidentState;
  readonly publications: readonly Publication[];
}

/** First occurrence of an incident, or the first after quiet: a new episode. Memory of keys and counts goes on. */
export function openIncident(
  previous: IncidentState | undefined,
  occurrence: Occurrence,
  moment: Moment,
  settings: IncidentSettings,
): Step {
  const { uid, count } = occurrence;
  const counted = countOccurrence(previous ?? noCounts, uid, count);
  // A total that did not grow after all this quiet was set back; staying silent would hide a new trouble for ever.
  const isReset = counted.added === 0;
  const occurrences = isReset ? 1 : counted.added;
  const memory = isReset ? resetCount(previous ?? noCounts, uid, count) : counted.memory;
  const { member, members } = withOccurrence(noMembers, occurrence, moment, occurrences, settings);
  const tier = tierOf(occurrences, settings.escalateFactor);
  const severity = tier > 0 ? maxSeverity(occurrence.severity, escalatedSeverity) : occurrence.severity;
  const trouble = troubleBehind(occurrence);
  const isWaiting = trouble.isPatient === true && troubleMs(member, moment) < settings.patienceMs;
  const notify = !isQuiet(occurrence) && !isWaiting;
  const state: IncidentState = {
    fingerprint: occurrence.fingerprint,
    version: previous?.version ?? 0,
    status: 'open',
    severity,
    worst: occurrence.severity,
    ...(notify ? { announcedSeverity: severity, notified: moment } : previousNotice(previous)),
    openedAt: moment.at,
    lastSeen: moment.at,
    lastArrivedAt: moment.arrivedAt,
    window: moment,
    toldObjects: 1,
    occurrences,
    suppressedInWindow: 0,
    tier,
    isUnannounced: false,
    counts: memory.counts,
    hasForgottenCounts: memory.hasForgottenCounts,
    ...members,
    ...messageOf(occurrence, previous),
    applied: previous?.applied ?? [],
    ...(previous?.floorAt === undefined ? {} : { floorAt: previous.floorAt }),
    ...(previous?.floorArrivedAt === undefined ? {} : { floorArrivedAt: previous.floorArrivedAt }),
    owed: previous?.owed ?? [],
    ...(notify ? {} : heldNews(undefined, occurrence, trouble, settings)),
  };
  const labels = tier > 0 ? { repeated_count: String(occurrences) } : {};
  const options = { ...optionsOf(occurrence), notify, labels };
  return { state, publications: [publish(state, occurrence.key, moment, 'event.k8s.received', options)] };
}

/** A further occurrence of a known incident, open or resolved a short while ago. */
export function continueIncident(
  state: IncidentState,
  occurrence: Occurrence,
  moment: Moment,
  settings: IncidentSettings,
): Step {
  const { added, memory } = countOccurrence(state, occurrence.uid, occurrence.count);
  const isLate = millisOf(moment.at) < millisOf(state.lastSeen);
  const next: IncidentState = {
    ...state,
    counts: memory.counts,
    hasForgottenCounts: memory.hasForgottenCounts,
    occurrences: state.occurrences + added,
    suppressedInWindow: state.suppressedInWindow + added,
    lastSeen: isLate ? state.lastSeen : moment.at,
    lastArrivedAt: Math.max(state.lastArrivedAt, moment.arrivedAt),
    ...(isLate ? {} : messageOf(occurrence, state)),
  };
  const isAfterword = state.resolved !== undefined && isStraggler(moment, state.resolved, occurrence.backlog);
  if (added === 0 || isAfterword) return { state: next, publications: [] };
  const { member, members } = withOccurrence(state, sinceNotice(occurrence, state), moment, added, settings);
  const step = announce({ ...next, ...members }, occurrence, member, moment, settings);
  if (step.publications.some(({ notify }) => notify)) return { ...step, state: withoutHeld(step.state) };
  const hold = state.status === 'resolved' ? withRelapse : withHeld;
  return { ...step, state: hold(step.state, occurrence, settings) };
}

/**
 * Good news about one object of an open incident; when it was the last in trouble, the incident is over. Silent when its
 * opening was silent too.
 *
 * @returns undefined when it changes nothing
 */
export function resolveIncident(state: IncidentState, recovery: Occurrence): Step | undefined {
  const moment = { at: recovery.at, arrivedAt: recovery.arrivedAt ?? millisOf(recovery.at) };
  const name = memberName(recovery);
  const member = state.members[name];
  if (state.status !== 'open' || member === undefined || !isAfter(member, recovery, moment)) return undefined;
  const rest = { ...state, ...withoutMember(state, name) };
  if (Object.keys(rest.members).length > 0) return { state: rest, publications: [] };
  const { held: _, ...next } = { ...rest, status: 'resolved' as const, resolved: moment, hasForgottenMembers: false };
  if (state.isUnannounced) return { state: next, publications: [] };
  const options = { ...optionsOf(recovery), notify: false, labels: {} };
  const publication = publish(next, recovery.key, moment, 'event.k8s.resolved', options);
  return { state: next, publications: [publication] };
}

/** False for a recovery that came before the object's last trouble; delivered again it must not end what came later. */
function isAfter(member: Member, recovery: Occurrence, moment: Moment): boolean {
  if (isStraggler(moment, momentOf(member.last), recovery.backlog)) return false;
  if (member.sequence === undefined || recovery.sequence === undefined) return true;
  return sequenceTail(recovery.sequence) > member.sequence;
}

/** What people were told just now is not told to them once more because it lasts. */
function withoutHeld({ held: _, ...state }: IncidentState): IncidentState {
  return state;
}

/** What an Event object counts may reach back to trouble that people were told of, and that was over since. */
function sinceNotice(occurrence: Occurrence, { notified, status, held }: IncidentState): Occurrence {
  const { firstAt, ...rest } = occurrence;
  if (status !== 'resolved' && held === undefined) return occurrence;
  const isOld = firstAt !== undefined && notified !== undefined && millisOf(firstAt) < millisOf(notified.at);
  return isOld ? rest : occurrence;
}

/**
 * People were told a short while ago, and then that it was over, as far as they look. When it is back for longer than a
 * window they have to know: it is told then, by whichever comes first, the next occurrence or the clock.
 */
function withRelapse(state: IncidentState, occurrence: Occurrence, settings: IncidentSettings): IncidentState {
  if (state.announcedSeverity === undefined || isQuiet(occurrence)) return withHeld(state, occurrence, settings);
  const patienceMs = Math.max(settings.windowMs, settings.patienceMs);
  return { ...state, held: { occurrenceKey: occurrence.key, object: memberName(occurrence), patienceMs } };
}

/** What silent trouble will be told with once it has lasted: this occurrence, unless one is held that is still true. */
function withHeld(state: IncidentState, occurrence: Occurrence, settings: IncidentSettings): IncidentState {
  if (state.announcedSeverity !== undefined) return state;
  const { held, ...rest } = state;
  return { ...rest, ...heldNews(held, occurrence, troubleBehind(occurrence), settings, state) };
}

function heldNews(
  held: HeldNews | undefined,
  occurrence: Occurrence,
  { isPatient, isSilent }: Trouble,
  { patienceMs }: IncidentSettings,
  state?: IncidentState,
): { held?: HeldNews } {
  if (held !== undefined && state?.members[held.object] !== undefined) return { held };
  if (isPatient !== true || isSilent !== true || isQuiet(occurrence)) return {};
  return { held: { occurrenceKey: occurrence.key, object: memberName(occurrence), patienceMs } };
}

/** Backlog tells nobody: a new episode it opens has told nobody yet, but when people were last told stays known. */
function previousNotice(previous: IncidentState | undefined): Pick<IncidentState, 'notified'> {
  return previous?.notified === undefined ? {} : { notified: previous.notified };
}

const maxMessageLength = 300;

function messageOf(occurrence: Occurrence, previous: IncidentState | undefined): { message?: string } {
  const message = occurrence.message?.slice(0, maxMessageLength).toWellFormed() ?? previous?.message;
  return message === undefined ? {} : { message };
}
