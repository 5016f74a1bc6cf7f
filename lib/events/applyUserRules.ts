import type { Classification } from './classification.ts';
import { effectiveReasonByRule } from './effectiveReason.ts';
import type { EventRecord } from './eventRecord.ts';
import { overridesOf } from './incidentOverrides.ts';
import type { CompiledRule, RuleIndex } from './ruleIndex.ts';
import type { RuleSpec } from './ruleSpec.ts';

/**
 * The user rules that apply to an event, in order: the first that matches, and those after it as long as each says
 * `continue`. Users may name the reason on the wire or the effective one.
 *
 * @param reason The reason on the wire.
 * @param effectiveReason The reason that the built-in rules see in it.
 */
export function matchingUserRules(
  index: RuleIndex,
  record: EventRecord,
  reason: string,
  effectiveReason: string,
  cluster: string,
): readonly CompiledRule[] {
  const rules: CompiledRule[] = [];
  let rule: CompiledRule | undefined;
  do {
    rule = findNext(index, record, reason, effectiveReason, cluster, rule?.order ?? -1);
    if (rule !== undefined) rules.push(rule);
  } while (rule?.spec.continue === true);
  return rules;
}

/** The built-in decision with what user rules state in its place. Of several rules the first to state something wins. */
export function applyUserRules(
  builtIn: Classification,
  index: RuleIndex,
  record: EventRecord,
  reason: string,
  cluster: string,
): Classification {
  const rules = matchingUserRules(index, record, reason, builtIn.effectiveReason, cluster);
  const last = rules.at(-1);
  if (last === undefined) return builtIn;
  const specs = rules.map((rule) => rule.spec);
  const decider = rules.find((rule) => rule.spec.severity !== undefined) ?? (last.spec.continue ? undefined : last);
  const renamer = rules.find((rule) => rule.spec.effectiveReason !== undefined);
  const runbook = first(specs, 'runbook');
  return {
    severity: first(specs, 'severity') ?? builtIn.severity,
    effectiveReason: effectiveReasonByRule(record, renamer) ?? builtIn.effectiveReason,
    category: first(specs, 'category') ?? builtIn.category,
    rule: decider?.id ?? builtIn.rule,
    resolves: first(specs, 'resolves') ?? builtIn.resolves,
    ...(first(specs, 'drop') === true ? { drop: true } : undefined),
    ...(specs.some((spec) => spec.tags) ? { tags: firstWins(specs.map((spec) => spec.tags)) } : undefined),
    ...(runbook === undefined ? undefined : { runbook }),
    ...(rules.some((rule) => rule.silence?.(record.lastOccurrence)) ? { silenced: true } : undefined),
    ...incidentsOf(specs, builtIn),
  };
}

function findNext(
  index: RuleIndex,
  record: EventRecord,
  reason: string,
  effectiveReason: string,
  cluster: string,
  after: number,
): CompiledRule | undefined {
  const byReason = index.find(record, reason, cluster, after);
  if (effectiveReason === reason) return byReason;
  const byEffective = index.find(record, effectiveReason, cluster, after);
  if (byReason === undefined || byEffective === undefined) return byReason ?? byEffective;
  return byReason.order <= byEffective.order ? byReason : byEffective;
}

function first<Name extends keyof RuleSpec>(specs: readonly RuleSpec[], name: Name): RuleSpec[Name] | undefined {
  return specs.find((spec) => spec[name] !== undefined)?.[name];
}

/** What the rules say about incidents, over what the built-in rule says. */
function incidentsOf(specs: readonly RuleSpec[], builtIn: Classification): Pick<Classification, 'incidents'> {
  if (!specs.some((spec) => spec.incidents))
    return builtIn.incidents === undefined ? {} : { incidents: builtIn.incidents };
  return { incidents: { ...builtIn.incidents, ...overridesOf(firstWins(specs.map((spec) => spec.incidents))) } };
}

/** One object of several; where they disagree, the earlier one is right. */
function firstWins<T extends object>(parts: readonly (T | undefined)[]): T {
  // Every key of every part is kept, so the result has the shape of the parts.
  return Object.assign({}, ...parts.toReversed()) as T;
}
