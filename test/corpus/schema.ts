import * as z from 'zod';
import { severities } from '../../lib/events/severity.ts';
import { parseDuration } from '../../lib/relay/duration.ts';

/** A length of time such as `90s` or `1h5m`; read as milliseconds. */
const duration = z.union([z.string(), z.number()]).transform((text, context) => {
  const ms = text === 0 || text === '0' ? 0 : parseDuration(String(text));
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: `not a duration: ${JSON.stringify(text)}; write 90s or 1h5m` });
  return z.NEVER;
});

const text = z.string().min(1);
const texts = z.union([text, z.array(text).min(1)]).transform((value) => (typeof value === 'string' ? [value] : value));
const severity = z.enum(severities);
const severitySet = z
  .union([severity, z.array(severity).min(1)])
  .transform((value) => (typeof value === 'string' ? [value] : value));

/** Pods, nodes, workloads or plain values to do something for. Exactly one of the first four. */
const selector = z.strictObject({
  /** Workload names (`shop/web`, `shop/*`, `*`) whose pods are meant. */
  pods: texts.optional(),
  /** Node numbers, or `all`, or `zone:eu-west-1b`. */
  nodes: z.union([z.literal('all'), z.string().startsWith('zone:'), z.array(z.int()).min(1)]).optional(),
  workloads: texts.optional(),
  values: z.array(z.unknown()).min(1).optional(),
  count: z.int().min(1).optional(),
  /** Only pods on this node: `${node}` or a node number. */
  on: z.union([text, z.int()]).optional(),
  /** Skips that many of them … */
  skip: z.int().min(0).default(0),
  /** … and takes so many. */
  first: z.int().min(1).optional(),
});

/** One thing that happens, or a group of them. Times are relative to the group. See README.md. */
export interface Step {
  readonly at?: number | undefined;
  readonly each?: z.infer<typeof selector> | undefined;
  readonly spread?: number | undefined;
  readonly gap?: number | undefined;
  readonly every?: number | undefined;
  readonly backoff?: readonly number[] | undefined;
  readonly times?: number | undefined;
  readonly until?: number | undefined;
  readonly jitter?: number | undefined;
  readonly use?: string | undefined;
  readonly with?: Readonly<Record<string, unknown>> | undefined;
  readonly steps?: readonly Step[] | undefined;
  readonly by?: string | undefined;
  readonly on?: string | undefined;
  readonly type?: string | undefined;
  readonly reason?: string | undefined;
  readonly say?: string | Readonly<Record<string, string>> | undefined;
  readonly container?: string | undefined;
  readonly action?: string | undefined;
  readonly version?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** Reads a {@link Step}. */
export const stepSchema: z.ZodType<Step> = z.lazy(() =>
  z.strictObject({
    at: duration.optional(),
    each: selector.optional(),
    spread: duration.optional(),
    gap: duration.optional(),
    every: duration.optional(),
    backoff: z.array(duration).min(1).optional(),
    times: z.int().min(1).optional(),
    until: duration.optional(),
    jitter: duration.optional(),
    use: text.optional(),
    with: z.record(z.string(), z.unknown()).optional(),
    steps: z.array(stepSchema).optional(),
    by: text.optional(),
    on: text.optional(),
    type: z.enum(['Normal', 'Warning']).optional(),
    reason: z.string().optional(),
    say: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
    container: text.optional(),
    action: text.optional(),
    version: text.optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
);

/** Named groups of steps with parameters. */
export const partsSchema = z.record(
  z.string(),
  z.strictObject({
    /** Default values of the parameters. */
    defaults: z.record(z.string(), z.unknown()).default({}),
    steps: z.array(stepSchema).min(1),
  }),
);

const workload = z.strictObject({
  kind: z.enum(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob']).default('Deployment'),
  /** Number of pods; a DaemonSet has one per node. */
  replicas: z.int().min(0).default(2),
  container: text.default('app'),
  image: text.optional(),
  /** Puts every pod on this node. @default round robin */
  node: z.int().min(0).optional(),
});

/** What the world looks like when the scenario begins. Workload keys are `namespace/name`, or `namespace/{a,b,c}` for several alike. */
export const worldSchema = z.strictObject({
  nodes: z.int().min(1).default(6),
  zones: z.array(text).min(1).default(['eu-west-1a', 'eu-west-1b', 'eu-west-1c']),
  workloads: z.record(z.string(), workload).default({}),
});

/** What a message is about: whoever is named; `reasons` narrows it. */
const about = z.strictObject({
  /** `namespace/name` or `namespace/*`: the workload, its owner objects or any of its pods. */
  workloads: texts.optional(),
  /** Nodes and their NodeClaims. */
  nodes: selector.shape.nodes,
  /** `Kind namespace/name` or `Kind name`; `*` stands for any characters. */
  objects: texts.optional(),
  namespaces: texts.optional(),
  /** Reasons, on the wire or as people call them; `*` allowed. */
  reasons: texts.optional(),
});

const wanted = z.strictObject({
  /** In the words of the engineer. */
  tell: text,
  about,
  /** Acceptable severities: below them it was missed, above them it was too loud. */
  severity: severitySet,
  /** Latest moment it is of use, from the start of the scenario. */
  by: duration,
  /** Messages about it that are welcome; more are repeats. */
  atMost: z.int().min(1).default(2),
  /** Nobody misses it, and it is no noise either. */
  optional: z.boolean().default(false),
  /** `resolved`: good news for machines and dashboards, paging nobody. */
  kind: z.enum(['news', 'resolved']).default('news'),
});

const unwanted = z.strictObject({ why: text, about: about.default({}) });

/** Expected severity of one class of events; all conditions that are given must hold. */
export const expectationSchema = z.strictObject({
  reason: text,
  by: text.optional(),
  kind: text.optional(),
  type: text.optional(),
  /** Part of the message. */
  says: text.optional(),
  is: severitySet,
});

/** One scenario file. */
export const scenarioSchema = z.strictObject({
  title: text,
  /** What happens in the world, and what a good on-call engineer makes of it. */
  story: text,
  kind: z.enum(['storm', 'incident', 'harmless']),
  /** Minor version whose texts and recorder behaviour are used. */
  kubernetes: z.string().regex(/^1\.\d+$/),
  /** The API the events are read through. */
  served: z.enum(['events.k8s.io/v1', 'v1']).default('events.k8s.io/v1'),
  start: z.string().default('2026-05-04T09:58:00Z'),
  lasts: duration,
  seed: z.int().default(1),
  world: worldSchema.prefault({}),
  timeline: z.array(stepSchema),
  wanted: z.array(wanted).default([]),
  unwanted: z.array(unwanted).default([]),
  severities: z.array(expectationSchema).default([]),
});

/** A scenario as read from its file. */
export type Scenario = z.infer<typeof scenarioSchema>;
/** What a message is about. */
export type About = z.infer<typeof about>;
/** A message that a good on-call engineer wants. */
export type Wanted = z.infer<typeof wanted>;
/** Expected severity of one class of events. */
export type Expectation = z.infer<typeof expectationSchema>;
/** Pods, nodes, workloads or values to do something for. */
export type Selector = z.infer<typeof selector>;
/** Named groups of steps. */
export type Parts = z.infer<typeof partsSchema>;
/** Nodes and workloads of a scenario. */
export type WorldSpec = z.infer<typeof worldSchema>;
