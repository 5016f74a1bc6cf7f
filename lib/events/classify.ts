import { applyUserRules } from './applyUserRules.ts';
import { builtInRules, type RuleSet } from './builtInRules.ts';
import type { Classification } from './classification.ts';
import { effectiveReasonByRule, wireReasonOf } from './effectiveReason.ts';
import type { EventRecord } from './eventRecord.ts';
import { overridesOf } from './incidentOverrides.ts';
import { categoryOfKind } from './kindCategory.ts';

export type { RuleSet } from './builtInRules.ts';

const nothing: readonly string[] = Object.freeze([]);

/**
 * Decides how much an event matters and what it is about. Total: an event that no rule knows gets its severity from the
 * generic rules for its type, never an error.
 *
 * @param rules From `compileRules`. @default the built-in rules
 * @param cluster Cluster id, for rules that name one.
 */
export function classify(record: EventRecord, rules: RuleSet = builtInRules, cluster = ''): Classification {
  const reason = wireReasonOf(record);
  const rule = rules.builtIn.find(record, reason, cluster);
  const builtIn: Classification = {
    severity: rule?.spec.severity ?? 'low',
    effectiveReason: effectiveReasonByRule(record, rule) ?? reason,
    category: rule?.spec.category ?? categoryOfKind(record.regarding.kind),
    rule: rule?.id ?? 'none',
    resolves: rule?.spec.resolves ?? nothing,
    ...(rule?.spec.incidents === undefined ? undefined : { incidents: overridesOf(rule.spec.incidents) }),
  };
  return rules.user === undefined ? builtIn : applyUserRules(builtIn, rules.user, record, reason, cluster);
}
