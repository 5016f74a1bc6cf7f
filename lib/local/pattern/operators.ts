import { KefError } from '../../errors.ts';
import type { Leaf } from './flattenEvent.ts';
import { parseIpAddress } from './ipAddress.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { compileWildcard } from './wildcard.ts';

/** A test of one present value. */
export type LeafTest = (value: Leaf) => boolean;

/** One element of a pattern's array: a test of a value, or the demand that there be none. */
export type Condition = { readonly absent: true } | { readonly absent: false; readonly test: LeafTest };

const condition = (test: LeafTest): Condition => ({ absent: false, test });

/** Compiles one element of a pattern's leaf array. Throws `ConfigInvalid` naming what is wrong, as AWS refuses the rule. */
export function compileCondition(path: string, element: JsonValue): Condition {
  if (Array.isArray(element))
    throw invalid(path, 'a match value must be a string, number, true, false, null or an operator');
  if (!isJsonObject(element)) return condition(exactly(element));
  const [name, operand] = onlyEntry(path, element);
  switch (name) {
    case 'exists':
      if (typeof operand !== 'boolean') throw invalid(path, 'exists takes true or false');
      return operand ? condition(() => true) : { absent: true };
    case 'exactly':
      return condition(exactly(text(path, name, operand)));
    case 'prefix':
    case 'suffix':
      return condition(affix(path, name, operand));
    case 'equals-ignore-case':
      return condition(equalsIgnoreCase(text(path, name, operand)));
    case 'wildcard':
      return condition(wildcard(path, text(path, name, operand)));
    case 'numeric':
      return condition(numeric(path, operand));
    case 'cidr':
      return condition(cidr(path, text(path, name, operand)));
    case 'anything-but':
      return condition(anythingBut(path, operand));
    default:
      throw invalid(path, `unrecognized match type ${name}`);
  }
}

function exactly(expected: Leaf): LeafTest {
  // An address written in a pattern matches every spelling of that address.
  const address = typeof expected === 'string' ? parseIpAddress(expected) : undefined;
  if (address === undefined) return (value) => value === expected;
  return (value) => {
    const other = typeof value === 'string' ? parseIpAddress(value) : undefined;
    return other !== undefined && other.bits === address.bits && other.value === address.value;
  };
}

function affix(path: string, name: 'prefix' | 'suffix', operand: JsonValue): LeafTest {
  const matches = (value: string, affix: string): boolean =>
    name === 'prefix' ? value.startsWith(affix) : value.endsWith(affix);
  if (!isJsonObject(operand)) {
    const expected = text(path, name, operand);
    return (value) => typeof value === 'string' && matches(value, expected);
  }
  const [nested, inner] = onlyEntry(path, operand);
  if (nested !== 'equals-ignore-case') throw invalid(path, `unsupported ${name} pattern: ${nested}`);
  const expected = text(path, nested, inner);
  return (value) => {
    if (typeof value !== 'string') return false;
    const part = name === 'prefix' ? value.slice(0, expected.length) : value.slice(-expected.length || value.length);
    return sameIgnoringCase(part, expected);
  };
}

function equalsIgnoreCase(expected: string): LeafTest {
  return (value) => typeof value === 'string' && sameIgnoringCase(value, expected);
}

// Character by character, because a whole-string toLowerCase would fold context-dependent letters (final sigma) AWS keeps apart.
function sameIgnoringCase(value: string, expected: string): boolean {
  if (value.length !== expected.length) return false;
  for (let index = 0; index < expected.length; index++) {
    const actual = value.charAt(index);
    const wanted = expected.charAt(index);
    if (actual !== wanted && actual !== wanted.toLowerCase() && actual !== wanted.toUpperCase()) return false;
  }
  return true;
}

function wildcard(path: string, pattern: string): LeafTest {
  const matches = compileWildcard(path, pattern);
  return (value) => typeof value === 'string' && matches(value);
}

function cidr(path: string, range: string): LeafTest {
  const [literal = '', maskText, ...rest] = range.split('/');
  const address = parseIpAddress(literal);
  if (address === undefined || maskText === undefined || rest.length > 0 || !/^\d+$/.test(maskText)) {
    throw invalid(path, `malformed CIDR ${range}`);
  }
  const mask = Number(maskText);
  if (mask > address.bits - 1) throw invalid(path, `CIDR mask bits must be below ${address.bits}, given ${maskText}`);
  const hostBits = BigInt(address.bits - mask);
  return (value) => {
    const other = typeof value === 'string' ? parseIpAddress(value) : undefined;
    return other !== undefined && other.bits === address.bits && other.value >> hostBits === address.value >> hostBits;
  };
}

function numeric(path: string, operand: JsonValue): LeafTest {
  if (!Array.isArray(operand)) throw invalid(path, 'numeric takes an array such as [">", 0, "<=", 5]');
  const [first, low, second, high, ...rest] = operand;
  const bad = (): KefError => invalid(path, `bad numeric expression ${JSON.stringify(operand)}`);
  if (typeof low !== 'number' || rest.length > 0) throw bad();
  const lower = compare(first, low);
  if (lower === undefined) throw bad();
  if (second === undefined) return (value) => typeof value === 'number' && lower(value);
  if (typeof high !== 'number' || (first !== '>' && first !== '>=') || (second !== '<' && second !== '<=')) throw bad();
  const upper = compare(second, high);
  if (upper === undefined || low >= high) throw bad();
  return (value) => typeof value === 'number' && lower(value) && upper(value);
}

function compare(operator: JsonValue | undefined, bound: number): ((value: number) => boolean) | undefined {
  switch (operator) {
    case '=':
      return (value) => value === bound;
    case '<':
      return (value) => value < bound;
    case '<=':
      return (value) => value <= bound;
    case '>':
      return (value) => value > bound;
    case '>=':
      return (value) => value >= bound;
    default:
      return undefined;
  }
}

function anythingBut(path: string, operand: JsonValue): LeafTest {
  if (isJsonObject(operand)) {
    const [name, inner] = onlyEntry(path, operand);
    const values = (Array.isArray(inner) ? inner : [inner]).map((value) => text(path, `anything-but ${name}`, value));
    const tests = values.map((value) => anythingButOperator(path, name, value));
    return (value) => !tests.some((test) => test(value));
  }
  const values = Array.isArray(operand) ? operand : [operand];
  const first = typeof values[0];
  if (
    values.length === 0 ||
    (first !== 'string' && first !== 'number') ||
    values.some((value) => typeof value !== first)
  ) {
    throw invalid(path, 'anything-but takes strings or numbers, not mixed, not empty');
  }
  return (value) => !values.includes(value);
}

function anythingButOperator(path: string, name: string, value: string): LeafTest {
  switch (name) {
    case 'prefix':
    case 'suffix':
      if (value === '') throw invalid(path, `anything-but ${name} must not be empty`);
      return affix(path, name, value);
    case 'equals-ignore-case':
      return equalsIgnoreCase(value);
    case 'wildcard':
      return wildcard(path, value);
    default:
      throw invalid(path, `unsupported anything-but pattern: ${name}`);
  }
}

function onlyEntry(path: string, operator: JsonObject): [string, JsonValue] {
  const [entry, ...more] = Object.entries(operator);
  if (entry === undefined || more.length > 0) throw invalid(path, 'exactly one key is allowed in a match expression');
  return entry;
}

function text(path: string, name: string, operand: JsonValue): string {
  if (typeof operand !== 'string') throw invalid(path, `${name} takes a string, given ${JSON.stringify(operand)}`);
  return operand;
}

/** The error of a pattern AWS would refuse, naming the field. */
export function invalid(path: string, rule: string): KefError {
  return new KefError('ConfigInvalid', `event pattern, field "${path}": ${rule}`);
}
