import { type Readiness, readinessOf } from '../readiness.ts';
import { statusOf } from '../status.ts';
import { relayVersion } from '../version.ts';
import type { Fleet } from './fleet.ts';
import type { Member } from './member.ts';
import type { ReloadState } from './reloads.ts';

/**
 * Ready means: at least one cluster is. The others are named with their reasons all the same; a cluster that is gone for good must
 * not keep a new version of the relay from being rolled out for those that are not.
 */
export function fleetReadiness({ members, config }: Pick<Fleet, 'members' | 'config'>): Readiness {
  const each = members.map((member) => ({ id: member.id, ...memberReadiness(member) }));
  const reasons = each.flatMap(({ id, reasons }) =>
    config.isList ? reasons.map((reason) => `${id}: ${reason}`) : reasons,
  );
  return { isReady: each.some(({ isReady }) => isReady), reasons };
}

/** What `/status` answers: the cluster, or with a list of clusters all of them under `clusters`. */
export function fleetStatus(fleet: Fleet, reload: ReloadState): object {
  const clusters = fleet.members.map((member) => memberStatus(member, fleet.startedAt));
  const config = { ...reload, succeededAt: new Date(reload.succeededAt).toISOString() };
  if (!fleet.config.isList) return { ...clusters[0], config };
  const startedAt = fleet.startedAt.toISOString();
  return { version: relayVersion, startedAt, ...fleetReadiness(fleet), config, clusters };
}

/** Whether one cluster of the process is ready. */
export function memberReadiness({ relay, problem }: Pick<Member, 'relay' | 'problem'>): Readiness {
  if (relay !== undefined) return readinessOf(relay);
  return { isReady: false, reasons: [problem ?? 'it is starting'] };
}

/** What one cluster of the process is doing. */
export function memberStatus(member: Member, startedAt: Date): object {
  if (member.relay !== undefined) return statusOf(member.relay, startedAt);
  return {
    clusterId: member.id,
    version: relayVersion,
    startedAt: startedAt.toISOString(),
    ...memberReadiness(member),
    position: null,
    sources: [],
  };
}
