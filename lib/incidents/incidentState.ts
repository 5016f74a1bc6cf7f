import type { Severity } from '../events/severity.ts';
import type { AppliedKeys } from './appliedKeys.ts';
import type { OwedPublication } from './debt.ts';
import type { EventCounts } from './eventCounts.ts';
import type { Members } from './members.ts';
import type { Moment } from './moment.ts';

/**
 * News that is kept for as long as the trouble may still heal by itself: the occurrence it is about, and once it was
 * written down the entry for the bus.
 */
export interface HeldNews {
  readonly occurrenceKey: string;
  /** Name of the object among the members. */
  readonly object: string;
  /** How long the trouble has to last. */
  readonly patienceMs: number;
  /** As `functions/route` packs it. */
  readonly entry?: Uint8Array;
}

/** The record of one fingerprint over time. Bounded: a few hundred bytes, a few KB with many objects, plus its debts. */
export interface IncidentState extends AppliedKeys, EventCounts, Members {
  /** The object's own, or that of the workload whose objects share the incident. */
  readonly fingerprint: string;
  /** Written with every change and compared before it; 0 when the item does not exist yet. */
  readonly version: number;
  readonly status: 'open' | 'resolved';
  /** What it is published with: the worst severity of its occurrences, and at least high once it repeats. */
  readonly severity: Severity;
  /** Worst severity of its occurrences in this episode. */
  readonly worst: Severity;
  /** Worst severity that people were told about in this episode; absent while nobody was told. */
  readonly announcedSeverity?: Severity;
  readonly openedAt: string;
  readonly lastSeen: string;
  /** Arrival of the last occurrence, epoch milliseconds. */
  readonly lastArrivedAt: number;
  readonly resolved?: Moment;
  /** Start of the current window. */
  readonly window: Moment;
  /** When people were last told. */
  readonly notified?: Moment;
  /** How many objects were in trouble by the end of the window in which people were last told. */
  readonly toldObjects: number;
  readonly held?: HeldNews;
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
