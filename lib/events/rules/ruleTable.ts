import type { Category } from '../classification.ts';
import type { RuleSpec } from '../ruleSpec.ts';
import type { Severity } from '../severity.ts';

/** A built-in rule: like a user's, but always with an id, a reason and a severity. */
export interface BuiltInRule extends RuleSpec {
  readonly id: string;
  readonly severity: Severity;
}

/** What a row may add to its reason. */
interface RowDetails extends Omit<RuleSpec['match'], 'reason' | 'cluster' | 'namespace' | 'name'> {
  /** The effective reason, when people call it something else. */
  readonly as?: string;
  readonly resolves?: readonly string[];
  /** Tells rows of one reason apart in the rule's id. */
  readonly id?: string;
}

/** `[reason, severity, category, details?]`; `*` in the reason stands for any characters. */
export type RuleRow = readonly [
  reason: string,
  severity: Severity,
  category: Category | undefined,
  details?: RowDetails,
];

/**
 * Rules of one source as rows, in order. The id of a rule is `<table>/<reason>`, with `/<id>` when the row has one.
 *
 * @param table Names the source in rule ids, such as `kubelet`.
 * @param match Conditions that every row shares; a row may override them.
 */
export function ruleTable(table: string, match: RuleSpec['match'], rows: readonly RuleRow[]): readonly BuiltInRule[] {
  return rows.map(([reason, severity, category, details = {}]) => {
    const { as, resolves, id, ...conditions } = details;
    return {
      id: `${table}/${reason}${id === undefined ? '' : `/${id}`}`,
      match: { ...match, ...conditions, reason },
      severity,
      category,
      effectiveReason: as,
      resolves,
    };
  });
}
