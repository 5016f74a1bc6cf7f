import * as z from 'zod';
import { severities } from './severity.ts';

const text = z.string().min(1).max(253);

/** Longest message pattern: enough for a paragraph of alternatives, small enough to compile in a millisecond. */
const maxPatternLength = 1000;

/**
 * One severity rule, as it stands in `kef.config.yaml` and in the relay's configuration. All conditions of `match` must
 * hold; a rule without conditions matches everything. What a rule does not state keeps the built-in decision.
 */
export const ruleSpecSchema = z.strictObject({
  /** Shown by `kef explain`. @default `user-N`, N counting from 1 */
  id: text.optional(),
  match: z.strictObject({
    /** Cluster id; `*` stands for any characters. */
    cluster: text.optional(),
    /** Namespace of the object the event is about, or of the event when the object has none; `*` allowed. */
    namespace: text.optional(),
    /** `reportingController` or `source.component`; `*` allowed. */
    component: text.optional(),
    /** Kind of the object, exactly. */
    kind: text.optional(),
    /** Name of the object; `*` allowed. */
    name: text.optional(),
    /** The reason on the wire or the effective reason (`CrashLoopBackOff`); `*` allowed. */
    reason: z.union([text, z.array(text).min(1).max(200)]).optional(),
    /** `Normal` or `Warning`. */
    type: text.optional(),
    /** RE2 pattern searched for anywhere in the message; `(?i)` at its start ignores case. */
    message: z.string().min(1).max(maxPatternLength).optional(),
  }),
  severity: z.enum(severities).optional(),
  category: text.optional(),
  effectiveReason: z.string().min(1).max(128).optional(),
  /** Effective reasons of the same object whose incidents this event ends. */
  resolves: z.array(text).max(50).optional(),
  /** True: matching events are not forwarded. */
  drop: z.boolean().optional(),
});

/** One severity rule. See {@link ruleSpecSchema}. */
export interface RuleSpec {
  readonly id?: string | undefined;
  readonly match: {
    readonly cluster?: string | undefined;
    readonly namespace?: string | undefined;
    readonly component?: string | undefined;
    readonly kind?: string | undefined;
    readonly name?: string | undefined;
    readonly reason?: string | readonly string[] | undefined;
    readonly type?: string | undefined;
    readonly message?: string | undefined;
  };
  readonly severity?: (typeof severities)[number] | undefined;
  readonly category?: string | undefined;
  readonly effectiveReason?: string | undefined;
  readonly resolves?: readonly string[] | undefined;
  readonly drop?: boolean | undefined;
}
