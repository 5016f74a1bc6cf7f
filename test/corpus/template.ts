import type { Random } from './random.ts';
import { fail, type Workload } from './world.ts';

/** Values that a template can name. */
export type Scope = Readonly<Record<string, unknown>>;

const expression = /\$\{([^}]+)\}/g;
const wholeExpression = /^\$\{([^}]+)\}$/;
const functionCall = /^(\w+)\(([^)]*)\)$/;
const sum = /^(.+?)\s*\+\s*(\d+)$/;

/** What a template may need besides its scope. */
export interface TemplateContext {
  readonly scope: Scope;
  readonly random: Random;
  /** Moment of the event, epoch milliseconds. */
  readonly at: number;
}

/**
 * Fills in `${…}`: a path (`pod.node.name`), a path plus a number (`n + 1`), or a function: `hex(64)`, `suffix(5)`,
 * `uuid()`, `int(1,9)`, `time(120)` for RFC 3339 so many seconds after the event; `next(pod,n)` for a pod's n-th
 * replacement, `renewed(pod,n)` for its successor after n rollouts, `revision(workload,n)` for the ReplicaSet of the n-th rollout.
 */
export function render(template: string, context: TemplateContext): string {
  return template.replace(expression, (_, inner: string) => String(evaluate(inner.trim(), context)));
}

/** Like {@link render}, but a template that is nothing but `${path}` gives the value itself. */
export function resolve(template: unknown, context: TemplateContext): unknown {
  if (typeof template !== 'string') return template;
  const inner = wholeExpression.exec(template)?.[1];
  return inner === undefined ? render(template, context) : evaluate(inner.trim(), context);
}

function evaluate(text: string, context: TemplateContext): unknown {
  const call = functionCall.exec(text);
  if (call !== null) return callFunction(call[1] ?? '', call[2] ?? '', context);
  const plus = sum.exec(text);
  if (plus !== null) return Number(lookUp(plus[1] ?? '', context.scope)) + Number(plus[2]);
  return lookUp(text, context.scope);
}

function callFunction(name: string, args: string, context: TemplateContext): unknown {
  const { random, at, scope } = context;
  const [first = 0, second = 0] = args.split(',').map(Number);
  const [path = '', times = '0'] = args.split(',').map((arg) => arg.trim());
  switch (name) {
    case 'hex':
      return random.hex(first);
    case 'suffix':
      return random.suffix(first || 5);
    case 'uuid':
      return random.uuid();
    case 'int':
      return random.integer(first, second);
    case 'time':
      return `${new Date(at + first * 1000).toISOString().slice(0, 19)}Z`;
    case 'next':
    case 'renewed':
      return successorOf(name, path, numberOf(times, context), scope);
    case 'revision':
      return (lookUp(path, scope) as Workload).revision(numberOf(times, context));
    default:
      return fail(`there is no function ${name}`);
  }
}

function successorOf(relation: 'next' | 'renewed', path: string, n: number, scope: Scope): unknown {
  return lookUp(`${path}${`.${relation}`.repeat(n)}`, scope);
}

function numberOf(text: string, context: TemplateContext): number {
  return Number(/^\d+$/.test(text) ? text : evaluate(text, context));
}

function lookUp(path: string, scope: Scope): unknown {
  let value: unknown = scope;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !(key in value)) return fail(`\${${path}} is not known here`);
    value = (value as Record<string, unknown>)[key]; // any object may be asked for a key it has
  }
  return value;
}
