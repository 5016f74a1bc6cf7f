import type { Condition } from './condition.ts';
import type { Expression } from './expression.ts';
import type { Mapping } from './node.ts';
import type { Select } from './scope.ts';

type Item = Expression<string | number>;

/** Objects of the cluster that come and go together: once, once per item of a list, or under a condition. */
export interface Document {
  readonly when: Condition | undefined;
  readonly each: { readonly select: Select<readonly string[]>; readonly variable: string } | undefined;
  readonly bodies: (item: Item) => readonly Mapping[];
}

/** A file of the chart's `templates/`. */
export interface Template {
  readonly file: string;
  readonly documents: readonly Document[];
}

/** Objects that are always there, or only under a condition. */
export function objects(bodies: readonly Mapping[], condition?: Condition): Document {
  return { when: condition, each: undefined, bodies: () => bodies };
}

/** See {@link objects}. */
export function object(body: Mapping, condition?: Condition): Document {
  return objects([body], condition);
}

/** Objects for each text of a list; `variable` is what Helm's loop calls the item. */
export function objectsPer(
  select: Select<readonly string[]>,
  variable: string,
  bodies: (item: Item) => readonly Mapping[],
  condition?: Condition,
): Document {
  return { when: condition, each: { select, variable }, bodies };
}
