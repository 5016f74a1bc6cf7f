import type { StandardEvent } from '../../lib/events/standardEvent.ts';
import { lostPodsFingerprint } from '../../lib/incidents/grouping.ts';
import type { IncidentsTable } from '../../lib/store/incidentsTable.ts';
import type { Pace } from '../../lib/store/retry.ts';
import type { DeliveredPublication } from './readPublication.ts';

/** The objects that are in trouble at the moment people are told. */
export interface Affected {
  readonly names: readonly string[];
  /** True when there are more than are remembered. */
  readonly hasMore: boolean;
}

/** Nobody besides the object itself, as far as is known. */
export const nobody: Affected = { names: [], hasMore: false };

/** The control plane marks the pods of a lost node within seconds of the node; a batch of the relay takes one more. */
const gatherPodsMs = 8_000;
/** Pods of an earlier outage are not of this one. */
const sameOutageMs = 120_000;
const maxNamed = 15;

/**
 * Who else is in trouble: the pods of the workload, or those of a lost node. Read at the last moment, because most of them
 * turn up in the seconds after the first.
 */
export async function findAffected(
  { detail, detailType }: DeliveredPublication,
  incidents: Pick<IncidentsTable, 'objectsOf'>,
  pace: Pick<Pace, 'sleep'>,
): Promise<Affected> {
  const { involved_kind: kind, effective_reason: reason, incident } = detail.labels;
  if (kind === 'Node' && reason === 'NodeNotReady') {
    if (detailType !== 'event.k8s.storm') await pace.sleep(gatherPodsMs);
    const since = Date.parse(detail.timestamp) - sameOutageMs;
    return read(lostPodsFingerprint(detail.clusterId), incidents, (lastSeen) => lastSeen >= since);
  }
  return incident === undefined ? nobody : read(incident, incidents, () => true);
}

/** How many there are, such as `12 pods` or `128+ pods`; undefined when it is but one. */
export function countOf({ names, hasMore }: Affected, { labels }: StandardEvent): string | undefined {
  if (names.length < 2) return undefined;
  // What goes with a node is its pods.
  const kind = labels.involved_kind === 'Node' ? 'pod' : (labels.involved_kind ?? 'object').toLowerCase();
  return `${names.length}${hasMore ? '+' : ''} ${kind}s`;
}

/** Lines for the text; none when it is but one. */
export function affectedLines(affected: Affected, detail: StandardEvent): string[] {
  const count = countOf(affected, detail);
  if (count === undefined) return [];
  const { names } = affected;
  const rest = names.length - maxNamed;
  const more = rest > 0 ? ` and ${rest} more` : '';
  return [`Affected   ${count}: ${names.slice(0, maxNamed).join(', ')}${more}`];
}

async function read(
  fingerprint: string,
  incidents: Pick<IncidentsTable, 'objectsOf'>,
  isMeant: (lastSeen: number) => boolean,
): Promise<Affected> {
  const found = await incidents.objectsOf(fingerprint);
  if (found === undefined) return nobody;
  const names = found.objects.filter(({ lastSeen }) => isMeant(lastSeen)).map(({ name }) => name);
  return { names, hasMore: found.hasMore };
}
