import { readFile } from 'node:fs/promises';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { KefError } from '../../lib/errors.ts';
import type { RuleSpec } from '../../lib/events/ruleSpec.ts';

/** Rules as a file has them, unchecked, with what the file tells about their surroundings. */
export interface RulesFile {
  /** Whatever stands there: `compileRules` says what is wrong with it. */
  readonly specs: readonly RuleSpec[];
  /** Its incident settings and the least severity that people hear of, unchecked; undefined where it states none. */
  readonly incidents: unknown;
  readonly minSeverity: unknown;
  /** Ids of the clusters the file names; undefined when it names none. */
  readonly clusters: readonly string[] | undefined;
  /** The line on which a rule begins, from 1. */
  lineOf(index: number): number | undefined;
}

/**
 * Reads rules from YAML or JSON: a list, a `kef.config.yaml`, or a relay's configuration.
 *
 * @param mayLackRules for who reads a configuration for its other settings, too
 * @throws KefError `UsageInvalid` when the file cannot be read, `ConfigInvalid` when it has no rules
 */
export async function readRulesFile(path: string, { mayLackRules = false } = {}): Promise<RulesFile> {
  const lines = new LineCounter();
  const document = parseDocument(await textOf(path), { lineCounter: lines });
  if (document.errors.length > 0) {
    throw new KefError(
      'ConfigInvalid',
      `${path} is not YAML:\n${document.errors.map(({ message }) => message).join('\n')}`,
    );
  }
  const content: unknown = document.toJS();
  const isList = Array.isArray(content);
  const rules: unknown = isList
    ? content
    : (propertyOf(content, 'rules') ?? (mayLackRules && isConfiguration(content) ? [] : undefined));
  if (!Array.isArray(rules)) {
    throw new KefError(
      'ConfigInvalid',
      `${path} has no rules: it must be a list of rules, or have a list under "rules"`,
    );
  }
  return {
    specs: rules as readonly RuleSpec[], // checked by compileRules
    incidents: propertyOf(content, 'incidents'),
    minSeverity: propertyOf(propertyOf(content, 'notify'), 'minSeverity'),
    clusters: clustersOf(content),
    lineOf: (index) => lineIn(document, lines, isList ? [index] : ['rules', index]),
  };
}

function isConfiguration(content: unknown): boolean {
  return ['clusters', 'cluster_id', 'incidents'].some((key) => propertyOf(content, key) !== undefined);
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new KefError('UsageInvalid', `cannot read ${path}: ${detail}; name a readable file`, { cause });
  }
}

/** Of a backend's configuration its list, of a relay's the one cluster. */
function clustersOf(content: unknown): readonly string[] | undefined {
  const own = propertyOf(content, 'cluster_id');
  if (typeof own === 'string') return [own];
  const list = propertyOf(content, 'clusters');
  if (!Array.isArray(list)) return undefined;
  return list.map((cluster) => propertyOf(cluster, 'id')).filter((id) => typeof id === 'string');
}

function propertyOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function lineIn(document: Document, lines: LineCounter, path: readonly (string | number)[]): number | undefined {
  const node: unknown = document.getIn(path, true);
  const range = propertyOf(node, 'range');
  const start: unknown = Array.isArray(range) ? range[0] : undefined;
  return typeof start === 'number' ? lines.linePos(start).line : undefined;
}
