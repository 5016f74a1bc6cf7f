import type { Classification } from './classification.ts';
import { effectiveReasonByRule } from './effectiveReason.ts';
import type { EventRecord } from './eventRecord.ts';
import { categoryOfKind } from './kindCategory.ts';
import type { CompiledRule } from './ruleIndex.ts';
import { builtInRules, type RuleSet } from './rules.ts';

export type { RuleSet } from './rules.ts';

const nothing: readonly string[] = Object.freeze([]);

/**
 * Decides how much an event matters and what it is about. Total: an event that no rule knows gets its severity from the
 * generic rules for its type, never an error.
 *
 * @param rules From `compileRules`. @default the built-in rules
 * @param cluster Cluster id, for rules that name one.
 */
export function classify(record: EventRecord, rules: RuleSet = builtInRules, cluster = ''): Classification {
  const rule = rules.builtIn.find(record, record.reason, cluster);
  const effectiveReason = effectiveReasonByRule(record, rule);
  const builtIn: Classification = {
    severity: rule?.spec.severity ?? 'low',
    effectiveReason,
    category: rule?.spec.category ?? categoryOfKind(record.regarding.kind),
    rule: rule?.id ?? 'none',
    resolves: rule?.spec.resolves ?? nothing,
  };
  const user = rules.user === undefined ? undefined : findUserRule(rules.user, record, effectiveReason, cluster);
  if (user === undefined) return builtIn;
  const { severity, category, effectiveReason: renamed, resolves, drop } = user.spec;
  return {
    severity: severity ?? builtIn.severity,
    effectiveReason: renamed ?? builtIn.effectiveReason,
    category: category ?? builtIn.category,
    rule: user.id,
    resolves: resolves ?? builtIn.resolves,
    ...(drop === true ? { drop } : undefined),
  };
}

/** Users may name the reason on the wire or the effective one: the earlier rule of the two wins. */
function findUserRule(
  index: NonNullable<RuleSet['user']>,
  record: EventRecord,
  effectiveReason: string,
  cluster: string,
): CompiledRule | undefined {
  const byReason = index.find(record, record.reason, cluster);
  if (effectiveReason === record.reason) return byReason;
  const byEffective = index.find(record, effectiveReason, cluster);
  if (byReason === undefined || byEffective === undefined) return byReason ?? byEffective;
  return byReason.order <= byEffective.order ? byReason : byEffective;
}
