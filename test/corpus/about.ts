import type { About } from './schema.ts';
import { isLike, type Workload, type World } from './world.ts';

/** An object that a message names, with the reasons it gives. */
export interface Subject {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly reasons: readonly string[];
}

/**
 * Compiles what a label says into a test. The labels know the world, not the product: a message counts as being about a
 * workload whether it names the workload, its ReplicaSet or any of its pods, and about a node when it names its NodeClaim.
 */
export function aboutMatcher(about: About, world: World): (subject: Subject) => boolean {
  const { workloads, nodes, objects, namespaces, reasons } = about;
  const tests: ((subject: Subject) => boolean)[] = [];
  if (workloads !== undefined) {
    const meant = world.workloadsLike(workloads);
    if (meant.length === 0) throw new Error(`corpus: no workload is like ${workloads.join(', ')}`);
    tests.push((subject) => {
      const workload = workloadOf(subject, world);
      return workload !== undefined && meant.includes(workload);
    });
  }
  if (nodes !== undefined) {
    const names = new Set(world.nodesLike(nodes).flatMap(({ name, claim }) => [name, claim]));
    tests.push(({ name }) => names.has(name));
  }
  if (objects !== undefined) {
    tests.push(({ kind, namespace, name }) =>
      objects.some((pattern) => isLike(`${kind} ${namespace}/${name}`, pattern) || isLike(`${kind} ${name}`, pattern)),
    );
  }
  // A message for a whole namespace names none of its objects.
  if (namespaces !== undefined) tests.push(({ namespace }) => namespaces.some((pattern) => isLike(namespace, pattern)));
  return (subject) =>
    (tests.length === 0 || tests.some((test) => test(subject))) &&
    (reasons === undefined || subject.reasons.some((reason) => reasons.some((pattern) => isLike(reason, pattern))));
}

/** The workload an object belongs to: the one with the longest name that fits, for `web-admin` begins like `web`. */
function workloadOf(subject: Subject, world: World): Workload | undefined {
  return world.workloads
    .filter((workload) => isPartOf(workload, subject))
    .reduce<Workload | undefined>(
      (best, workload) => (best === undefined || workload.name.length > best.name.length ? workload : best),
      undefined,
    );
}

function isPartOf({ namespace, name }: Workload, subject: Subject): boolean {
  if (subject.namespace !== namespace || !subject.name.startsWith(name)) return false;
  // A pod has one part more than its StatefulSet or Job and two more than its Deployment; `*` may stand for them.
  return /^(-[a-z0-9*]+){0,2}$/.test(subject.name.slice(name.length));
}
