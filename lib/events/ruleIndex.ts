import type { EventRecord } from './eventRecord.ts';
import { compileGlobs, type GlobTest } from './glob.ts';
import { listOf, type OneOrMore, type RuleSpec } from './ruleSpec.ts';
import type { SilenceTest } from './silence.ts';

/** What finds a message pattern in text: a native regular expression or a linear-time one. */
export interface MessagePattern {
  test(text: string): boolean;
  /** What the first group found; undefined when the pattern or the group did not match. */
  firstGroup(text: string): string | undefined;
}

/** One literal to be equal to, or a test for patterns and lists: comparing is several times cheaper than calling. */
export type Condition = string | GlobTest | undefined;

/** A rule ready to be matched. */
export interface CompiledRule {
  /** Position in the table: the lowest matching order wins. */
  readonly order: number;
  readonly id: string;
  readonly spec: RuleSpec;
  /** Reasons without `*`; undefined when the rule is about any reason or has a pattern. */
  readonly exactReasons: readonly string[] | undefined;
  /** Undefined when the rule is about any reason. */
  readonly reason: GlobTest | undefined;
  readonly type: Condition;
  readonly kind: Condition;
  readonly cluster: Condition;
  readonly namespace: Condition;
  readonly component: Condition;
  readonly name: Condition;
  readonly message: MessagePattern | undefined;
  readonly labels: readonly (readonly [label: string, test: GlobTest])[] | undefined;
  readonly silence: SilenceTest | undefined;
}

/** What {@link compileRule} cannot know by itself. */
export interface CompileOptions {
  /** Decides the regular expression engine. */
  readonly compileMessage: (pattern: string) => MessagePattern;
  /** Reasons with their aliases. @default the spec's */
  readonly reasons?: readonly string[];
  readonly silence?: SilenceTest | undefined;
}

/** Compiles one rule. */
export function compileRule(spec: RuleSpec, id: string, order: number, options: CompileOptions): CompiledRule {
  const { match } = spec;
  const reasons = options.reasons ?? listOf(match.reason);
  const isAnyReason = reasons.length === 0 || reasons.includes('*');
  const labels = match.labels && Object.entries(match.labels);
  return {
    order,
    id,
    spec,
    exactReasons: isAnyReason || reasons.some((reason) => reason.includes('*')) ? undefined : reasons,
    reason: isAnyReason ? undefined : compileGlobs(reasons),
    type: match.type,
    kind: condition(match.kind),
    cluster: condition(match.cluster),
    namespace: condition(match.namespace),
    component: condition(match.component),
    name: condition(match.name),
    message: match.message === undefined ? undefined : options.compileMessage(match.message),
    labels: labels?.map(([label, values]) => [label, compileGlobs(listOf(values))] as const),
    silence: options.silence,
  };
}

function condition(patterns: OneOrMore | undefined): Condition {
  if (patterns === undefined) return undefined;
  const [only = '', ...others] = listOf(patterns);
  return others.length === 0 && !only.includes('*') ? only : compileGlobs(listOf(patterns));
}

/**
 * Rules reachable by reason, so that the length of the table does not count: an event sees only the rules of its own
 * reason and those about no particular reason, in table order. The list of a reason is put together when the first event
 * with it comes: a function that starts pays for no reason it never sees.
 */
export class RuleIndex {
  readonly rules: readonly CompiledRule[];
  readonly #exact = new Map<string, CompiledRule[]>();
  readonly #merged = new Map<string, readonly CompiledRule[]>();
  readonly #general: readonly CompiledRule[];

  constructor(rules: readonly CompiledRule[]) {
    this.rules = rules;
    this.#general = rules.filter((rule) => rule.exactReasons === undefined);
    for (const rule of rules) {
      for (const reason of rule.exactReasons ?? []) {
        const list = this.#exact.get(reason);
        if (list === undefined) this.#exact.set(reason, [rule]);
        else list.push(rule);
      }
    }
  }

  /** The first rule in table order that fits the event, when `reason` is taken as its reason. */
  find(record: EventRecord, reason: string, cluster: string, after = -1): CompiledRule | undefined {
    const indexed = this.#merged.get(reason) ?? this.#merge(reason);
    for (const rule of indexed ?? this.#general) {
      if (rule.order <= after) continue;
      if (indexed === undefined && rule.reason?.(reason) === false) continue;
      if (fits(rule, record, cluster)) return rule;
    }
    return undefined;
  }

  /** Only for reasons that some rule names: whoever writes events can invent others without end. */
  #merge(reason: string): readonly CompiledRule[] | undefined {
    const exact = this.#exact.get(reason);
    if (exact === undefined) return undefined;
    const general = this.#general.filter((rule) => rule.reason?.(reason) ?? true);
    const merged = [...exact, ...general].sort((a, b) => a.order - b.order);
    this.#merged.set(reason, merged);
    return merged;
  }
}

/** All conditions but the reason, cheapest first. */
function fits(rule: CompiledRule, record: EventRecord, cluster: string): boolean {
  return (
    holds(rule.type, record.type) &&
    holds(rule.kind, record.regarding.kind) &&
    holds(rule.component, record.component) &&
    holds(rule.namespace, record.regarding.namespace ?? record.namespace) &&
    holds(rule.name, record.regarding.name) &&
    holds(rule.cluster, cluster) &&
    (rule.labels === undefined || rule.labels.every(([label, test]) => hasLabel(record, label, test))) &&
    (rule.message === undefined || rule.message.test(record.message))
  );
}

function holds(condition: Condition, value: string): boolean {
  if (condition === undefined) return true;
  return typeof condition === 'string' ? condition === value : condition(value);
}

function hasLabel({ labels }: EventRecord, label: string, test: GlobTest): boolean {
  const value = labels !== undefined && Object.hasOwn(labels, label) ? labels[label] : undefined;
  return value !== undefined && test(value);
}
