import { type Random, randomOf } from './random.ts';
import type { Selector, WorldSpec } from './schema.ts';

/** An object that events can be about. */
export interface WorldObject {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly uid: string;
}

/** A node with the instance behind it. */
export interface WorldNode extends WorldObject {
  readonly kind: 'Node';
  readonly index: number;
  readonly zone: string;
  readonly ip: string;
  readonly instance: string;
  /** Name of the Karpenter NodeClaim that made it. */
  readonly claim: string;
}

/** A pod, and the one that takes its place when it goes. */
export interface WorldPod extends WorldObject {
  readonly kind: 'Pod';
  readonly namespace: string;
  readonly index: number;
  readonly node: WorldNode;
  readonly container: string;
  readonly image: string;
  readonly ip: string;
  readonly workload: Workload;
  /** The ReplicaSet, or the workload itself. */
  readonly owner: WorldObject;
  /** The replacement from the same owner, on another node. */
  readonly next: WorldPod;
  /** Its successor in a rollout: of the next ReplicaSet. */
  readonly renewed: WorldPod;
}

/** A Deployment, StatefulSet, DaemonSet, Job or CronJob. */
export interface Workload extends WorldObject {
  readonly namespace: string;
  readonly replicas: number;
  readonly image: string;
  readonly container: string;
  readonly owner: WorldObject;
  /** Its ReplicaSet in the n-th rollout, counted from 0 for the present one; the workload itself for other kinds. */
  readonly revision: (n: number) => WorldObject;
  readonly pods: WorldPod[];
}

/** Nodes, workloads and pods of a scenario, named as Kubernetes and EKS would. */
export class World {
  readonly nodes: readonly WorldNode[];
  readonly workloads: Workload[] = [];
  readonly #seed: string;

  constructor(spec: WorldSpec, seed: string) {
    this.#seed = seed;
    const region = (spec.zones[0] ?? 'eu-west-1a').slice(0, -1);
    this.nodes = Array.from({ length: spec.nodes }, (_, index) => this.#node(index, spec.zones, region));
    for (const [key, workload] of Object.entries(spec.workloads)) {
      for (const { namespace, name } of namesIn(key)) this.#add(namespace, name, workload);
    }
  }

  /** A generator of its own for everything that has a name. */
  random(name: string): Random {
    return randomOf(`${this.#seed}/${name}`);
  }

  /** @throws when there is no such workload: a mistake in the scenario */
  workload(name: string): Workload {
    return this.workloadsLike([name])[0] ?? fail(`there is no workload ${name}`);
  }

  workloadsLike(patterns: readonly string[]): Workload[] {
    return this.workloads.filter(({ namespace, name }) =>
      patterns.some((pattern) => isLike(`${namespace}/${name}`, pattern)),
    );
  }

  nodesLike(nodes: NonNullable<Selector['nodes']>): WorldNode[] {
    if (nodes === 'all') return [...this.nodes];
    if (typeof nodes === 'string') return this.nodes.filter(({ zone }) => `zone:${zone}` === nodes);
    return nodes.map((index) => this.nodes[index] ?? fail(`there is no node ${index}`));
  }

  /** Any other object, with the same uid whenever it is named. `Kind namespace/name` or `Kind name`. */
  object(text: string): WorldObject {
    const [, kind, namespace, name] = /^(\S+) (?:([^/\s]+)\/)?(\S+)$/.exec(text) ?? [];
    if (kind === undefined || name === undefined) return fail(`not "Kind [namespace/]name": ${text}`);
    const known = kind === 'Node' ? this.nodes.find((node) => node.name === name) : undefined;
    if (known !== undefined) return known;
    return { kind, ...(namespace === undefined ? {} : { namespace }), name, uid: this.random(text).uuid() };
  }

  #node(index: number, zones: readonly string[], region: string): WorldNode {
    const random = this.random(`node ${index}`);
    const ip = `10.0.${32 * (index % zones.length) + random.integer(0, 31)}.${random.integer(4, 250)}`;
    return {
      kind: 'Node',
      index,
      name: `ip-${ip.replaceAll('.', '-')}.${region}.compute.internal`,
      uid: random.uuid(),
      zone: zones[index % zones.length] ?? `${region}a`,
      ip,
      instance: `i-0${random.hex(16)}`,
      claim: `default-${random.suffix()}`,
    };
  }

  #add(namespace: string, name: string, spec: WorldSpec['workloads'][string]): void {
    const { kind, container, node } = spec;
    const random = this.random(`${namespace}/${name}`);
    const self = { kind, namespace, name, uid: random.uuid() };
    const isDeployment = kind === 'Deployment';
    const revision = (n: number): WorldObject => {
      const own = this.random(`${namespace}/${name} revision ${n}`);
      return isDeployment
        ? { kind: 'ReplicaSet', namespace, name: `${name}-${own.suffix(10)}`, uid: own.uuid() }
        : self;
    };
    const workload: Workload = {
      ...self,
      replicas: kind === 'DaemonSet' ? this.nodes.length : spec.replicas,
      image: spec.image ?? `123456789012.dkr.ecr.eu-west-1.amazonaws.com/${name}:1.${random.integer(2, 40)}.0`,
      container,
      owner: revision(0),
      revision,
      pods: [],
    };
    const offset = random.integer(0, this.nodes.length - 1);
    for (let index = 0; index < workload.replicas; index += 1) {
      const place = kind === 'DaemonSet' ? index : (node ?? offset + index) % this.nodes.length;
      workload.pods.push(this.#pod(workload, 0, index, place, random));
    }
    this.workloads.push(workload);
  }

  #pod(workload: Workload, revision: number, index: number, place: number, random: Random): WorldPod {
    const node = this.nodes[place] ?? fail(`there is no node ${place}`);
    const { namespace, container, image } = workload;
    const owner = workload.revision(revision);
    const name = workload.kind === 'StatefulSet' ? `${workload.name}-${index}` : `${owner.name}-${random.suffix()}`;
    const uid = random.uuid();
    const elsewhere = (place + random.integer(1, Math.max(1, this.nodes.length - 1))) % this.nodes.length;
    const successor = (later: number) => {
      const nextPlace = workload.kind === 'DaemonSet' ? place : elsewhere;
      return this.#pod(workload, revision + later, index, nextPlace, this.random(`${later} after ${uid}`));
    };
    let next: WorldPod | undefined;
    let renewed: WorldPod | undefined;
    return {
      kind: 'Pod',
      namespace,
      name,
      uid,
      index,
      node,
      container,
      image,
      ip: `10.0.${random.integer(0, 95)}.${random.integer(4, 250)}`,
      workload,
      owner,
      get next() {
        next ??= successor(0);
        return next;
      },
      get renewed() {
        renewed ??= successor(1);
        return renewed;
      },
    };
  }
}

/** `ns/{a,b}` as two names. */
function namesIn(key: string): { namespace: string; name: string }[] {
  const [namespace, rest] = key.split('/');
  if (namespace === undefined || rest === undefined) return fail(`a workload is written namespace/name, not ${key}`);
  const names = /^\{(.+)\}$/.exec(rest)?.[1]?.split(',') ?? [rest];
  return names.map((name) => ({ namespace, name: name.trim() }));
}

/** True when `text` is `pattern`, in which `*` stands for any characters. */
export function isLike(text: string, pattern: string): boolean {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${source}$`, 's').test(text);
}

/** Ends the expansion: the scenario is written wrongly. */
export function fail(message: string): never {
  throw new Error(`corpus: ${message}`);
}
