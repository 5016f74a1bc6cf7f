import type { Document } from './document.ts';
import { Expression, Joined, loopItem } from './expression.ts';
import { Each, type Item, type Mapping, Merge, type Node, Spread, When } from './node.ts';
import type { Scope } from './scope.ts';

/** An object as Kubernetes takes it. */
export type Manifest = Readonly<Record<string, unknown>>;

/** Says that an entry is left out; no YAML value can be this. */
const nothing = Symbol('nothing');

/** Finishes a document: the objects that this scope asks for. */
export function evaluate({ when, each, bodies }: Document, scope: Scope): Manifest[] {
  if (when !== undefined && !when.holds(scope)) return [];
  const items = each === undefined ? [loopItem('')] : each.select(scope).map((value) => loopItem(each.variable, value));
  return items.flatMap((item) => bodies(item).map((body) => evaluateMapping(body, scope)));
}

function evaluateNode(node: Node, scope: Scope): unknown {
  if (node instanceof Expression || node instanceof Joined) return node.evaluate(scope);
  if (node instanceof When) return evaluateWhen(node, scope);
  if (node instanceof Merge) return evaluateMerge(node, scope);
  if (isList(node)) return node.flatMap((item) => evaluateItem(item, scope));
  return typeof node === 'object' ? evaluateMapping(node, scope) : node;
}

function evaluateWhen({ condition, entry, otherwise }: When, scope: Scope): unknown {
  if (condition.holds(scope)) return evaluateNode(entry, scope);
  return otherwise === undefined ? nothing : evaluateNode(otherwise, scope);
}

/** Finishes a mapping. */
export function evaluateMapping(mapping: Mapping, scope: Scope): Manifest {
  const entries = Object.entries(mapping).map(([key, node]) => [key, evaluateNode(node, scope)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== nothing));
}

function evaluateMerge({ parts }: Merge, scope: Scope): Manifest {
  const values = parts.map((part) => evaluateNode(part, scope));
  return Object.assign({}, ...values.filter((value) => value !== nothing));
}

function evaluateItem(item: Item, scope: Scope): readonly unknown[] {
  if (item instanceof Spread) return item.select(scope);
  if (item instanceof Each) {
    return item.select(scope).map((value) => evaluateMapping(item.body(loopItem(item.variable, value)), scope));
  }
  const value = evaluateNode(item, scope);
  return value === nothing ? [] : [value];
}

/** `Array.isArray` does not narrow readonly arrays. */
export function isList(node: Node): node is readonly Item[] {
  return Array.isArray(node);
}
