import { parseFingerprint } from '../events/fingerprint.ts';
import type { Severity } from '../events/severity.ts';
import { packTokens, unpackTokens } from '../incidents/appliedKeys.ts';
import type { EventCounts } from '../incidents/eventCounts.ts';
import type { HeldNews, IncidentState } from '../incidents/incidentState.ts';
import type { Moment } from '../incidents/moment.ts';
import { incidentKey, lastSeenKey } from './incidentKeys.ts';
import { packMembers, unpackMembers } from './incidentMembers.ts';
import { fromOwedAttributes, type OwedAttributes, toOwedAttributes } from './incidentOwed.ts';

/** An incident as the Incidents table stores it. What filters and the index use has a name, the rest a letter or two. */
export interface IncidentItem {
  /** Fingerprint. */
  readonly pk: string;
  readonly sk: string;
  /** Cluster. */
  readonly gpk: string;
  /** `lastSeen#fingerprint`. */
  readonly gsk: string;
  /** Expiry in epoch seconds, counted from arrival: a wrong event clock must not expire an incident at once. */
  readonly ttl: number;
  readonly version: number;
  readonly status: 'open' | 'resolved';
  readonly severity: Severity;
  readonly namespace: string;
  readonly openedAt: string;
  readonly lastSeen: string;
  readonly occurrences: number;
  readonly message?: string;
  readonly owed: OwedAttributes;
  /** Announced severity. */
  readonly as?: Severity;
  /** Last arrival. */
  readonly la: number;
  readonly resolved?: Moment;
  readonly window: Moment;
  readonly notified?: Moment;
  /** Objects in trouble. */
  readonly objects: number;
  /** Worst severity of an occurrence, when `severity` is another. */
  readonly wo?: Severity;
  /** The objects in trouble, see `incidentMembers.ts`. */
  readonly me: string;
  /** Present when there were more than that. */
  readonly mf?: true;
  /** Objects that people were told of, when more than one. */
  readonly to?: number;
  /** Held news: occurrence key, object, patience, entry. */
  readonly he?: { readonly k: string; readonly o: string; readonly p: number; readonly e?: Uint8Array };
  /** Suppressed since the last publication. */
  readonly su: number;
  readonly tier: number;
  /** Present when it is open and nobody published that. */
  readonly un?: true;
  /** `name:count` pairs, oldest first: a DynamoDB map would lose the order. */
  readonly co: string;
  /** Present when counts were dropped or set back. */
  readonly cf?: true;
  /** Packed tokens of applied occurrences. */
  readonly ap?: Uint8Array;
  readonly fa?: number;
  readonly fr?: number;
}

const secondsPerDay = 86_400;

/** The item of an incident, at the version it will have once written. */
export function toIncidentItem(state: IncidentState, version: number, retentionDays: number): IncidentItem {
  const { cluster, namespace } = parseFingerprint(state.fingerprint);
  return {
    ...incidentKey(state.fingerprint),
    gpk: cluster,
    gsk: lastSeenKey(state.lastSeen, state.fingerprint),
    ttl: Math.floor(state.lastArrivedAt / 1000) + retentionDays * secondsPerDay,
    version,
    status: state.status,
    severity: state.severity,
    namespace,
    openedAt: state.openedAt,
    lastSeen: state.lastSeen,
    occurrences: state.occurrences,
    ...(state.message === undefined ? {} : { message: state.message }),
    owed: toOwedAttributes(state.owed),
    ...(state.announcedSeverity === undefined ? {} : { as: state.announcedSeverity }),
    la: state.lastArrivedAt,
    ...(state.resolved === undefined ? {} : { resolved: state.resolved }),
    window: state.window,
    ...(state.notified === undefined ? {} : { notified: state.notified }),
    objects: Object.keys(state.members).length,
    ...(state.worst === state.severity ? {} : { wo: state.worst }),
    me: packMembers(state.members),
    ...(state.hasForgottenMembers ? { mf: true as const } : {}),
    ...(state.toldObjects === 1 ? {} : { to: state.toldObjects }),
    ...(state.held === undefined ? {} : { he: toHeldAttribute(state.held) }),
    su: state.suppressedInWindow,
    tier: state.tier,
    ...(state.isUnannounced ? { un: true as const } : {}),
    co: packCounts(state.counts),
    ...(state.hasForgottenCounts ? { cf: true as const } : {}),
    ...(state.applied.length === 0 ? {} : { ap: packTokens(state.applied) }),
    ...(state.floorAt === undefined ? {} : { fa: state.floorAt }),
    ...(state.floorArrivedAt === undefined ? {} : { fr: state.floorArrivedAt }),
  };
}

/** Reverses {@link toIncidentItem}. */
export function fromIncidentItem(item: IncidentItem): IncidentState {
  return {
    fingerprint: item.pk,
    version: item.version,
    status: item.status,
    severity: item.severity,
    ...(item.as === undefined ? {} : { announcedSeverity: item.as }),
    openedAt: item.openedAt,
    lastSeen: item.lastSeen,
    lastArrivedAt: item.la,
    ...(item.resolved === undefined ? {} : { resolved: item.resolved }),
    window: item.window,
    ...(item.notified === undefined ? {} : { notified: item.notified }),
    occurrences: item.occurrences,
    worst: item.wo ?? item.severity,
    members: unpackMembers(item.me),
    hasForgottenMembers: item.mf === true,
    toldObjects: item.to ?? 1,
    ...(item.he === undefined ? {} : { held: fromHeldAttribute(item.he) }),
    suppressedInWindow: item.su,
    tier: item.tier,
    isUnannounced: item.un === true,
    counts: unpackCounts(item.co),
    hasForgottenCounts: item.cf === true,
    ...(item.message === undefined ? {} : { message: item.message }),
    applied: item.ap === undefined ? [] : unpackTokens(item.ap),
    ...(item.fa === undefined ? {} : { floorAt: item.fa }),
    ...(item.fr === undefined ? {} : { floorArrivedAt: item.fr }),
    owed: fromOwedAttributes(item.owed),
  };
}

function toHeldAttribute({
  occurrenceKey: k,
  object: o,
  patienceMs: p,
  entry: e,
}: HeldNews): NonNullable<IncidentItem['he']> {
  return { k, o, p, ...(e === undefined ? {} : { e }) };
}

function fromHeldAttribute({ k, o, p, e }: NonNullable<IncidentItem['he']>): HeldNews {
  return { occurrenceKey: k, object: o, patienceMs: p, ...(e === undefined ? {} : { entry: e }) };
}

function packCounts(counts: EventCounts['counts']): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name}:${count}`)
    .join(',');
}

function unpackCounts(packed: string): EventCounts['counts'] {
  if (packed === '') return {};
  return Object.fromEntries(
    packed.split(',').map((pair) => {
      const [name = '', count = '0'] = pair.split(':');
      return [name, Number(count)];
    }),
  );
}
