import type { Severity } from '../events/severity.ts';
import type { AppliedKeys } from './appliedKeys.ts';
import type { OwedPublication } from './debt.ts';
import type { EventCounts } from './eventCounts.ts';
import type { Moment } from './moment.ts';

/** The record of one fingerprint over time. Bounded: a few hundred bytes, under 2 KB after a long life, plus its debts. */
export interface IncidentState extends AppliedKeys, EventCounts {
  readonly fingerprint: string;
  /** Written with every change and compared before it; 0 when the item does not exist yet. */
  readonly version: number;
  readonly status: 'open' | 'resolved';
  readonly severity: Severity;
  /** Worst severity that people were told about in this episode; absent while nobody was told. */
  readonly announcedSeverity?: Severity;
  readonly openedAt: string;
  readonly lastSeen: string;
  /** Arrival of the last occurrence, epoch milliseconds. */
  readonly lastArrivedAt: number;
  /** Highest stream sequence number applied. */
  readonly lastSequence?: string;
  readonly resolved?: Moment;
  /** Start of the current window. */
  readonly window: Moment;
  /** When people were last told. */
  readonly notified?: Moment;
  /** Occurrences in this episode. */
  readonly occurrences: number;
  /** Occurrences since the last publication. */
  readonly suppressedInWindow: number;
  /** Escalation step reached: 0, then the factor and its powers. */
  readonly tier: number;
  /** True while it is open without any publication having said so (it came back inside its window). */
  readonly isUnannounced: boolean;
  readonly message?: string;
  readonly owed: readonly OwedPublication[];
}
