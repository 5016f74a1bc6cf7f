import { type Condition, isSet } from './condition.ts';
import { block, Expression, type Joined } from './expression.ts';
import type { Select } from './scope.ts';

/**
 * A manifest that is not finished: plain data with expressions and conditions in it. `evaluate` finishes it into an object;
 * `toHelm` prints it as a Helm template. That the two agree is tested with helm itself.
 */
export type Node = string | number | boolean | Expression | Joined | When | Merge | Mapping | readonly Item[];

/** An object; entries whose condition does not hold are left out. */
export type Mapping = { readonly [key: string]: Node };

/** An entry of a list; left out when its condition does not hold. */
export type Item = Node | Spread | Each;

/** One of two nodes, or nothing. */
export class When {
  readonly condition: Condition;
  readonly entry: Node;
  readonly otherwise: Node | undefined;

  constructor(condition: Condition, entry: Node, otherwise?: Node) {
    this.condition = condition;
    this.entry = entry;
    this.otherwise = otherwise;
  }
}

/** `entry` if the condition holds, else `otherwise`; without it the entry is left out. */
export function when(condition: Condition, entry: Node, otherwise?: Node): When {
  return new When(condition, entry, otherwise);
}

/** A list or mapping of the scope, left out when it is empty. */
export function whenSet(select: Select<object>): When {
  return new When(isSet(select), block(select));
}

/** Several mappings as one. Their keys must differ: YAML has no later one that wins. */
export class Merge {
  readonly parts: readonly (Mapping | When | Expression)[];

  constructor(parts: readonly (Mapping | When | Expression)[]) {
    this.parts = parts;
  }
}

/** See {@link Merge}. A condition in it decides about a whole group of entries. */
export function merge(...parts: (Mapping | When | Expression)[]): Merge {
  return new Merge(parts);
}

/** The items of a list of the scope, as items of the list around it. */
export class Spread {
  readonly select: Select<readonly unknown[]>;

  constructor(select: Select<readonly unknown[]>) {
    this.select = select;
  }
}

/** See {@link Spread}. */
export function spread(select: Select<readonly unknown[]>): Spread {
  return new Spread(select);
}

/** One item per text or number of a list of the scope. */
export class Each {
  readonly select: Select<readonly (string | number)[]>;
  readonly variable: string;
  readonly body: (item: Expression<string | number>) => Mapping;

  constructor(
    select: Select<readonly (string | number)[]>,
    variable: string,
    body: (item: Expression<string | number>) => Mapping,
  ) {
    this.select = select;
    this.variable = variable;
    this.body = body;
  }
}

/** See {@link Each}; `variable` is what Helm's loop calls the item. */
export function each(
  select: Select<readonly (string | number)[]>,
  variable: string,
  body: (item: Expression<string | number>) => Mapping,
): Each {
  return new Each(select, variable, body);
}

/** True for an expression that takes lines of its own. */
export function isBlock(node: unknown): node is Expression {
  return node instanceof Expression && (node.form === 'block' || node.form === 'lines' || node.form === 'literal');
}
