import { type Severity, severities, severityRank } from '../events/severity.ts';
import { appliedToken } from './appliedKeys.ts';
import type { OwedPublication } from './debt.ts';
import { elapsedMs, type Moment } from './moment.ts';
import { type Publication, type PublicationKind, publicationId } from './publication.ts';
import type { IncidentSettings } from './settings.ts';

/** One object of a storm. */
export interface StormObject {
  readonly fingerprint: string;
  readonly severity: Severity;
  readonly occurrences: number;
}

/** A storm that is going on. */
export interface Storm {
  readonly startedAt: string;
  /** It speaks for publications up to this severity; worse ones pass. */
  readonly severity: Severity;
  /** Whether people were told; while they were not, a publication meant for people passes. */
  readonly notify: boolean;
  /** Publications it has kept back. */
  readonly withheld: number;
}

/** Publications of one cluster + namespace + effective reason in the current minute. Bounded, a few KB at the height of a storm. */
export interface StormGroupState {
  readonly group: string;
  readonly version: number;
  /** Start of the current minute: its first publication. */
  readonly minute: Moment;
  /** Publications in this minute, withheld ones included. */
  readonly total: number;
  /** Publications in this minute that no storm speaks for, by severity rank. */
  readonly loud: readonly number[];
  /** How many of those were meant for people. */
  readonly loudNotify: number;
  readonly storm?: Storm;
  /** The worst objects of this minute, worst first. */
  readonly worst: readonly StormObject[];
  /** Tokens of publications let through, oldest first, so that a retry gets the same answer. */
  readonly admitted: readonly string[];
  /** Tokens of publications kept back, oldest first. */
  readonly withheld: readonly string[];
  readonly owed: readonly OwedPublication[];
}

/** What the guard looks at: a {@link Publication}, or a debt together with its incident's fingerprint. */
export type StormCandidate = Pick<
  Publication,
  'id' | 'detailType' | 'fingerprint' | 'occurrenceKey' | 'at' | 'arrivedAt' | 'severity' | 'notify' | 'occurrences'
>;

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
const maxWorst = 10;

/** Group of a fingerprint: cluster, namespace, effective reason, still percent-encoded. */
export function stormGroupOf(fingerprint: string): string {
  const [cluster, namespace, , , reason] = fingerprint.split('/');
  return `${cluster}#${namespace}#${reason}`;
}

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
      const verdict = judge(rollMinute(current ?? emptyGroup(candidate), candidate, settings), candidate, settings);
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

function judge(group: StormGroupState, candidate: StormCandidate, settings: IncidentSettings): Verdict {
  const { storm } = group;
  const counted = { ...group, total: group.total + 1, worst: addWorst(group.worst, candidate) };
  if (storm !== undefined && speaksFor(storm, candidate)) {
    return { group: { ...counted, storm: { ...storm, withheld: storm.withheld + 1 } }, isAdmitted: false };
  }
  const loud = group.loud.map((count, rank) => (rank === severityRank(candidate.severity) ? count + 1 : count));
  const loudNotify = group.loudNotify + (candidate.notify ? 1 : 0);
  const sum = loud.reduce((total, count) => total + count, 0);
  const usual = usualSeverity(loud);
  const isOverLimit = sum > settings.stormLimitPerMinute;
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
function rollMinute(group: StormGroupState, moment: Moment, settings: IncidentSettings): StormGroupState {
  const elapsed = elapsedMs(group.minute, moment);
  if (elapsed < minuteMs) return group;
  const { storm, ...rest } = group;
  const isOver = group.total <= settings.stormLimitPerMinute || elapsed >= 2 * minuteMs;
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
    id: publicationId(group.group, detailType, `${trigger.fingerprint}#${trigger.occurrenceKey}`),
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
  const add = (tokens: readonly string[]) => [...tokens, token].slice(-maxAnswers);
  return isAdmitted ? { ...group, admitted: add(group.admitted) } : { ...group, withheld: add(group.withheld) };
}

function addWorst(worst: readonly StormObject[], candidate: StormCandidate): readonly StormObject[] {
  const { fingerprint, severity, occurrences } = candidate;
  return [...worst.filter((object) => object.fingerprint !== fingerprint), { fingerprint, severity, occurrences }]
    .sort((a, b) => severityRank(b.severity) - severityRank(a.severity) || b.occurrences - a.occurrences)
    .slice(0, maxWorst);
}

/** The severity most publications of the minute have; of equals the worse. */
function usualSeverity(loud: readonly number[]): Severity {
  const most = Math.max(...loud);
  return severities[loud.lastIndexOf(most)] ?? 'info';
}

function worseOf(severity: Severity, other: Severity | undefined): Severity {
  return other !== undefined && severityRank(other) > severityRank(severity) ? other : severity;
}

function quiet(): number[] {
  return severities.map(() => 0);
}

function emptyGroup(first: StormCandidate): StormGroupState {
  return {
    group: stormGroupOf(first.fingerprint),
    version: 0,
    minute: { at: first.at, arrivedAt: first.arrivedAt },
    total: 0,
    loud: quiet(),
    loudNotify: 0,
    worst: [],
    admitted: [],
    withheld: [],
    owed: [],
  };
}
