import { isAtLeast } from '../events/severity.ts';
import { appliedToken, lookUp, remember } from './appliedKeys.ts';
import { continueIncident, openIncident, resolveIncident, type Step } from './episode.ts';
import { isProvablyNew } from './eventCounts.ts';
import type { IncidentState } from './incidentState.ts';
import { mature } from './mature.ts';
import { elapsedMs, type Moment, millisOf } from './moment.ts';
import type { Occurrence } from './occurrence.ts';
import { settingsFor } from './occurrenceSettings.ts';
import type { Publication } from './publication.ts';
import type { IncidentSettings } from './settings.ts';

/** What became of an incident, and what has to be told about it. */
export interface Decision {
  /** The very object that came in when nothing changed; undefined while there is no incident. */
  readonly state: IncidentState | undefined;
  readonly publications: readonly Publication[];
  /** Occurrences applied that made no publication. */
  readonly suppressed: number;
  /** How many of the occurrences were looked at; fewer than given only when `maxPublications` was reached. */
  readonly consumed: number;
}

/**
 * Applies occurrences of one fingerprint, in order, to its incident.
 *
 * Pure, and a fold: however the occurrences are cut into batches and however often any of them is delivered again, the
 * same publications come out. The caller writes state and publications in one step.
 *
 * @param maxPublications stop after this many, so that one write stays small; the caller comes back with the rest
 */
export function decide(
  state: IncidentState | undefined,
  occurrences: readonly Occurrence[],
  settings: IncidentSettings,
  maxPublications = Number.POSITIVE_INFINITY,
): Decision {
  const publications: Publication[] = [];
  let current = state;
  let suppressed = 0;
  let consumed = 0;
  for (const occurrence of occurrences) {
    if (publications.length >= maxPublications) break;
    consumed += 1;
    const step = applyOccurrence(current, occurrence, settingsFor(occurrence, settings));
    if (step === undefined) continue;
    current = step.state;
    publications.push(...step.publications);
    if (step.publications.length === 0 && occurrence.isRecovery !== true) suppressed += 1;
  }
  return { state: current, publications, suppressed, consumed };
}

/** One occurrence; undefined when it changes nothing. */
function applyOccurrence(
  state: IncidentState | undefined,
  occurrence: Occurrence,
  settings: IncidentSettings,
): Step | undefined {
  const moment = momentOf(occurrence);
  const isRecovery = occurrence.isRecovery === true;
  if (isRecovery ? state?.status !== 'open' : !isAtLeast(occurrence.severity, settings.openFrom)) return undefined;

  const token = appliedToken(occurrence.key, moment);
  if (state === undefined) return withToken(openIncident(undefined, occurrence, moment, settings), token);
  const seen = lookUp(state, token);
  if (seen === 'applied' || (seen === 'forgotten' && !isNewByCount(state, occurrence))) return undefined;
  // A recovery of nothing leaves no trace, so it must not bring anything about either: delivered again, it would once more.
  if (isRecovery && resolveIncident(state, occurrence) === undefined) return undefined;
  const matured = mature(state, moment, settings, occurrence.key);
  const step = isRecovery
    ? resolveIncident(matured.state, occurrence)
    : continueOrOpen(matured.state, occurrence, moment, settings);
  if (step === undefined) return undefined;
  return withToken({ ...step, publications: [...matured.publications, ...step.publications] }, token);
}

function continueOrOpen(
  state: IncidentState,
  occurrence: Occurrence,
  moment: Moment,
  settings: IncidentSettings,
): Step {
  const quietMs = elapsedMs({ at: state.lastSeen, arrivedAt: state.lastArrivedAt }, moment);
  const apply = quietMs >= settings.reopenAfterMs ? openIncident : continueIncident;
  return apply(state, occurrence, moment, settings);
}

/** Too old to be remembered by its key; what the Event objects had counted may still prove that it was never applied. */
function isNewByCount(state: IncidentState, occurrence: Occurrence): boolean {
  return occurrence.isRecovery !== true && isProvablyNew(state, occurrence.uid, occurrence.count);
}

function withToken(step: Step, token: string): Step {
  return { ...step, state: { ...step.state, ...remember(step.state, token) } };
}

function momentOf(occurrence: Occurrence): Moment {
  return { at: occurrence.at, arrivedAt: occurrence.arrivedAt ?? millisOf(occurrence.at) };
}
