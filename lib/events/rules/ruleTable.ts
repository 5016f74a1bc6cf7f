import type { Category } from '../classification.ts';
import { listOf, type OneOrMore, type RuleMatch, type RuleSpec } from '../ruleSpec.ts';
import type { Severity } from '../severity.ts';

/** A built-in rule: like a user's, but always with an id, a reason and a severity. */
export interface BuiltInRule extends RuleSpec {
  readonly id: string;
  readonly severity: Severity;
}

/** What a row may add to its reason. */
interface RowDetails extends Omit<RuleMatch, 'reason' | 'cluster' | 'namespace' | 'name' | 'labels'> {
  /** The effective reason, when people call it something else; `$1` stands for the first group of the message pattern. */
  readonly as?: string;
  readonly resolves?: readonly string[];
  /** True for what commonly heals by itself: people hear of it once it has lasted. */
  readonly patient?: true;
  /** Tells rows of one reason apart in the rule's id; names the row when it has several reasons. */
  readonly id?: string;
}

/** `[reason or reasons, severity, category, details?]`; `*` in a reason stands for any characters. */
export type RuleRow = readonly [
  reason: OneOrMore,
  severity: Severity,
  category: Category | undefined,
  details?: RowDetails,
];

/**
 * Rules of one source as rows, in order. The id of a rule is `<table>/<reason>`, with `/<id>` when the row has one; a row
 * with several reasons is one rule for each.
 *
 * @param table Names the source in rule ids, such as `kubelet`.
 * @param match Conditions that every row shares; a row may override them.
 */
export function ruleTable(table: string, match: RuleMatch, rows: readonly RuleRow[]): readonly BuiltInRule[] {
  return rows.flatMap(([reasons, severity, category, details = {}]) => {
    const { as, resolves, patient, id, ...conditions } = details;
    return listOf(reasons).map((reason) => ({
      id: `${table}/${reason}${id === undefined ? '' : `/${id}`}`,
      match: { ...match, ...conditions, reason },
      severity,
      category,
      effectiveReason: as,
      resolves,
      ...(patient === undefined ? {} : { incidents: { patient } }),
    }));
  });
}
