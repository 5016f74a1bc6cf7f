import { pathOf, type Scope, type Select } from './scope.ts';

/**
 * How an expression looks in YAML: a quoted string, a bare word (number, boolean, name), a list or mapping that Helm prints as
 * YAML, lines that are YAML already, or a text of many lines.
 */
export type Form = 'quoted' | 'bare' | 'block' | 'lines' | 'literal';

/** Prefix of the root: nothing at top level, `$` where a loop has rebound the dot. */
export type Root = '' | '$';

/** A value that is known only when the manifests are rendered: computed here for plain YAML, by Helm for the chart. */
export class Expression<T = unknown> {
  readonly form: Form;
  readonly evaluate: (scope: Scope) => T;
  /** The pipeline between the braces. */
  readonly pipeline: (root: Root) => string;

  constructor(form: Form, evaluate: (scope: Scope) => T, pipeline: (root: Root) => string) {
    this.form = form;
    this.evaluate = evaluate;
    this.pipeline = pipeline;
  }
}

/** A text of the scope. */
export function text(select: Select<string>): Expression<string> {
  return new Expression('quoted', select, (root) => `${root}${pathOf(select)}`);
}

/** A text of the scope that needs no quotes, because its alphabet is that of Kubernetes names. */
export function name(select: Select<string>): Expression<string> {
  return new Expression('bare', select, (root) => `${root}${pathOf(select)}`);
}

/** A whole number of the scope, plus an optional constant. Helm's own formatting would print a million as `1e+06`. */
export function integer(select: Select<number>, plus = 0): Expression<number> {
  return new Expression(
    'bare',
    (scope) => select(scope) + plus,
    (root) => {
      const path = `${root}${pathOf(select)}`;
      return plus === 0 ? `int ${path}` : `add (int ${path}) ${plus < 0 ? `(${plus})` : plus}`;
    },
  );
}

/** An expression in quotes, for texts that YAML could take for something else. */
export function quoted(expression: Expression<string | number>): Expression<string> {
  return new Expression('quoted', (scope) => String(expression.evaluate(scope)), expression.pipeline);
}

/** A list or mapping of the scope, as it is. */
export function block<T extends object>(select: Select<T>): Expression<T> {
  return new Expression('block', select, (root) => `${root}${pathOf(select)}`);
}

/** The item of a loop: `value` here, `$variable` in Helm. */
export function loopItem(variable: string, value: string | number = ''): Expression<string | number> {
  return new Expression(
    'bare',
    () => value,
    () => `$${variable}`,
  );
}

/** A pipeline as an argument of another. */
export function argument(pipeline: string): string {
  return /\s/.test(pipeline) ? `(${pipeline})` : pipeline;
}

/**
 * A text with expressions in it. They are inserted as they are, so only values whose schema keeps quotes and line breaks out
 * may be used.
 *
 * @example joined`${fullname}-events`
 */
export class Joined {
  readonly literals: readonly string[];
  readonly expressions: readonly Expression<string | number>[];

  constructor(literals: readonly string[], expressions: readonly Expression<string | number>[]) {
    this.literals = literals;
    this.expressions = expressions;
  }

  evaluate(scope: Scope): string {
    return this.#weave(
      (literal) => literal,
      (expression) => String(expression.evaluate(scope)),
    );
  }

  /** The text with Helm's braces in it, without quotes. */
  template(root: Root): string {
    return this.#weave(shieldBraces, (expression) => `{{ ${expression.pipeline(root)} }}`);
  }

  #weave(showText: (literal: string) => string, show: (expression: Expression<string | number>) => string): string {
    const parts = this.literals.map((literal, index) => {
      const expression = this.expressions[index];
      return showText(literal) + (expression === undefined ? '' : show(expression));
    });
    return parts.join('');
  }
}

/** See {@link Joined}. Constants may stand among the expressions. */
export function joined(literals: TemplateStringsArray, ...values: (Expression<string | number> | string)[]): Joined {
  const texts = [literals[0] ?? ''];
  const expressions: Expression<string | number>[] = [];
  for (const [index, value] of values.entries()) {
    const next = literals[index + 1] ?? '';
    if (typeof value === 'string') texts.push(`${texts.pop()}${value}${next}`);
    else {
      expressions.push(value);
      texts.push(next);
    }
  }
  return new Joined(texts, expressions);
}

/** Keeps braces that are meant for Prometheus, which has Helm's template syntax too, from being read by Helm. */
export function shieldBraces(literal: string): string {
  return literal.replace(/\{\{.*?\}\}/g, (braces) => `{{\`${braces}\`}}`);
}
