import { type Severity, severities, severityRank } from '../events/severity.ts';
import { appliedToken, arrivalOf } from './appliedKeys.ts';
import { elapsedMs, type Moment } from './moment.ts';
import { type Publication, type PublicationKind, publicationId } from './publication.ts';
import type { IncidentSettings } from './settings.ts';
import {
  addWorst,
  emptyGroup,
  quiet,
  type Storm,
  type StormCandidate,
  type StormGroupState,
  type StormObject,
} from './stormGroup.ts';

/** The one message in place of many. */
export interface StormPublication extends Publication {
  readonly worst: readonly StormObject[];
}

/** Which publications may go out. */
export interface Admission {
  /** The very object that came in when nothing has to be written; undefined while there is nothing to remember. */
  readonly group: StormGroupState | undefined;
  readonly admitted: ReadonlySet<string>;
  readonly storms: readonly StormPublication[];
}

const minuteMs = 60_000;
/** Answers remembered per kind: more than two and a half minutes at the default limit. */
const maxAnswers = 256;
/** Retries come within minutes. One that comes later is judged anew and counted once more. */
const answersKeptSeconds = 3_600;

/**
 * Decides, in order, which publications of one group go out. Up to the limit a minute all do. The first one beyond it
 * starts a storm: one `event.k8s.storm` is published and everything it speaks for is kept back until a minute stays within
 * the limit. What is worse than the storm passes, within a limit of its own, and then makes a worse storm.
 * A recovery is never kept back.
 */
export function admit(
  group: StormGroupState | undefined,
  candidates: readonly StormCandidate[],
  settings: IncidentSettings,
): Admission {
  const admitted = new Set<string>();
  const storms: StormPublication[] = [];
  let current = group;
  for (const candidate of candidates) {
    const token = appliedToken(candidate.id, candidate);
    if (candidate.detailType === 'event.k8s.resolved' || current?.admitted.includes(token)) {
      admitted.add(candidate.id);
    } else if (!current?.withheld.includes(token)) {
      const limit = candidate.stormLimitPerMinute ?? settings.stormLimitPerMinute;
      const verdict = judge(rollMinute(current ?? emptyGroup(candidate), candidate, limit), candidate, limit);
      current = withAnswer(verdict, token);
      if (verdict.isAdmitted) admitted.add(candidate.id);
      if (verdict.storm !== undefined) storms.push(verdict.storm);
    }
  }
  return { group: current, admitted, storms };
}

interface Verdict {
  readonly group: StormGroupState;
  readonly isAdmitted: boolean;
  readonly storm?: StormPublication;
}

function judge(group: StormGroupState, candidate: StormCandidate, limit: number): Verdict {
  const { storm } = group;
  const counted = { ...group, total: group.total + 1, worst: addWorst(group.worst, candidate) };
  if (storm !== undefined && speaksFor(storm, candidate)) {
    return { group: { ...counted, storm: { ...storm, withheld: storm.withheld + 1 } }, isAdmitted: false };
  }
  const loud = group.loud.map((count, rank) => (rank === severityRank(candidate.severity) ? count + 1 : count));
  const loudNotify = group.loudNotify + (candidate.notify ? 1 : 0);
  const sum = loud.reduce((total, count) => total + count, 0);
  const usual = usualSeverity(loud);
  const isOverLimit = sum > limit;
  const wasSilent = storm !== undefined && !storm.notify;
  // Rare and worse than the rest: the message about the rest would not do it justice.
  const isWorse = severityRank(candidate.severity) > severityRank(worseOf(usual, storm?.severity));
  if (!isOverLimit || isWorse) return { group: { ...counted, loud, loudNotify }, isAdmitted: true };

  const started: Storm = {
    startedAt: storm?.startedAt ?? group.minute.at,
    severity: worseOf(usual, storm?.severity),
    notify: storm?.notify === true || candidate.notify || (!wasSilent && loudNotify * 2 >= sum),
    withheld: (storm?.withheld ?? 0) + 1,
  };
  const next = { ...counted, loud: quiet(), loudNotify: 0, storm: started };
  return { group: next, isAdmitted: false, storm: stormPublication(next, started, candidate) };
}

function speaksFor(storm: Storm, candidate: StormCandidate): boolean {
  return severityRank(candidate.severity) <= severityRank(storm.severity) && (storm.notify || !candidate.notify);
}

/** A new minute begins with the first publication after the last one ended; the storm ends with a minute within the limit. */
function rollMinute(group: StormGroupState, moment: Moment, limit: number): StormGroupState {
  const elapsed = elapsedMs(group.minute, moment);
  if (elapsed < minuteMs) return group;
  const { storm, ...rest } = group;
  const isOver = group.total <= limit || elapsed >= 2 * minuteMs;
  return {
    ...rest,
    ...(storm === undefined || isOver ? {} : { storm }),
    minute: { at: moment.at, arrivedAt: moment.arrivedAt },
    total: 0,
    loud: quiet(),
    loudNotify: 0,
    worst: [],
  };
}

function stormPublication(group: StormGroupState, storm: Storm, trigger: StormCandidate): StormPublication {
  const detailType: PublicationKind = 'event.k8s.storm';
  return {
    // Not by the occurrence: what has lasted is released by whichever comes first, the clock or the next one.
    id: publicationId(group.group, detailType, trigger.id),
    detailType,
    fingerprint: trigger.fingerprint,
    occurrenceKey: trigger.occurrenceKey,
    at: trigger.at,
    arrivedAt: trigger.arrivedAt,
    severity: storm.severity,
    notify: storm.notify,
    occurrences: group.total,
    labels: {
      storm_count: String(group.total),
      ...(storm.notify ? { notify: 'true' } : {}),
    },
    worst: group.worst,
  };
}

function withAnswer({ group, isAdmitted }: Verdict, token: string): StormGroupState {
  const oldest = arrivalOf(token) - answersKeptSeconds;
  const add = (tokens: readonly string[]) => {
    return [...tokens.filter((one) => arrivalOf(one) >= oldest), token].slice(-maxAnswers);
  };
  return isAdmitted ? { ...group, admitted: add(group.admitted) } : { ...group, withheld: add(group.withheld) };
}

/** The severity most publications of the minute have; of equals the worse. */
function usualSeverity(loud: readonly number[]): Severity {
  const most = Math.max(...loud);
  return severities[loud.lastIndexOf(most)] ?? 'info';
}

function worseOf(severity: Severity, other: Severity | undefined): Severity {
  return other !== undefined && severityRank(other) > severityRank(severity) ? other : severity;
}
