import { KefError } from '../../lib/errors.ts';
import type { ClustersTable } from '../../lib/store/clustersTable.ts';
import type { HistoryIndex } from '../../lib/store/historyTable.ts';
import type { Order, PartitionGroup } from '../../lib/store/historyWalk.ts';
import { dayOf, namespaceDayKey, objectKey } from '../../lib/store/keys.ts';
import { eachLimited } from '../../lib/store/retry.ts';
import type { TimeRange } from './parameters.ts';

/** Which part of history a question is about. */
export interface Scope {
  readonly cluster?: string | undefined;
  readonly namespace?: string | undefined;
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
}

/** Where to look: an index, and its partitions in the order of the walk. */
export interface HistoryPlan {
  readonly index: HistoryIndex;
  readonly groups: readonly PartitionGroup[];
}

/** Most partitions merged at once. Every one is a query; past this the question should name a namespace. */
const maxPartitions = 2_000;

/** Clusters asked at once which namespaces they had. */
const parallelClusters = 16;

const firstDay = '0000-01-01';
const lastDay = '9999-12-31';

/** True when the question is about one object, whose whole history is one partition. */
export function isObjectScope(scope: Scope): boolean {
  return scope.cluster !== undefined && scope.kind !== undefined && scope.name !== undefined;
}

/**
 * Finds the partitions that can hold answers. Nothing is scanned: an object is its own partition, and for everything else the
 * Clusters table knows which namespaces had events on which day.
 *
 * @throws KefError `QueryInvalid` when they are too many
 */
export async function planHistory(
  scope: Scope,
  range: TimeRange,
  order: Order,
  clusters: Pick<ClustersTable, 'ids' | 'namespacesByDay'>,
): Promise<HistoryPlan> {
  const { cluster, namespace, kind, name } = scope;
  if (cluster !== undefined && kind !== undefined && name !== undefined) {
    const namespaces = namespace === undefined ? await namespacesIn(cluster, range, clusters) : [namespace];
    const partitions = namespaces.map((space) => objectKey({ cluster, kind, namespace: space, name }));
    return { index: undefined, groups: [requireFew({ id: 'object', partitions })] };
  }
  const ids = cluster === undefined ? await clusters.ids() : [cluster];
  const days = new Map<string, string[]>();
  await eachLimited(ids, parallelClusters, async (id) => {
    for (const [day, namespaces] of await clusters.namespacesByDay(id, firstDayOf(range), lastDayOf(range))) {
      const wanted = namespace === undefined ? namespaces : namespaces.filter((known) => known === namespace);
      const partitions = days.get(day) ?? [];
      partitions.push(...wanted.map((space) => namespaceDayKey(id, space, day)));
      if (partitions.length > 0) days.set(day, partitions);
    }
  });
  const groups = [...days].map(([id, partitions]) => requireFew({ id, partitions }));
  groups.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { index: 'byNamespaceDay', groups: order === 'asc' ? groups : groups.reverse() };
}

/** Namespaces an object without a stated one may be in. A cluster-scoped object's events are in `default` or `kube-system`. */
async function namespacesIn(
  cluster: string,
  range: TimeRange,
  clusters: Pick<ClustersTable, 'namespacesByDay'>,
): Promise<string[]> {
  const days = await clusters.namespacesByDay(cluster, firstDayOf(range), lastDayOf(range));
  return [...new Set([...days.values()].flat())].sort();
}

function firstDayOf({ since }: TimeRange): string {
  return since === undefined ? firstDay : dayOf(since);
}

function lastDayOf({ until }: TimeRange): string {
  return until === undefined ? lastDay : dayOf(until);
}

function requireFew(group: PartitionGroup): PartitionGroup {
  if (group.partitions.length <= maxPartitions) return group;
  throw new KefError(
    'QueryInvalid',
    `This would read ${group.partitions.length} partitions at once; at most ${maxPartitions} are. Name a cluster or a namespace.`,
  );
}
