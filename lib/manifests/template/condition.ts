import { argument, type Root } from './expression.ts';
import { pathOf, type Scope, type Select } from './scope.ts';

/** A question about the scope, asked here or by Helm. */
export class Condition {
  readonly holds: (scope: Scope) => boolean;
  readonly pipeline: (root: Root) => string;

  constructor(holds: (scope: Scope) => boolean, pipeline: (root: Root) => string) {
    this.holds = holds;
    this.pipeline = pipeline;
  }
}

/** True for what Go templates call non-empty: not false, 0, '', nor an empty list or mapping. */
export function isSet(select: Select<unknown>): Condition {
  return new Condition(
    (scope) => isTruthy(select(scope)),
    (root) => `${root}${pathOf(select)}`,
  );
}

export function not(condition: Condition): Condition {
  return new Condition(
    (scope) => !condition.holds(scope),
    (root) => `not ${argument(condition.pipeline(root))}`,
  );
}

export function all(...conditions: Condition[]): Condition {
  return new Condition(
    (scope) => conditions.every((condition) => condition.holds(scope)),
    (root) => `and ${conditions.map((condition) => argument(condition.pipeline(root))).join(' ')}`,
  );
}

export function any(...conditions: Condition[]): Condition {
  return new Condition(
    (scope) => conditions.some((condition) => condition.holds(scope)),
    (root) => `or ${conditions.map((condition) => argument(condition.pipeline(root))).join(' ')}`,
  );
}

export function isMoreThan(select: Select<number>, limit: number): Condition {
  return new Condition(
    (scope) => select(scope) > limit,
    (root) => `gt (int ${root}${pathOf(select)}) ${limit}`,
  );
}

/** Whether a list of texts has this one. */
export function has(select: Select<readonly string[]>, item: string): Condition {
  return new Condition(
    (scope) => select(scope).includes(item),
    (root) => `has ${JSON.stringify(item)} ${root}${pathOf(select)}`,
  );
}

/** Whether a mapping has this key. */
export function hasKey(select: Select<Readonly<Record<string, unknown>>>, key: string): Condition {
  return new Condition(
    (scope) => Object.hasOwn(select(scope), key),
    (root) => `hasKey ${root}${pathOf(select)} ${JSON.stringify(key)}`,
  );
}

/** Whether a text matches a pattern that JavaScript and Go's RE2 read the same way. */
export function matches(select: Select<string>, pattern: RegExp): Condition {
  return new Condition(
    (scope) => pattern.test(select(scope)),
    (root) => `regexMatch ${JSON.stringify(pattern.source)} ${root}${pathOf(select)}`,
  );
}

function isTruthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}
