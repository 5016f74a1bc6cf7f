import { isAtLeast, maxSeverity, type Severity } from '../events/severity.ts';
import { countOccurrence, noCounts, resetCount } from './eventCounts.ts';
import type { IncidentState } from './incidentState.ts';
import { elapsedMs, isStraggler, type Moment, millisOf } from './moment.ts';
import type { Occurrence } from './occurrence.ts';
import { type Publication, type PublicationKind, publicationId } from './publication.ts';
import type { IncidentSettings } from './settings.ts';

/** The incident after one occurrence, and the publication that occurrence made necessary, if any. */
export interface Step {
  readonly state: IncidentState;
  readonly publication?: Publication;
}

/** Severity of what keeps happening, unless it is worse already. */
const escalatedSeverity: Severity = 'high';

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
  const tier = tierOf(occurrences, settings.escalateFactor);
  const severity = tier > 0 ? maxSeverity(occurrence.severity, escalatedSeverity) : occurrence.severity;
  const notify = !occurrence.backlog;
  const state: IncidentState = {
    fingerprint: occurrence.fingerprint,
    version: previous?.version ?? 0,
    status: 'open',
    severity,
    ...(notify ? { announcedSeverity: severity, notified: moment } : previousNotice(previous)),
    openedAt: moment.at,
    lastSeen: moment.at,
    lastArrivedAt: moment.arrivedAt,
    window: moment,
    occurrences,
    suppressedInWindow: 0,
    tier,
    isUnannounced: false,
    counts: memory.counts,
    hasForgottenCounts: memory.hasForgottenCounts,
    ...messageOf(occurrence, previous),
    applied: previous?.applied ?? [],
    ...(previous?.floorAt === undefined ? {} : { floorAt: previous.floorAt }),
    ...(previous?.floorArrivedAt === undefined ? {} : { floorArrivedAt: previous.floorArrivedAt }),
    ...(previous?.lastSequence === undefined ? {} : { lastSequence: previous.lastSequence }),
    owed: previous?.owed ?? [],
  };
  const labels = tier > 0 ? { repeated_count: String(occurrences) } : {};
  return { state, publication: publish(state, occurrence, moment, 'event.k8s.received', notify, labels) };
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
  if (added === 0 || isAfterword) return { state: next };
  return announce(next, occurrence, moment, settings);
}

/** Good news about an open incident. Silent when its opening was silent too. */
export function resolveIncident(state: IncidentState, recovery: Occurrence, _settings: IncidentSettings): Step {
  const moment = { at: recovery.at, arrivedAt: recovery.arrivedAt ?? millisOf(recovery.at) };
  const last = { at: state.lastSeen, arrivedAt: state.lastArrivedAt };
  if (state.status !== 'open' || isStraggler(moment, last, recovery.backlog)) return { state };
  const next: IncidentState = { ...state, status: 'resolved', resolved: moment };
  if (state.isUnannounced) return { state: next };
  return { state: next, publication: publish(next, recovery, moment, 'event.k8s.resolved', false, {}) };
}

/** Decides what, if anything, an occurrence that counted is worth telling. */
function announce(state: IncidentState, occurrence: Occurrence, moment: Moment, settings: IncidentSettings): Step {
  const isBack = state.status === 'resolved';
  const tier = Math.max(state.tier, tierOf(state.occurrences, settings.escalateFactor));
  const isMore = tier > state.tier;
  const worse = maxSeverity(state.severity, occurrence.severity);
  const severity = isMore ? maxSeverity(worse, escalatedSeverity) : worse;
  const isFirstFresh = !occurrence.backlog && state.announcedSeverity === undefined;
  const isUntold = !occurrence.backlog && !isAtLeast(state.announcedSeverity ?? 'info', severity);
  const isRise = worse !== state.severity || (isUntold && !isFirstFresh);
  const isWindowOver = elapsedMs(state.window, moment) >= settings.windowMs;

  const { resolved: _, ...reopened } = state;
  const base: IncidentState = { ...reopened, status: 'open', severity, tier };
  const kind = kindOf({
    isReceived: isFirstFresh || (isBack && isWindowOver),
    isEscalated: isMore || isRise,
    isWindowOver,
  });
  if (kind === undefined) return { state: { ...base, isUnannounced: state.isUnannounced || isBack } };

  const sinceNotified = state.notified === undefined ? Number.POSITIVE_INFINITY : elapsedMs(state.notified, moment);
  const isNews =
    isUntold ||
    (isMore && kind === 'event.k8s.escalated' && sinceNotified >= settings.windowMs) ||
    (isBack && kind === 'event.k8s.received' && sinceNotified >= settings.reopenAfterMs);
  const notify = !occurrence.backlog && isNews;
  const isClockBack = isWindowOver && millisOf(moment.at) < millisOf(state.window.at);
  const next: IncidentState = {
    ...base,
    isUnannounced: false,
    suppressedInWindow: 0,
    window: isWindowOver ? moment : state.window,
    // The clock that stamps these events was set back, and arrivals show that time went on: follow it.
    lastSeen: isClockBack ? moment.at : state.lastSeen,
    ...(notify ? { announcedSeverity: severity, notified: moment } : {}),
  };
  const suppressed = state.suppressedInWindow - 1;
  const labels = {
    ...(isMore || (kind === 'event.k8s.received' && tier > 0) ? { repeated_count: String(state.occurrences) } : {}),
    ...(suppressed > 0 ? { suppressed: String(suppressed) } : {}),
    ...(isBack || state.isUnannounced ? { reopened: 'true' } : {}),
    ...(severity === state.severity ? {} : { previous_severity: state.severity }),
  };
  return { state: next, publication: publish(next, occurrence, moment, kind, notify, labels) };
}

/** One message at most: opening outranks escalation, escalation outranks the reminder. */
function kindOf(is: { isReceived: boolean; isEscalated: boolean; isWindowOver: boolean }): PublicationKind | undefined {
  if (is.isReceived) return 'event.k8s.received';
  if (is.isEscalated) return 'event.k8s.escalated';
  return is.isWindowOver ? 'event.k8s.ongoing' : undefined;
}

function publish(
  state: IncidentState,
  occurrence: Occurrence,
  moment: Moment,
  detailType: PublicationKind,
  notify: boolean,
  labels: Record<string, string>,
): Publication {
  return {
    id: publicationId(state.fingerprint, detailType, occurrence.key),
    detailType,
    fingerprint: state.fingerprint,
    occurrenceKey: occurrence.key,
    ...moment,
    severity: state.severity,
    notify,
    occurrences: state.occurrences,
    labels: {
      ...labels,
      occurrences: String(state.occurrences),
      opened_at: state.openedAt,
      ...(notify ? { notify: 'true' } : {}),
      ...(occurrence.backlog ? { backlog: 'true' } : {}),
    },
  };
}

/** Highest power of `factor` that is not above `occurrences`; 0 below the factor itself. */
function tierOf(occurrences: number, factor: number): number {
  let tier = 0;
  for (let next = factor; next <= occurrences; next *= factor) tier = next;
  return tier;
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
