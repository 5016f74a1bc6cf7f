import { isAtLeast, maxSeverity, type Severity } from '../events/severity.ts';
import type { HeldNews, IncidentState } from './incidentState.ts';
import { type Member, troubleMs } from './members.ts';
import { elapsedMs, type Moment, millisOf } from './moment.ts';
import type { Occurrence } from './occurrence.ts';
import { type Publication, type PublicationKind, publicationId } from './publication.ts';
import type { IncidentSettings } from './settings.ts';
import { type Trouble, troubleBehind } from './trouble.ts';

/** Severity of what keeps happening, unless it is worse already. */
export const escalatedSeverity: Severity = 'high';

/**
 * Decides what, if anything, an occurrence that counted is worth telling, and whether people have to hear of it.
 *
 * @param state the incident with the occurrence counted in
 * @param member the object it is about
 */
export function announce(
  state: IncidentState,
  occurrence: Occurrence,
  member: Member,
  moment: Moment,
  settings: IncidentSettings,
): { state: IncidentState; publications: readonly Publication[] } {
  const trouble = troubleBehind(occurrence);
  const isBack = state.status === 'resolved';
  // Repetition is counted object by object: that thirty pods failed once is not that one keeps failing.
  const tier = Math.max(state.tier, tierOf(member.total, settings.escalateFactor));
  const isMore = tier > state.tier;
  const worst = maxSeverity(state.worst, occurrence.severity);
  const worse = maxSeverity(state.severity, occurrence.severity);
  const severity = isMore ? maxSeverity(worse, escalatedSeverity) : worse;
  const isWindowOver = elapsedMs(state.window, moment) >= settings.windowMs;
  const sinceNotified = state.notified === undefined ? Number.POSITIVE_INFINITY : elapsedMs(state.notified, moment);
  // Back long after people heard of it, it is news to them; patient trouble has to last once more.
  const isForgotten = isBack && sinceNotified >= settings.reopenAfterMs && (isWindowOver || trouble.isPatient === true);
  const before = isForgotten ? undefined : state.announcedSeverity;

  const isDue = !isQuiet(occurrence) && isDueAt({ severity, worst, told: before, member, moment }, settings, trouble);
  const isUntold = isDue && !isAtLeast(before ?? 'info', severity);
  const isFirstFresh = isUntold && before === undefined && trouble.isPatient !== true;
  const isRise = worse !== state.severity || (isUntold && !isFirstFresh);
  const objects = Object.keys(state.members).length;
  const isWider =
    isDue &&
    before !== undefined &&
    sinceNotified >= settings.windowMs &&
    objects >= state.toldObjects * settings.escalateFactor;

  const { resolved: _, announcedSeverity: _before, ...reopened } = state;
  const base: IncidentState = {
    ...reopened,
    ...(before === undefined ? {} : { announcedSeverity: before }),
    status: 'open',
    severity,
    worst,
    tier,
    toldObjects: sinceNotified < settings.windowMs ? Math.max(state.toldObjects, objects) : state.toldObjects,
  };
  const kind = kindOf({
    isReceived: isFirstFresh || (isBack && isWindowOver),
    isEscalated: isMore || isRise || isWider,
    isWindowOver,
  });
  if (kind === undefined) return { state: { ...base, isUnannounced: state.isUnannounced || isBack }, publications: [] };

  // Only what is being lost right now is told again; that all else goes on is in the table.
  const isReminder = isMore && worst === 'critical' && sinceNotified >= settings.reopenAfterMs;
  const notify = isDue && (isUntold || isWider || (isReminder && kind === 'event.k8s.escalated'));
  const isClockBack = isWindowOver && millisOf(moment.at) < millisOf(state.window.at);
  const next: IncidentState = {
    ...base,
    isUnannounced: false,
    suppressedInWindow: 0,
    window: isWindowOver ? moment : state.window,
    // The clock that stamps these events was set back, and arrivals show that time went on: follow it.
    lastSeen: isClockBack ? moment.at : state.lastSeen,
    ...(notify ? { announcedSeverity: severity, notified: moment, toldObjects: objects } : {}),
  };
  const suppressed = state.suppressedInWindow - 1;
  const labels = {
    ...(isMore || (tier > 0 && (notify || kind === 'event.k8s.received'))
      ? { repeated_count: String(member.total) }
      : {}),
    ...(suppressed > 0 ? { suppressed: String(suppressed) } : {}),
    ...(isBack || state.isUnannounced ? { reopened: 'true' } : {}),
    ...(severity === state.severity ? {} : { previous_severity: state.severity }),
  };
  const options = { ...optionsOf(occurrence), notify, labels };
  return { state: next, publications: [publish(next, occurrence.key, moment, kind, options)] };
}

/** Tells people of silent trouble that has lasted. It is raised by its number alone: then only its first severity counts. */
export function announceHeld(
  state: IncidentState,
  held: HeldNews,
  moment: Moment,
  settings: IncidentSettings,
  occurrenceKey = held.occurrenceKey,
): { state: IncidentState; publications: readonly Publication[] } {
  const { held: _, ...rest } = state;
  const total = state.members[held.object]?.total ?? 1;
  if (!isAtLeast(state.worst, state.severity) && !isJustlyRaised(state.worst, total, settings)) {
    return { state: rest, publications: [] };
  }
  const next: IncidentState = {
    ...rest,
    isUnannounced: false,
    announcedSeverity: state.severity,
    notified: moment,
    toldObjects: Object.keys(state.members).length,
  };
  const labels = { lasting: String(Math.round(held.patienceMs / 1000)) };
  const options = { notify: true, backlog: false, silenced: undefined, labels, heldKey: held.occurrenceKey };
  return { state: next, publications: [publish(next, occurrenceKey, moment, 'event.k8s.escalated', options)] };
}

/** True for what nobody is woken for at this time, however bad: people hear of it with the first occurrence that is not. */
export function isQuiet({ backlog, isSilenced }: Occurrence): boolean {
  return backlog || isSilenced === true;
}

/** What {@link isDueAt} looks at. */
interface News {
  readonly severity: Severity;
  /** Worst severity of an occurrence. */
  readonly worst: Severity;
  /** Severity people know of. */
  readonly told: Severity | undefined;
  readonly member: Member;
  readonly moment: Moment;
}

/**
 * True when people may hear of the incident at this severity now. What was raised by its number alone is due only when it
 * was more than a minor matter to begin with, and one object has had it without a break: a slow start is no trouble.
 */
function isDueAt(
  { severity, worst, told, member, moment }: News,
  settings: IncidentSettings,
  trouble: Trouble,
): boolean {
  const hasLasted = troubleMs(member, moment) >= settings.patienceMs;
  if (trouble.isPatient === true && !hasLasted) return false;
  const isWorseThanTold = told === undefined || !isAtLeast(told, worst);
  if (isWorseThanTold || isAtLeast(worst, severity)) return true;
  return hasLasted && isJustlyRaised(worst, member.total, settings);
}

function isJustlyRaised(worst: Severity, total: number, { escalateFactor }: IncidentSettings): boolean {
  return total >= escalateFactor && isAtLeast(worst, 'medium');
}

/** Highest power of `factor` that is not above `occurrences`; 0 below the factor itself. */
export function tierOf(occurrences: number, factor: number): number {
  let tier = 0;
  for (let next = factor; next <= occurrences; next *= factor) tier = next;
  return tier;
}

/** What {@link publish} cannot take from the incident. */
export interface PublishOptions {
  readonly notify: boolean;
  readonly backlog: boolean;
  readonly silenced: boolean | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Storm limit of the rule, where it has one. */
  readonly stormLimitPerMinute?: number | undefined;
  /** Key of an occurrence that was published before, and is now told to people. */
  readonly heldKey?: string;
}

/** What an occurrence itself says about its publication. */
export function optionsOf({ backlog, isSilenced, settings }: Occurrence) {
  return { backlog, silenced: isSilenced, stormLimitPerMinute: settings?.stormLimitPerMinute };
}

/** The publication of an incident as it is now. */
export function publish(
  state: IncidentState,
  occurrenceKey: string,
  moment: Moment,
  detailType: PublicationKind,
  { notify, backlog, silenced, labels, stormLimitPerMinute, heldKey }: PublishOptions,
): Publication {
  const objects = Object.keys(state.members).length;
  return {
    // The same whoever releases it, an occurrence or the clock; and no other one's.
    id: publicationId(state.fingerprint, detailType, heldKey === undefined ? occurrenceKey : `${heldKey}#lasting`),
    detailType,
    ...(stormLimitPerMinute === undefined ? {} : { stormLimitPerMinute }),
    ...(heldKey === undefined ? {} : { heldKey }),
    fingerprint: state.fingerprint,
    occurrenceKey,
    at: moment.at,
    arrivedAt: moment.arrivedAt,
    severity: state.severity,
    notify,
    occurrences: state.occurrences,
    labels: {
      ...labels,
      occurrences: String(state.occurrences),
      opened_at: state.openedAt,
      ...(objects > 1 ? { objects: `${objects}${state.hasForgottenMembers ? '+' : ''}` } : {}),
      ...(notify ? { notify: 'true' } : {}),
      ...(backlog ? { backlog: 'true' } : {}),
      ...(silenced === true ? { silenced: 'true' } : {}),
    },
  };
}

/** One message at most: opening outranks escalation, escalation outranks the reminder. */
function kindOf(is: { isReceived: boolean; isEscalated: boolean; isWindowOver: boolean }): PublicationKind | undefined {
  if (is.isReceived) return 'event.k8s.received';
  if (is.isEscalated) return 'event.k8s.escalated';
  return is.isWindowOver ? 'event.k8s.ongoing' : undefined;
}
