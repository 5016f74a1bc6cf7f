import type { Values } from '../values.ts';

/**
 * What a manifest may depend on, in Helm's words: the chart's values, and what Helm knows about a release and a chart.
 * `kef manifests` makes one up.
 */
export interface Scope {
  readonly Values: Values;
  readonly Release: {
    readonly Name: string;
    readonly Namespace: string;
    /** `Helm`, or `kef` for plain YAML. */
    readonly Service: string;
  };
  readonly Chart: { readonly Name: string; readonly AppVersion: string };
}

/** Reads something from a scope. The same function is called with values and, to learn its path, with a recorder. */
export type Select<T> = (scope: Scope) => T;

/** What `select` reads, as Helm writes it: `.Values.image.tag`. */
export function pathOf(select: Select<unknown>): string {
  const steps: string[] = [];
  const recorder: object = new Proxy(
    {},
    {
      get(_target, key) {
        steps.push(String(key));
        return recorder;
      },
    },
  );
  // The recorder answers to every property, so it can stand in for a scope; selectors only read properties.
  select(recorder as Scope);
  return `.${steps.join('.')}`;
}
