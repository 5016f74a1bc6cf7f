import { existsSync, readFileSync } from 'node:fs';
import { type Document, LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';
import { KefError } from '../errors.ts';
import { closest } from './closest.ts';
import { type ConfigInput, configSchema, type ForwarderConfig } from './config.ts';

/** The file that the app reads unless it is told another. */
export const defaultConfigPath = 'kef.config.yaml';

/** A place in the input, as zod gives it. */
type Path = readonly PropertyKey[];

/**
 * Reads a configuration file.
 *
 * @throws KefError ConfigInvalid with every mistake in the file, each with its line
 */
export function readConfig(path: string): ForwarderConfig {
  if (!existsSync(path)) {
    throw new KefError(
      'ConfigInvalid',
      `There is no configuration file ${path}. Create it (the least is "clusters: [{ id: prod }]"), or name another ` +
        'with "cdk synth --context config=FILE".',
    );
  }
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines });
  if (document.errors.length > 0) {
    throw new KefError(
      'ConfigInvalid',
      `${path} is not YAML:\n${document.errors.map(({ message }) => message).join('\n')}`,
    );
  }
  return check(document.toJS(), path, (place) => lineIn(document, lines, place));
}

/** The line of a place, or of the nearest thing around it that is in the file. */
function lineIn(document: Document, lines: LineCounter, place: Path): number | undefined {
  const node: unknown = document.getIn(place, true);
  if (hasRange(node)) {
    return lines.linePos(node.range[0]).line;
  }
  return place.length === 0 ? undefined : lineIn(document, lines, place.slice(0, -1));
}

/**
 * Checks a configuration that did not come from a file and fills in its defaults.
 *
 * @throws KefError ConfigInvalid with every mistake
 */
export function parseConfig(input: ConfigInput): ForwarderConfig {
  return check(input, 'The configuration', () => undefined);
}

function check(input: unknown, source: string, lineOf: (place: Path) => number | undefined): ForwarderConfig {
  const result = configSchema.safeParse(input ?? {}, { reportInput: true });
  if (result.success) {
    return result.data;
  }
  const mistakes = result.error.issues
    .flatMap(describe)
    .map(({ place, text }) => ({ line: lineOf(place), text: `${asKey(place)} ${text}` }))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
    .map(({ line, text }) => (line === undefined ? `  ${text}` : `  line ${line}: ${text}`));
  const count = mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`;
  throw new KefError('ConfigInvalid', `${source} has ${count}:\n${mistakes.join('\n')}`);
}

interface Mistake {
  readonly place: Path;
  readonly text: string;
}

function describe(issue: z.core.$ZodIssue): Mistake[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      place: [...issue.path, key],
      text: `is not a key here; ${wayOut(issue.path, key)}`,
    }));
  }
  const meant = issue.code === 'invalid_union' ? issue.errors.filter((errors) => !errors.some(isOtherType)) : [];
  if (meant.length === 1 && meant[0] !== undefined) {
    return meant[0].flatMap((inner) => describe({ ...inner, path: [...issue.path, ...inner.path] }));
  }
  const rule = reasonOf(issue);
  if (issue.input === undefined && issue.code !== 'custom') {
    return [{ place: issue.path, text: `is missing: it ${rule}` }];
  }
  return [{ place: issue.path, text: issue.code === 'custom' ? rule : `${rule}; it ${actual(issue.input)}` }];
}

/** An alternative that is for another type of value altogether, such as a list where an object is given. */
function isOtherType({ code, path }: z.core.$ZodIssue): boolean {
  return code === 'invalid_type' && path.length === 0;
}

/** Our own messages begin with a verb; what zod says by itself (in severity rules) is made to. */
function reasonOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_union') {
    return `must be one of two things: ${issue.errors.flat().map(reasonOf).join(', or ')}`;
  }
  return issue.message.replace(/^(Invalid|Too)/, (word) => `is wrong: ${word.toLowerCase()}`);
}

function wayOut(place: Path, key: string): string {
  const known = keysAt(place);
  const meant = closest(key, known);
  return meant === undefined ? `known keys: ${known.join(', ')}` : `did you mean "${meant}"?`;
}

/** The keys that the schema allows at a place. */
function keysAt(place: Path): string[] {
  let schemas = alternatives(z.toJSONSchema(configSchema, { io: 'input' }));
  for (const step of place) {
    schemas = schemas.flatMap(({ items, properties }) => {
      const next: unknown = typeof step === 'number' ? items : properties?.[String(step)];
      // Every sub-schema of ours is an object; JSON Schema's shorthand `true` and lists of items do not occur.
      return next === undefined ? [] : alternatives(next as z.core.JSONSchema.BaseSchema);
    });
  }
  return [...new Set(schemas.flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

function alternatives(schema: z.core.JSONSchema.BaseSchema): z.core.JSONSchema.BaseSchema[] {
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(alternatives);
}

/** `clusters[1].id` */
function asKey(place: Path): string {
  const text = place.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return text === '' ? 'the file' : text.replace(/^\./, '');
}

function actual(value: unknown): string {
  return Array.isArray(value) && value.length > 3 ? `has ${value.length}` : `is ${short(value)}`;
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function hasRange(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}
