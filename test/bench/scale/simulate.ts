import { createHash } from 'node:crypto';
import { namespaceDayKey, objectKey } from '../../../lib/store/keys.ts';
import { billedMs } from '../cost/assumptions.ts';
import { eventOf, type Storm } from './storms.ts';

/** Write units a second that one partition takes. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html */
export const partitionLimit = 1_000;

/** The most that any partition of a kind had to take in any one second. */
export interface Heat {
  /** Write units a second. */
  readonly units: number;
  readonly partition: string;
}

/** What a storm did to the tables. */
export interface Simulated {
  readonly events: number;
  /** History by object. */
  readonly objects: Heat;
  /** Index `byNamespaceDay`. */
  readonly namespaces: Heat;
  /** Table Incidents. */
  readonly incidents: Heat;
  /** Index `byCluster`. */
  readonly clusters: Heat;
  /** Records a second that `route` had to take from its busiest shard on average, and what it can. */
  readonly shard: { readonly records: number; readonly capacity: number };
}

/** How large things are: write units of a History item on average, and of an incident. */
export interface Sizes {
  readonly historyUnits: number;
  readonly incidentUnits: number;
}

/** Most records that `route` gets at once: `RouteMapping`. */
const batchSize = 100;
/** A new table on demand has four partitions and so four shards; it splits at 1,000 write units each. */
const leastShards = 4;
/** An index item whose sort key changes is written twice: once to delete, once to put. */
const indexWritesPerIncident = 2;

/** Counts write units of each partition in each second. */
class Meter {
  #second = -1;
  #units = new Map<string, number>();
  #most: Heat = { units: 0, partition: '' };

  add(second: number, partition: string, units: number): void {
    if (second !== this.#second) {
      this.#second = second;
      this.#units.clear();
    }
    const sum = (this.#units.get(partition) ?? 0) + units;
    this.#units.set(partition, sum);
    if (sum > this.#most.units) this.#most = { units: sum, partition };
  }

  get most(): Heat {
    return { ...this.#most, units: Math.round(this.#most.units) };
  }
}

/**
 * Feeds the keys of this product so many events of a storm and finds the hottest partitions. The keys are those of
 * `lib/store/keys.ts`; the stream's shards take objects by the hash of their key, and `route` writes each incident of a batch once.
 */
export function simulate(storm: Storm, events: number, { historyUnits, incidentUnits }: Sizes): Simulated {
  const objects = new Meter();
  const namespaces = new Meter();
  const incidents = new Meter();
  const clusters = new Meter();
  const shards = Math.max(leastShards, Math.ceil((storm.rate * historyUnits) / partitionLimit));
  const batch = steadyBatch((storm.rate * storm.routedShare) / shards / storm.routeParallelism);
  const waiting = Array.from({ length: shards }, () => [] as string[]);
  const shardOf = new Map<string, number>();
  const records = new Array<number>(shards).fill(0);

  for (let i = 0; i < events; i++) {
    const second = Math.floor(i / storm.rate);
    const { cluster, namespace, workload, pod, isRouted } = eventOf(storm, i);
    const object = objectKey({ cluster, kind: 'Pod', namespace, name: pod });
    objects.add(second, object, historyUnits);
    namespaces.add(second, namespaceDayKey(cluster, namespace, '2026-11-20'), historyUnits);
    if (!isRouted) continue;
    const shard = shardOf.get(object) ?? hashOf(object) % shards;
    shardOf.set(object, shard);
    records[shard] = (records[shard] ?? 0) + 1;
    const own = waiting[shard] ?? [];
    own.push(`${cluster}/${namespace}/Deployment/${workload}/CrashLoopBackOff`);
    if (own.length < batch) continue;
    for (const fingerprint of new Set(own)) {
      incidents.add(second, fingerprint, incidentUnits);
      clusters.add(second, fingerprint.slice(0, fingerprint.indexOf('/')), indexWritesPerIncident);
    }
    own.length = 0;
  }
  return {
    events,
    objects: objects.most,
    namespaces: namespaces.most,
    incidents: incidents.most,
    clusters: clusters.most,
    shard: {
      records: Math.round((Math.max(...records) * storm.rate) / events),
      capacity: shardCapacity(storm.routeParallelism),
    },
  };
}

/** Records a second that one shard gets through `route`. */
export function shardCapacity(routeParallelism: number): number {
  return Math.round(
    (routeParallelism * batchSize * 1000) / (billedMs.routePerBatch + billedMs.routePerRecord * batchSize),
  );
}

/** While one batch is worked on the next gathers: so many records it has when as many come as go. */
function steadyBatch(recordsPerSecond: number): number {
  const perMs = recordsPerSecond / 1000;
  const gathered = (billedMs.routePerBatch * perMs) / (1 - billedMs.routePerRecord * perMs);
  return gathered < 0 ? batchSize : Math.min(batchSize, Math.max(1, Math.floor(gathered)));
}

function hashOf(text: string): number {
  return createHash('sha1').update(text).digest().readUInt32BE(0);
}
