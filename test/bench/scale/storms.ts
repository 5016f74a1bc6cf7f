/** A storm of events: who fails, where, and how fast. */
export interface Storm {
  readonly name: string;
  readonly says: string;
  readonly clusters: number;
  /** Of each cluster. */
  readonly namespaces: number;
  /** Of each namespace. */
  readonly workloads: number;
  /** Of each workload. */
  readonly pods: number;
  /** Share of the events that one namespace takes by itself; the rest is spread. */
  readonly hotShare: number;
  /** Share of the events that `route` sees: warnings, and Normal events that mean trouble or recovery. */
  readonly routedShare: number;
  /** Batches of a stream shard that `route` works on at once, `routeParallelism`. */
  readonly routeParallelism: number;
  /** Events a second that `docs/scale.md` says it takes. */
  readonly rate: number;
}

/** Storms with the rates that the documentation promises; `test/docs/scale.test.ts` feeds each a million events at that rate. */
export const storms: readonly Storm[] = [
  {
    name: 'one namespace',
    says: 'a bad rollout: 10 workloads of 200 pods in one namespace',
    clusters: 1,
    namespaces: 1,
    workloads: 10,
    pods: 200,
    hotShare: 1,
    routedShare: 0.7,
    routeParallelism: 1,
    rate: 950,
  },
  {
    name: 'one cluster',
    says: 'a zone is lost: 150 workloads of 40 pods in 30 namespaces, a quarter of it in one',
    clusters: 1,
    namespaces: 30,
    workloads: 5,
    pods: 40,
    hotShare: 0.25,
    routedShare: 0.7,
    routeParallelism: 1,
    rate: 600,
  },
  {
    name: 'a fleet',
    says: 'a registry is down: 200 clusters with 50 workloads of 10 pods each',
    clusters: 200,
    namespaces: 10,
    workloads: 5,
    pods: 10,
    hotShare: 0,
    routedShare: 0.7,
    routeParallelism: 2,
    rate: 20_000,
  },
];

/** Where one event of a storm belongs. */
export interface StormEvent {
  readonly cluster: string;
  readonly namespace: string;
  readonly workload: string;
  readonly pod: string;
  readonly isRouted: boolean;
}

/** A number from 0 to 1 that looks like chance and is the same each time (the finalizer of MurmurHash3). */
function chance(seed: number): number {
  let x = seed | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}

/** Event number `i` of a storm. */
export function eventOf(storm: Storm, i: number): StormEvent {
  const dice = (salt: number) => chance(i * 8 + salt + 1);
  const pick = (salt: number, count: number) => Math.floor(dice(salt) * count);
  const cluster = `cluster-${pick(1, storm.clusters)}`;
  const namespace = `team-${dice(2) < storm.hotShare ? 0 : pick(3, storm.namespaces)}`;
  const workload = `service-${pick(4, storm.workloads)}`;
  return {
    cluster,
    namespace,
    workload,
    pod: `${workload}-7c9d8b6f5-p${pick(5, storm.pods)}`,
    isRouted: dice(6) < storm.routedShare,
  };
}
