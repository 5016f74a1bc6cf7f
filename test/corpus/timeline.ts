import { apiVersionOf, emitterOf, referenceUid } from './emitters.ts';
import type { Random } from './random.ts';
import type { Parts, Scenario, Selector, Step } from './schema.ts';
import { render, resolve, type Scope, type TemplateContext } from './template.ts';
import { fail, type World, type WorldNode, type WorldObject } from './world.ts';

/** Something a component notices and tells its recorder: before any Event object exists. */
export interface Happening {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly component: string;
  readonly host?: string;
  /** The object reference of the Event. */
  readonly object: Readonly<Record<string, string>>;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly action?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** True for the healthy churn that every cluster has. */
  readonly background: boolean;
}

/** What {@link timelineOf} works with. */
export interface TimelineOptions {
  readonly world: World;
  readonly parts: Parts;
  readonly scenario: Pick<Scenario, 'kubernetes' | 'lasts'>;
  readonly random: Random;
  /** Epoch milliseconds. */
  readonly start: number;
  readonly background: boolean;
}

/** Happenings of a list of steps, in time order. */
export function timelineOf(steps: readonly Step[], options: TimelineOptions): Happening[] {
  const timeline = new Timeline(options);
  const end = options.start + options.scenario.lasts;
  for (const step of steps) timeline.run(step, options.start, {}, end);
  return timeline.happenings.sort((a, b) => a.at - b.at);
}

class Timeline {
  readonly happenings: Happening[] = [];
  readonly #options: TimelineOptions;
  readonly #minor: number;

  constructor(options: TimelineOptions) {
    this.#options = options;
    this.#minor = Number(options.scenario.kubernetes.split('.')[1]);
  }

  /** Nothing of a step happens after `parentEnd`. */
  run(step: Step, parentStart: number, scope: Scope, parentEnd: number): void {
    const { random } = this.#options;
    const start = parentStart + (step.at ?? 0);
    const end = step.until === undefined ? parentEnd : Math.min(parentEnd, parentStart + step.until);
    const items = step.each === undefined ? [undefined] : this.#select(step.each, scope, start);
    for (const [index, item] of items.entries()) {
      const offset = index * (step.gap ?? 0) + (step.spread === undefined ? 0 : random.fraction() * step.spread);
      const inner = item === undefined ? scope : { ...scope, i: index, ...item };
      for (const [n, at] of this.#moments(step, start + offset, end)) this.#once(step, at, { ...inner, n }, end);
    }
  }

  /** When a repeated step happens. */
  *#moments(step: Step, start: number, end: number): Generator<[number, number]> {
    const delays = step.backoff ?? (step.every === undefined ? undefined : [step.every]);
    if (delays === undefined) {
      yield [0, start];
      return;
    }
    let at = start;
    for (let n = 0; at <= end && n < (step.times ?? Number.POSITIVE_INFINITY); n += 1) {
      yield [n, at + this.#options.random.fraction() * (step.jitter ?? 0)];
      at += delays[Math.min(n, delays.length - 1)] ?? fail('a step repeats without a delay');
    }
  }

  #once(step: Step, at: number, scope: Scope, end: number): void {
    const context = { scope, random: this.#options.random, at };
    if (step.use !== undefined) {
      const name = render(step.use, context);
      const part = this.#options.parts[name] ?? fail(`there is no part ${name}`);
      const given = Object.entries({ ...part.defaults, ...step.with }).map(([name, value]) => [
        name,
        resolve(value, context),
      ]);
      for (const inner of part.steps) this.run(inner, at, { ...scope, ...Object.fromEntries(given) }, end);
    }
    for (const inner of step.steps ?? []) this.run(inner, at, scope, end);
    if (step.by !== undefined && at <= end) this.happenings.push(this.#happening(step, step.by, at, scope));
  }

  #happening(step: Step, by: string, at: number, scope: Scope): Happening {
    const context = { scope, random: this.#options.random, at };
    const object = this.#object(step.on, context);
    // Some components are named after the process they run in, such as the CSI provisioner.
    const component = render(by, context);
    const host = emitterOf(component).perNode ? hostOf(object, scope) : undefined;
    const uid = referenceUid(component, object, this.#minor);
    const container = step.container === undefined ? undefined : render(step.container, context);
    const version = step.version === undefined ? undefined : render(step.version, context);
    const action = step.action ?? (emitterOf(component).recorder === 'series' ? step.reason : undefined);
    return {
      at: Math.round(at),
      component,
      ...(host === undefined ? {} : { host }),
      object: {
        kind: object.kind,
        ...(object.namespace === undefined ? {} : { namespace: object.namespace }),
        name: object.name,
        ...(uid === undefined ? {} : { uid }),
        apiVersion: apiVersionOf(object.kind),
        ...(version === undefined ? {} : { resourceVersion: version }),
        ...(container === undefined ? {} : { fieldPath: `spec.containers{${container}}` }),
      },
      type: step.type ?? 'Normal',
      reason: render(step.reason ?? fail(`an event by ${component} has no reason`), context),
      message: render(this.#textOf(step.say ?? ''), context),
      ...(action === undefined ? {} : { action }),
      ...(step.annotations === undefined ? {} : { annotations: step.annotations }),
      background: this.#options.background,
    };
  }

  /** The text of this Kubernetes version: the newest that is not newer. */
  #textOf(say: NonNullable<Step['say']>): string {
    if (typeof say === 'string') return say;
    const versions = Object.keys(say).map((version) => Number(version.split('.')[1]));
    const newest = Math.max(...versions.filter((version) => version <= this.#minor));
    return say[`1.${newest}`] ?? fail(`no text for Kubernetes 1.${this.#minor}`);
  }

  /** What an event is about; the pod at hand when the step does not say. */
  #object(on: string | undefined, context: TemplateContext): WorldObject {
    const value = on === undefined ? (context.scope.pod ?? fail('there is no pod at hand')) : resolve(on, context);
    return typeof value === 'string' ? this.#options.world.object(value) : (value as WorldObject); // a pod, node or workload
  }

  #select(selector: Selector, scope: Scope, at: number): Scope[] {
    const { world, random } = this.#options;
    const { skip, first = Number.POSITIVE_INFINITY } = selector;
    const on = selector.on === undefined ? undefined : this.#node(resolve(selector.on, { scope, random, at }));
    const like = (patterns: readonly string[] = []) =>
      world.workloadsLike(patterns.map((pattern) => render(pattern, { scope, random, at })));
    const pods = like(selector.pods).flatMap((workload) => workload.pods);
    const items: Scope[] = [
      ...pods.filter(({ node }) => on === undefined || node === on).map((pod) => ({ pod, node: pod.node })),
      ...(selector.nodes === undefined ? [] : world.nodesLike(selector.nodes).map((node) => ({ node }))),
      ...like(selector.workloads).map((workload) => ({ workload })),
      ...(selector.values ?? []).map((value) => ({ value })),
      ...Array.from({ length: selector.count ?? 0 }, (_, value) => ({ value })),
    ];
    if (items.length === 0) fail(`nothing is selected by ${JSON.stringify(selector)}`);
    return items.slice(skip, skip + first);
  }

  #node(value: unknown): WorldNode {
    if (typeof value === 'number') return this.#options.world.nodes[value] ?? fail(`there is no node ${value}`);
    return value as WorldNode; // `${node}`
  }
}

function hostOf(object: WorldObject, scope: Scope): string {
  if (object.kind === 'Node') return object.name;
  if ('node' in object) return (object.node as WorldNode).name; // a pod of the world
  return 'node' in scope ? (scope.node as WorldNode).name : fail(`on which node is ${object.kind} ${object.name}?`);
}
