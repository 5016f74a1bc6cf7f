import type { RuleSpec } from '../ruleSpec.ts';

/**
 * How much a finding matters: `never` when the rule can decide nothing, `doubt` when it may not do what it looks like,
 * `note` for what is worth knowing and may be meant so.
 */
export type FindingKind = 'never' | 'doubt' | 'note';

/** Something about a rule that its author would want to know. */
export interface Finding {
  readonly kind: FindingKind;
  readonly text: string;
}

/** A finding with the rule it is about. The rules work all the same. */
export interface RuleWarning extends Finding {
  /** Position in the list, from 0. */
  readonly index: number;
  /** Id of the rule, or `rule N`. */
  readonly rule: string;
}

/** What a check may know besides the rules. */
export interface CheckOptions {
  /** Ids of the clusters there are. @default unknown: rules may name any */
  readonly clusters?: readonly string[];
  readonly now: Date;
}

/** Id of a rule, or its place, as people count. */
export function nameOf(spec: RuleSpec, index: number): string {
  return spec.id ?? `rule ${index + 1}`;
}
