import { type Severity, severities, severityRank } from '../events/severity.ts';
import type { OwedPublication } from './debt.ts';
import type { Moment } from './moment.ts';
import type { Publication } from './publication.ts';

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
  | 'id'
  | 'detailType'
  | 'fingerprint'
  | 'occurrenceKey'
  | 'at'
  | 'arrivedAt'
  | 'severity'
  | 'notify'
  | 'occurrences'
  | 'stormLimitPerMinute'
>;

/** Group of a fingerprint: cluster, namespace, effective reason, still percent-encoded. */
export function stormGroupOf(fingerprint: string): string {
  const [cluster, namespace, , , reason] = fingerprint.split('/');
  return `${cluster}#${namespace}#${reason}`;
}

/** What stands for all fingerprints of a group; `*` cannot be the name of an object. */
export function fingerprintOfGroup(group: string): string {
  const [cluster, namespace, reason] = group.split('#');
  return `${cluster}/${namespace}/*/*/${reason}`;
}

/** The state of a group at its first publication. */
export function emptyGroup(first: StormCandidate): StormGroupState {
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

/** No publications yet, for each severity. */
export function quiet(): number[] {
  return severities.map(() => 0);
}

const maxWorst = 10;

/** The worst objects with one more among them. */
export function addWorst(worst: readonly StormObject[], candidate: StormCandidate): readonly StormObject[] {
  const { fingerprint, severity, occurrences } = candidate;
  return [...worst.filter((object) => object.fingerprint !== fingerprint), { fingerprint, severity, occurrences }]
    .sort((a, b) => severityRank(b.severity) - severityRank(a.severity) || b.occurrences - a.occurrences)
    .slice(0, maxWorst);
}
