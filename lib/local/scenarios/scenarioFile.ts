import * as z from 'zod';
import { emitterNames } from './emitters.ts';

/** Seconds after the scenario began. */
const seconds = z.number().min(0);

const objectSchema = z.strictObject({
  kind: z.string(),
  apiVersion: z.string(),
  /** `{hash:KEY}` and `{id:KEY}` become ten or five characters that are new in every run; the same key, the same text. */
  name: z.string(),
  /** @default the scenario's; nodes have none */
  namespace: z.string().optional(),
  /** Pods: the key of the node it runs on. */
  node: z.string().optional(),
  /** Pods: name and image of its container, and the memory it may use. */
  container: z.strictObject({ name: z.string(), image: z.string(), memoryLimit: z.string().optional() }).optional(),
});

const repeatSchema = z.union([
  seconds,
  /** The new total, and when the last occurrence was seen if the write comes later. */
  z.strictObject({ at: seconds, count: z.int().min(2), observedAt: seconds.optional() }),
]);

const eventSchema = z.strictObject({
  at: seconds,
  by: z.enum(emitterNames),
  /** Keys of the objects that the event is about: one event each. */
  on: z.union([z.string(), z.array(z.string()).min(1)]),
  /** The event is about the pod's container, not about the pod. */
  isAboutContainer: z.boolean().default(false),
  type: z.enum(['Normal', 'Warning']).default('Normal'),
  reason: z.string().min(1),
  /** Required for emitters of the new API. */
  action: z.string().optional(),
  /** `{namespace}`, `{object}`, and `{KEY}`, `{KEY.uid}`, `{KEY.node}`, `{KEY.image}` of any object. */
  message: z.string(),
  /** When it happens again: the count grows and the same object is modified. */
  again: z
    .union([
      z.array(repeatSchema),
      z.strictObject({ from: seconds, every: z.number().positive(), times: z.int().min(1) }),
    ])
    .default([]),
});

const podStateSchema = z.strictObject({
  at: seconds,
  pod: z.union([z.string(), z.array(z.string()).min(1)]),
  phase: z.enum(['Pending', 'Running', 'Succeeded', 'Failed', 'Deleted']),
  isReady: z.boolean().default(false),
  restarts: z.int().min(0).default(0),
  /** Reason why the container is not running. */
  waiting: z.string().optional(),
  /** How the container last ended. */
  ended: z.strictObject({ reason: z.string(), exitCode: z.int() }).optional(),
});

const nodeStateSchema = z.strictObject({ at: seconds, node: z.string(), isReady: z.boolean() });

/** One incident, or one piece of everyday noise, as data: the objects in it and what is seen of them over time. */
export const scenarioSchema = z.strictObject({
  $comment: z.string().optional(),
  name: z.string(),
  namespace: z.string(),
  objects: z.record(z.string(), objectSchema),
  timeline: z.array(z.union([eventSchema, podStateSchema, nodeStateSchema])).min(1),
});

/** A scenario, read and checked. */
export type Scenario = z.infer<typeof scenarioSchema>;
/** One event of a scenario, with its repeats. */
export type ScenarioEvent = z.infer<typeof eventSchema>;
/** A pod as it is from some moment on. */
export type PodState = z.infer<typeof podStateSchema>;
/** A node as it is from some moment on. */
export type NodeState = z.infer<typeof nodeStateSchema>;
