import type { EventRecord } from './eventRecord.ts';
import { compileGlob, type GlobTest } from './glob.ts';
import type { RuleSpec } from './ruleSpec.ts';

/** What finds a message pattern in text: a native regular expression or a linear-time one. */
export interface MessagePattern {
  test(text: string): boolean;
}

/** A rule ready to be matched. */
export interface CompiledRule {
  /** Position in the table: the lowest matching order wins. */
  readonly order: number;
  readonly id: string;
  readonly spec: RuleSpec;
  /** Reasons without `*`; undefined when the rule is about any reason or has a pattern. */
  readonly exactReasons: readonly string[] | undefined;
  readonly reason: GlobTest | undefined;
  readonly cluster: GlobTest | undefined;
  readonly namespace: GlobTest | undefined;
  readonly component: GlobTest | undefined;
  readonly name: GlobTest | undefined;
  readonly message: MessagePattern | undefined;
}

/** Compiles one rule; `compileMessage` decides the regular expression engine. */
export function compileRule(
  spec: RuleSpec,
  id: string,
  order: number,
  compileMessage: (pattern: string) => MessagePattern,
): CompiledRule {
  const { match } = spec;
  const glob = (pattern: string | undefined) => (pattern === undefined ? undefined : compileGlob(pattern));
  const reasons = typeof match.reason === 'string' ? [match.reason] : match.reason;
  const tests = reasons?.map(compileGlob);
  return {
    order,
    id,
    spec,
    exactReasons: reasons?.every((reason) => !reason.includes('*')) ? reasons : undefined,
    reason: tests && ((text) => tests.some((test) => test(text))),
    cluster: glob(match.cluster),
    namespace: glob(match.namespace),
    component: glob(match.component),
    name: glob(match.name),
    message: match.message === undefined ? undefined : compileMessage(match.message),
  };
}

/**
 * Rules reachable by reason, so that the length of the table does not count: an event sees only the rules of its own
 * reason and those about no particular reason, in table order.
 */
export class RuleIndex {
  readonly rules: readonly CompiledRule[];
  readonly #byReason = new Map<string, readonly CompiledRule[]>();
  readonly #general: readonly CompiledRule[];

  constructor(rules: readonly CompiledRule[]) {
    this.rules = rules;
    this.#general = rules.filter((rule) => rule.exactReasons === undefined);
    const byReason = new Map<string, CompiledRule[]>();
    for (const rule of rules) {
      for (const reason of rule.exactReasons ?? []) {
        const list = byReason.get(reason);
        if (list === undefined) byReason.set(reason, [rule]);
        else list.push(rule);
      }
    }
    for (const [reason, exact] of byReason) {
      const general = this.#general.filter((rule) => rule.reason?.(reason) ?? true);
      this.#byReason.set(
        reason,
        [...exact, ...general].sort((a, b) => a.order - b.order),
      );
    }
  }

  /** The first rule in table order that fits the event, when `reason` is taken as its reason. */
  find(record: EventRecord, reason: string, cluster: string): CompiledRule | undefined {
    const indexed = this.#byReason.get(reason);
    for (const rule of indexed ?? this.#general) {
      if (indexed === undefined && rule.reason?.(reason) === false) continue;
      if (fits(rule, record, cluster)) return rule;
    }
    return undefined;
  }
}

/** All conditions but the reason, cheapest first. */
function fits(rule: CompiledRule, record: EventRecord, cluster: string): boolean {
  const { match } = rule.spec;
  return (
    (match.kind === undefined || match.kind === record.regarding.kind) &&
    (match.type === undefined || match.type === record.type) &&
    (rule.component === undefined || rule.component(record.component)) &&
    (rule.namespace === undefined || rule.namespace(record.regarding.namespace ?? record.namespace)) &&
    (rule.name === undefined || rule.name(record.regarding.name)) &&
    (rule.cluster === undefined || rule.cluster(cluster)) &&
    (rule.message === undefined || rule.message.test(record.message))
  );
}
