import { type FlatEvent, flattenEvent } from './flattenEvent.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { type Condition, compileCondition, invalid } from './operators.ts';

/** A compiled event pattern. */
export interface EventPattern {
  matches(event: JsonObject): boolean;
}

/** One alternative of a pattern: every path must satisfy one of its conditions. */
type Branch = Map<string, readonly Condition[]>;

/**
 * Compiles an EventBridge event pattern: exact values, null, exists, prefix, suffix, equals-ignore-case, anything-but and
 * its nestings, numeric, cidr, wildcard and `$or`. Fields that lie in arrays of objects must match within one element.
 * Held against AWS's own matcher by `test/oracle/eventRuler.ts`.
 *
 * Numbers are compared as doubles. AWS documents numeric matching between -5e9 and 5e9 only; its matcher accepts all doubles.
 *
 * @throws KefError `ConfigInvalid` for a pattern AWS refuses
 */
export function compileEventPattern(pattern: JsonValue): EventPattern {
  if (!isJsonObject(pattern)) throw invalid('', 'a pattern is a JSON object');
  const branches = addObject([], '', pattern, false);
  return {
    matches(event) {
      const flat = flattenEvent(event);
      return branches.some((branch) => branchMatches(branch, flat));
    },
  };
}

function addObject(branches: readonly Branch[], path: string, object: JsonObject, insideOr: boolean): Branch[] {
  const entries = Object.entries(object);
  if (entries.length === 0) throw invalid(path, 'empty objects are not allowed');
  return entries.reduce<Branch[]>(
    (current, [key, value]) => {
      if (key === '$or' && isOrList(value)) return addAlternatives(current, path, value);
      if (insideOr && reservedInsideOr.has(key))
        throw invalid(path, `${key} is reserved and cannot be a field inside $or`);
      const child = path === '' ? key : `${path}.${key}`;
      if (Array.isArray(value)) return addLeaf(current, child, value);
      if (isJsonObject(value)) return addObject(current, child, value, insideOr);
      throw invalid(child, 'must be an object or an array');
    },
    [...branches],
  );
}

// Anything else under the name "$or" is an ordinary field of that name.
function isOrList(value: JsonValue): value is JsonObject[] {
  return (
    Array.isArray(value) &&
    value.length >= 2 &&
    value.every((item) => isJsonObject(item) && !Object.keys(item).some((key) => reservedInsideOr.has(key)))
  );
}

function addAlternatives(branches: readonly Branch[], path: string, alternatives: readonly JsonObject[]): Branch[] {
  return alternatives.flatMap((alternative) =>
    addObject(
      branches.map((branch) => new Map(branch)),
      path,
      alternative,
      true,
    ),
  );
}

function addLeaf(branches: readonly Branch[], path: string, elements: readonly JsonValue[]): Branch[] {
  if (elements.length === 0) throw invalid(path, 'empty arrays are not allowed');
  const conditions = elements.map((element) => compileCondition(path, element));
  const targets = branches.length === 0 ? [new Map<string, readonly Condition[]>()] : [...branches];
  for (const branch of targets) branch.set(path, conditions);
  return targets;
}

/**
 * True when one occurrence per field can be chosen such that no two come from different elements of one array. Fields are
 * settled in order of their path, and a field counts as absent when it is missing from the elements chosen so far: with
 * `[{ c: 1 }, { b: 2 }]`, b = 2 and no c holds, as in AWS's matcher.
 */
function branchMatches(branch: Branch, event: FlatEvent): boolean {
  const fields = [...branch].sort(([left], [right]) => (left < right ? -1 : 1));
  const settle = (at: number, chosen: ReadonlyMap<number, number>): boolean => {
    const field = fields[at];
    if (field === undefined) return true;
    const [path, conditions] = field;
    const reachable = (event.get(path) ?? []).filter(({ within }) => consistent(within, chosen));
    if (reachable.length === 0) return conditions.some(({ absent }) => absent) && settle(at + 1, chosen);
    return reachable.some(
      ({ value, within }) =>
        conditions.some((condition) => !condition.absent && condition.test(value)) &&
        settle(at + 1, within.size === 0 ? chosen : new Map([...chosen, ...within])),
    );
  };
  return settle(0, new Map());
}

function consistent(within: ReadonlyMap<number, number>, chosen: ReadonlyMap<number, number>): boolean {
  for (const [array, index] of within) if ((chosen.get(array) ?? index) !== index) return false;
  return true;
}

// Operator names, present and planned, that AWS keeps free for operators inside $or (aws/event-ruler, Constants).
const reservedInsideOr = new Set([
  'exactly',
  'equals-ignore-case',
  'prefix',
  'suffix',
  'anything-but',
  'exists',
  'wildcard',
  'numeric',
  'cidr',
  '=',
  '<',
  '<=',
  '>',
  '>=',
  'regex',
  'not-wildcard',
  'not-equals-ignore-case',
  'date-after',
  'date-on-or-after',
  'date-before',
  'date-on-or-before',
  'in-date-range',
  'ip-address-in-range',
  'ip-address-not-in-range',
]);
