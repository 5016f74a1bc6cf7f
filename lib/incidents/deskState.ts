import { createHash } from 'node:crypto';
import { parseFingerprint } from '../events/fingerprint.ts';
import type { Severity } from '../events/severity.ts';
import type { OwedPublication } from './debt.ts';
import type { Stamp } from './members.ts';
import type { Publication } from './publication.ts';
import type { StormCandidate, StormObject } from './stormGroup.ts';
import { topicOf, troubleOf } from './trouble.ts';

/** Trouble of one object that people were told of. */
export interface ToldTrouble {
  /** Short hash of the object and the family of its trouble. */
  readonly trouble: string;
  /** Short hash of the incident's fingerprint. */
  readonly incident: string;
  readonly severity: Severity;
  readonly at: Stamp;
  /** Present when it is the loss of a node: its pods are no news then. */
  readonly isNode?: true;
}

/** One kind of trouble that befalls many objects of a cluster at a time. */
export interface Topic {
  readonly name: string;
  readonly severity: Severity;
  /** Objects people were told of one by one. */
  readonly single: readonly StormObject[];
  /** Objects that the next message names, first come first. */
  readonly waiting: readonly StormObject[];
  /** How many more wait than are named. */
  readonly more: number;
  /** The first that waits: what the message is made of. */
  readonly first?: TopicSample;
  /** Since when it waits. */
  readonly waitingSince?: Stamp;
  /** When the last message that names several went out. */
  readonly told?: Stamp;
  /** When another object joined last. */
  readonly last: Stamp;
}

/** What the message about a topic is made of. */
export interface TopicSample {
  /** Of its publication: the same whoever released it. */
  readonly id: string;
  readonly fingerprint: string;
  readonly occurrenceKey: string;
  /** As `functions/route` packs it. */
  readonly entry?: Uint8Array;
}

/** What people of one cluster were told lately, and what waits to be told in one message. Bounded. */
export interface DeskState {
  readonly cluster: string;
  readonly version: number;
  /** Oldest first. */
  readonly told: readonly ToldTrouble[];
  readonly topics: readonly Topic[];
  /** Nodes that are being taken out of service on purpose, with since when. */
  readonly leaving: Readonly<Record<string, Stamp>>;
  /** Tokens of publications that people hear of, oldest first, so that a retry gets the same answer. */
  readonly passed: readonly string[];
  /** Tokens of publications that people do not hear of. */
  readonly hushed: readonly string[];
  readonly owed: readonly OwedPublication[];
}

/** What the desk looks at: a publication, or a debt together with its incident's fingerprint. */
export type DeskCandidate = StormCandidate;

/** One message for many objects. */
export interface DigestPublication extends Publication {
  readonly worst: readonly StormObject[];
  /** Objects it stands for, named or not. */
  readonly objects: number;
  readonly sample: TopicSample;
}

/** The desk of a cluster at its first publication. */
export function emptyDesk(cluster: string): DeskState {
  return { cluster, version: 0, told: [], topics: [], leaving: {}, passed: [], hushed: [], owed: [] };
}

/** What a fingerprint means to the desk. */
export interface Subject {
  readonly cluster: string;
  readonly kind: string;
  readonly name: string;
  readonly family: string;
  readonly topic: string;
  /** Key of {@link ToldTrouble}. */
  readonly trouble: string;
  readonly incident: string;
}

/** Reads a fingerprint for the desk. */
export function subjectOf(fingerprint: string): Subject {
  const { cluster, namespace, kind, name, effectiveReason } = parseFingerprint(fingerprint);
  const { family } = troubleOf(effectiveReason);
  return {
    cluster,
    kind,
    name,
    family,
    topic: topicOf(effectiveReason),
    trouble: shortHash([namespace, kind, name, family].join('\n')),
    incident: shortHash(fingerprint),
  };
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 10);
}
