import * as z from 'zod';
import { oneOrList } from './oneOrList.ts';
import { severities } from './severity.ts';
import { type Silence, silenceSchema } from './silence.ts';

const text = z.string('must be text').min(1, 'may not be empty').max(253, 'may have 253 characters');
const texts = oneOrList(text, 200);

/** Longest message pattern: enough for a paragraph of alternatives, small enough to compile in a millisecond. */
const maxPatternLength = 1000;

/** Labels that the standard event gives itself; a tag may not take their place. */
const ownLabels = new Set(
  (
    'severity event_type reason effective_reason involved_kind involved_name involved_namespace involved_uid count component category rule ' +
    'event_uid container host action related_kind related_name related_namespace repeated_count notify backlog silenced ' +
    'occurrences opened_at suppressed previous_severity storm_count raw_truncated message_truncated workload workload_kind ' +
    'incident objects lasting reopened hushed'
  ).split(' '),
);

const tagName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be lower-case letters, digits and underscores, such as team')
  .refine((name) => !ownLabels.has(name), {
    error: ({ input }) => `${JSON.stringify(input)} is a label that every event has already; choose another name`,
  });

const minutes = z
  .number('must be a number of minutes')
  .positive('must be more than 0')
  .max(43_200, 'must be at most 43200');

/** How the incidents of matching events behave, where it differs from the forwarder's own settings. */
const incidentsSchema = z.strictObject({
  /** Repeats stay quiet this long. */
  windowMinutes: minutes.max(1440).optional(),
  /** An incident that was quiet this long opens anew. */
  reopenAfterMinutes: minutes.optional(),
  /** Escalates at this many occurrences, then at its square, its cube … */
  escalateFactor: z.int().min(2).max(1000).optional(),
  /** Publications per minute of one cluster, namespace and reason, before they become one storm. */
  stormLimitPerMinute: z.int().min(1).max(10_000).optional(),
  /** People hear of it only once it has lasted. `patienceMinutes` alone means the same; 0 means the contrary. */
  patient: z.boolean('must be true or false').optional(),
  /** How long that is. */
  patienceMinutes: z.number().min(0).max(1440).optional(),
  /** `workload`: all pods of a Deployment are one incident; `object`: each for itself. */
  groupBy: z.enum(['workload', 'object']).optional(),
});

/**
 * One severity rule, as it stands in `kef.config.yaml` and in the relay's configuration. All conditions of `match` must
 * hold; a rule without conditions matches everything. What a rule does not state keeps the built-in decision.
 */
export const ruleSpecSchema = z.strictObject({
  /** Shown by `kef explain`. @default `user-N`, N counting from 1 */
  id: text.optional(),
  /** Every condition takes one text or a list of which one must fit; `*` stands for any characters, case counts. */
  match: z.strictObject({
    /** Cluster id. */
    cluster: texts.optional(),
    /** Namespace of the object the event is about, or of the event when the object has none. */
    namespace: texts.optional(),
    /** `reportingController` or `source.component`. */
    component: texts.optional(),
    /** Kind of the object. */
    kind: texts.optional(),
    /** Name of the object. */
    name: texts.optional(),
    /** The reason on the wire, the effective reason (`CrashLoopBackOff`) or a documented alias of either. */
    reason: texts.optional(),
    /** `Normal` or `Warning`; exactly. */
    type: text.optional(),
    /** RE2 pattern searched for anywhere in the message; `(?i)` at its start ignores case. */
    message: z
      .string('must be text')
      .min(1, 'may not be empty')
      .max(maxPatternLength, `may have ${maxPatternLength} characters`)
      .optional(),
    /** Labels of the Event object itself; all must be there. Kubernetes copies none from the object it is about. */
    labels: z.record(text, texts).optional(),
  }),
  severity: z.enum(severities, `must be one of ${severities.join(', ')}`).optional(),
  category: text.optional(),
  /** Another effective reason, hence another incident. `$1` is what the first group of `message` found. */
  effectiveReason: z.string().min(1).max(128).optional(),
  /** Effective reasons of the same object whose incidents this event ends. */
  resolves: z.array(text).max(50).optional(),
  /** True: matching events are not forwarded. */
  drop: z.boolean('must be true or false').optional(),
  /** Labels for the standard event, such as `team` and `owner`. */
  tags: z
    .record(tagName, z.string().min(1).max(253))
    .refine((tags) => Object.keys(tags).length <= 20, 'may have 20 entries')
    .optional(),
  /** Where people find what to do: annotation `runbook` of the standard event. */
  runbook: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .max(1000)
    .optional(),
  incidents: incidentsSchema.optional(),
  /** When nobody is notified. Events are kept and incidents open all the same. */
  silence: silenceSchema.optional(),
  /** True: the rules after this one are asked too, for what this one does not state. @default false */
  continue: z.boolean('must be true or false').optional(),
});

/** One text or a list of which one must fit. */
export type OneOrMore = string | readonly string[];

/** Conditions of a rule. See {@link ruleSpecSchema}. */
export interface RuleMatch {
  readonly cluster?: OneOrMore | undefined;
  readonly namespace?: OneOrMore | undefined;
  readonly component?: OneOrMore | undefined;
  readonly kind?: OneOrMore | undefined;
  readonly name?: OneOrMore | undefined;
  readonly reason?: OneOrMore | undefined;
  readonly type?: string | undefined;
  readonly message?: string | undefined;
  readonly labels?: Readonly<Record<string, OneOrMore>> | undefined;
}

/** One severity rule. See {@link ruleSpecSchema}. */
export interface RuleSpec {
  readonly id?: string | undefined;
  readonly match: RuleMatch;
  readonly severity?: (typeof severities)[number] | undefined;
  readonly category?: string | undefined;
  readonly effectiveReason?: string | undefined;
  readonly resolves?: readonly string[] | undefined;
  readonly drop?: boolean | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly runbook?: string | undefined;
  readonly incidents?:
    | {
        readonly windowMinutes?: number | undefined;
        readonly reopenAfterMinutes?: number | undefined;
        readonly escalateFactor?: number | undefined;
        readonly stormLimitPerMinute?: number | undefined;
        readonly patient?: boolean | undefined;
        readonly patienceMinutes?: number | undefined;
        readonly groupBy?: 'workload' | 'object' | undefined;
      }
    | undefined;
  readonly silence?: Silence | readonly Silence[] | undefined;
  readonly continue?: boolean | undefined;
}

/** What a rule may state besides its conditions. */
export const outcomeNames = [
  'severity',
  'category',
  'effectiveReason',
  'resolves',
  'drop',
  'tags',
  'runbook',
  'incidents',
  'silence',
] as const satisfies readonly (keyof RuleSpec)[];

/** A condition or list as a list. */
export function listOf<T extends string | object>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return isList(value) ? value : [value];
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
