import { genericRules } from './generic.ts';
import type { BuiltInRule } from './ruleTable.ts';

/** The built-in rules in the order they are consulted: the particular before the general. */
export const builtInRuleSpecs: readonly BuiltInRule[] = [...genericRules];
