import { nameOf, type Random, randomOf, seedFrom, uuidOf } from './random.ts';
import type { Scenario } from './scenarioFile.ts';

/** One object of a scenario in one run of it: the template with its random parts filled in. */
export interface Actor {
  readonly key: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Name of the node that a pod runs on, or of the node itself. */
  readonly node: string | undefined;
  readonly container: Scenario['objects'][string]['container'];
}

/** All objects of one run by key. */
export type Cast = ReadonlyMap<string, Actor>;

/**
 * Gives every object of a scenario its names and ids for one run.
 *
 * @throws RangeError when a pod names a node that is not among the objects
 */
export function castOf(scenario: Scenario, random: Random): Cast {
  const parts = new Map<string, string>();
  const fill = (pattern: string) =>
    pattern.replace(/\{(hash|id):(\w+)\}/g, (whole, what: string) => {
      const part = parts.get(whole) ?? nameOf(random, what === 'hash' ? 10 : 5);
      parts.set(whole, part);
      return part;
    });
  const cast = new Map<string, Actor>();
  for (const [key, object] of Object.entries(scenario.objects)) {
    const { kind, apiVersion } = object;
    const name = fill(object.name);
    // What keeps its name from run to run is the same object, and keeps its uid.
    const isLasting = name === object.name;
    cast.set(key, {
      key,
      kind,
      apiVersion,
      name,
      namespace: kind === 'Node' ? '' : (object.namespace ?? scenario.namespace),
      uid: uuidOf(isLasting ? randomOf(seedFrom(`${kind}/${name}`)) : random),
      resourceVersion: String(1000 + Math.floor(random() * 1_000_000)),
      node: kind === 'Node' ? name : object.node === undefined ? undefined : fill(nodeName(scenario, object.node)),
      container: object.container,
    });
  }
  return cast;
}

function nodeName(scenario: Scenario, key: string): string {
  const node = scenario.objects[key];
  if (node?.kind !== 'Node') throw new RangeError(`scenario ${scenario.name}: there is no node "${key}"`);
  return node.name;
}

/** The object with this key. @throws RangeError when there is none */
export function actorOf(cast: Cast, key: string): Actor {
  const actor = cast.get(key);
  if (actor === undefined) throw new RangeError(`there is no object "${key}" in the scenario`);
  return actor;
}

/** Fills the placeholders of a message. @throws RangeError for one that names nothing */
export function textFor(message: string, about: Actor, cast: Cast, namespace: string): string {
  return message.replace(/\{([\w-]+)(?:\.(\w+))?\}/g, (_whole, key: string, field: string | undefined) => {
    if (key === 'namespace') return namespace;
    const actor = key === 'object' ? about : actorOf(cast, key);
    if (field === undefined) return actor.name;
    const value = { uid: actor.uid, node: actor.node, image: actor.container?.image }[field];
    if (value === undefined) throw new RangeError(`message "${message}": object "${actor.key}" has no ${field}`);
    return value;
  });
}
