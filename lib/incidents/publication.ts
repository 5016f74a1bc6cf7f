import { createHash } from 'node:crypto';
import type { Severity } from '../events/severity.ts';

/** Detail types on the event bus. */
export const publicationKinds = [
  'event.k8s.received',
  'event.k8s.ongoing',
  'event.k8s.escalated',
  'event.k8s.resolved',
  'event.k8s.storm',
] as const;

/** What a publication tells: an incident opened, lasts, got worse, ended; or many of one kind became one message. */
export type PublicationKind = (typeof publicationKinds)[number];

/** One entry for the event bus, decided but not yet rendered. */
export interface Publication {
  /** Deterministic: the same decision has the same id, so consumers can recognise a duplicate. */
  readonly id: string;
  readonly detailType: PublicationKind;
  /** Of the incident; the event itself carries its object's own. */
  readonly fingerprint: string;
  /** Occurrence that made it necessary. */
  readonly occurrenceKey: string;
  readonly at: string;
  readonly arrivedAt: number;
  readonly severity: Severity;
  /** True when it is news for people. */
  readonly notify: boolean;
  /** Occurrences of the incident so far. */
  readonly occurrences: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Publications a minute that its group may make, where a rule says otherwise than the settings. */
  readonly stormLimitPerMinute?: number;
  /** Present when it tells people of an occurrence that was published before: the key of that one. */
  readonly heldKey?: string;
}

/** Id of a publication: 32 hexadecimal digits from what it is about, what it tells, and the occurrence behind it. */
export function publicationId(fingerprint: string, detailType: PublicationKind, occurrenceKey: string): string {
  // Line feeds are encoded inside the parts, so the three cannot run into each other.
  const hash = createHash('sha256').update(`${fingerprint}\n${detailType}\n${occurrenceKey}`);
  return hash.digest('hex').slice(0, 32);
}
