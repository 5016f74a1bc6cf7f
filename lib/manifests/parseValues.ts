import type * as z from 'zod';
import { KefError } from '../errors.ts';
import { nearest } from '../relay/suggest.ts';
import { type Values, valuesSchema } from './values.ts';

/**
 * Checks values and fills in the chart's defaults, the way Helm does: mappings are merged key by key, lists are replaced, and
 * `null` takes a default away.
 *
 * @throws KefError `ConfigInvalid` with every wrong value
 */
export function parseValues(input: unknown): Values {
  const parsed = valuesSchema.safeParse(coalesce(valuesSchema.parse({}), input ?? {}), { reportInput: true });
  if (parsed.success) return parsed.data;
  throw invalidValues(parsed.error.issues.flatMap(describe));
}

function coalesce(defaults: unknown, given: unknown): unknown {
  if (!isMapping(defaults) || !isMapping(given)) return given;
  const merged = { ...defaults };
  for (const [key, value] of Object.entries(given)) {
    if (value === null) delete merged[key];
    else if (value !== undefined) merged[key] = coalesce(defaults[key], value);
  }
  return merged;
}

/** The one form in which wrong values are reported. */
export function invalidValues(mistakes: readonly string[]): KefError {
  return new KefError(
    'ConfigInvalid',
    `these values cannot be used:\n${mistakes.map((line) => `  ${line}`).join('\n')}`,
  );
}

function describe(issue: z.core.$ZodIssue): string[] {
  const place = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) => `${[place, key].filter(Boolean).join('.')}: there is no such value${hint(issue, key)}`,
    );
  }
  const rule = issue.message.replace(/^Invalid (input|string): /, '');
  return [`${place}: ${rule}; got ${JSON.stringify(issue.input)}`];
}

/** Keys are compared with their neighbours in the schema. */
function hint(issue: z.core.$ZodIssue, key: string): string {
  const near = nearest(key, keysAt(issue.path));
  return near === undefined ? '' : `; did you mean ${near}?`;
}

function keysAt(path: readonly PropertyKey[]): string[] {
  let at: unknown = valuesSchema;
  for (const step of path) at = shapeOf(at)?.[String(step)];
  return Object.keys(shapeOf(at) ?? {});
}

/** The fields of a schema, also of one that has a default around it. */
export function shapeOf(schema: unknown): Readonly<Record<string, z.core.$ZodType>> | undefined {
  let at = schema;
  while (isMapping(at) && typeof at.unwrap === 'function') at = at.unwrap();
  // Only object schemas of zod have a shape, and its values are schemas.
  return isMapping(at) && isMapping(at.shape) ? (at.shape as Record<string, z.core.$ZodType>) : undefined;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
