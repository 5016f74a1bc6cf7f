import { parseFingerprint } from '../events/fingerprint.ts';
import type { Severity } from '../events/severity.ts';
import type { IncidentItem } from './incidentItem.ts';

/** One incident as readers see it: what it is about, how bad it is, and since when; without the bookkeeping. */
export interface IncidentRow {
  readonly fingerprint: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly effectiveReason: string;
  readonly status: 'open' | 'resolved';
  readonly severity: Severity;
  readonly openedAt: string;
  readonly lastSeen: string;
  readonly resolvedAt?: string;
  /** When people were last told; absent when they never were. */
  readonly notifiedAt?: string;
  /** Start of the window in which repeats stay quiet. */
  readonly windowStartedAt: string;
  /** Objects in trouble at present, such as the pods of a workload; 128 at most are counted. */
  readonly objects: number;
  /** Occurrences since `openedAt`. */
  readonly occurrences: number;
  /** Occurrences since the last publication. */
  readonly suppressedInWindow: number;
  /** Number of occurrences at which it last escalated; 0 when it did not. */
  readonly tier: number;
  readonly message?: string;
}

/** Attributes {@link toIncidentRow} reads, for a projection expression. */
export const rowAttributes = [
  'pk',
  'status',
  'severity',
  'openedAt',
  'lastSeen',
  'resolved',
  'notified',
  'window',
  'occurrences',
  'objects',
  'su',
  'tier',
  'message',
  'ttl',
] as const satisfies readonly (keyof IncidentItem)[];

/** An item, or the {@link rowAttributes} of one, as a row. */
export function toIncidentRow(item: Pick<IncidentItem, (typeof rowAttributes)[number]>): IncidentRow {
  return {
    fingerprint: item.pk,
    ...parseFingerprint(item.pk),
    status: item.status,
    severity: item.severity,
    openedAt: item.openedAt,
    lastSeen: item.lastSeen,
    ...(item.status === 'resolved' && item.resolved !== undefined ? { resolvedAt: item.resolved.at } : {}),
    ...(item.notified === undefined ? {} : { notifiedAt: item.notified.at }),
    windowStartedAt: item.window.at,
    objects: item.objects,
    occurrences: item.occurrences,
    suppressedInWindow: item.su,
    tier: item.tier,
    ...(item.message === undefined ? {} : { message: item.message }),
  };
}
