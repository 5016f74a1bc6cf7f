import type { ElectionState, Elector } from '../leader/elector.ts';
import { type Readiness, readinessOf } from '../readiness.ts';
import { statusOf } from '../status.ts';
import { relayVersion } from '../version.ts';
import type { Fleet } from './fleet.ts';
import type { Member } from './member.ts';
import type { Reloads } from './reloads.ts';

/** What `/ready`, `/status` and `/metrics` show of a process. */
export interface ShownProcess {
  readonly fleet: Fleet;
  readonly reloads: Pick<Reloads, 'state'>;
  /** Present when replicas elect the one that works. */
  readonly elector?: Pick<Elector, 'state' | 'isLeader'> | undefined;
}

/**
 * Ready means: at least one cluster is, or another replica leads and this one could take over. The clusters that are not are named
 * with their reasons all the same; one that is gone for good must not keep a new version of the relay from being rolled out for those
 * that are not.
 */
export function processReadiness({ fleet: { members, config }, elector }: ShownProcess): Readiness {
  if (elector !== undefined && !elector.isLeader) return standbyReadiness(elector.state);
  const each = members.map((member) => ({ id: member.id, ...memberReadiness(member) }));
  const reasons = each.flatMap(({ id, reasons }) =>
    config.isList ? reasons.map((reason) => `${id}: ${reason}`) : reasons,
  );
  return { isReady: each.some(({ isReady }) => isReady), reasons };
}

function standbyReadiness({ problem, holder }: ElectionState): Readiness {
  if (problem !== undefined) return { isReady: false, reasons: [`the election does not work: ${problem}`] };
  if (holder === undefined) return { isReady: false, reasons: ['nobody leads yet'] };
  return { isReady: true, reasons: [`standing by: ${holder} leads`] };
}

/** What `/status` answers: the cluster, or with a list of clusters all of them under `clusters`. */
export function processStatus(shown: ShownProcess): object {
  const { fleet, reloads, elector } = shown;
  const clusters = fleet.members.map((member) => memberStatus(member, fleet.startedAt));
  const { state } = reloads;
  const common = {
    config: { ...state, succeededAt: new Date(state.succeededAt).toISOString() },
    ...(elector === undefined ? undefined : { election: elector.state }),
  };
  const [only] = clusters;
  if (!fleet.config.isList && only !== undefined) return { ...only, ...common };
  const startedAt = fleet.startedAt.toISOString();
  return { version: relayVersion, startedAt, ...processReadiness(shown), ...common, clusters };
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
