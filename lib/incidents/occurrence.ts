import type { IncidentOverrides } from '../events/classification.ts';
import type { Severity } from '../events/severity.ts';

/** One state of an Event object, reduced to what deciding about its incident needs. */
export interface Occurrence {
  /** Occurrence key: names this state and no other. */
  readonly key: string;
  /** Of its incident: the object's own, or that of the workload it belongs to. */
  readonly fingerprint: string;
  /**
   * Which of the incident's objects it is about.
   *
   * @default the only one
   */
  readonly object?: string;
  /** Of the Event object; counts are compared per uid. */
  readonly uid: string;
  readonly count: number;
  /** Last occurrence, UTC text. */
  readonly at: string;
  /**
   * First occurrence that the Event object counts, RFC 3339.
   *
   * @default `at`
   */
  readonly firstAt?: string;
  /**
   * When History took it in, epoch milliseconds.
   *
   * @default `at`
   */
  readonly arrivedAt?: number;
  /**
   * Sequence number of its stream record, decimal digits. Needed only to tell that a recovery came before the trouble
   * and not after it, when both happened in one second and the recovery is delivered again.
   */
  readonly sequence?: string;
  readonly severity: Severity;
  readonly effectiveReason: string;
  /** True for what happened before the relay was watching: recorded, but nobody is woken for it. */
  readonly backlog: boolean;
  /** True when a rule keeps people from hearing of it at this time. */
  readonly isSilenced?: boolean;
  /** True when it is good news: it resolves the incident instead of adding to it. */
  readonly isRecovery?: boolean;
  /** Settings that a rule gives for it. */
  readonly settings?: IncidentOverrides;
  /** Shown beside the incident. */
  readonly message?: string;
}
