import { isJsonObject, type JsonObject, type JsonValue } from '../pattern/json.ts';

/** What the intrinsic functions need to know about the stack they stand in. */
export interface Scope {
  /** `Ref`: a parameter, pseudo parameter or resource. Undefined stands for `AWS::NoValue`. */
  ref(name: string): JsonValue | undefined;
  attribute(logicalId: string, name: string): JsonValue;
  importValue(name: string): JsonValue;
  condition(name: string): boolean;
  mapping(map: string, first: string, second: string): JsonValue;
  /** The error of something that cannot be resolved. */
  fail(rule: string): Error;
}

/**
 * Resolves every intrinsic function in a template value. `AWS::NoValue` removes the property or array element it stands in.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function resolveValue(value: JsonValue, scope: Scope): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, scope)).filter((item) => item !== undefined);
  if (!isJsonObject(value)) return value;
  const [only, ...more] = Object.entries(value);
  if (only !== undefined && more.length === 0) {
    const [name, argument] = only;
    if (name === 'Ref') return scope.ref(text(argument, scope));
    if (name === 'Condition' && typeof argument === 'string') return scope.condition(argument);
    if (name.startsWith('Fn::')) return callFunction(name, argument, scope);
  }
  return resolveObject(value, scope);
}

/** Resolves the members of an object that is not itself an intrinsic function. */
export function resolveObject(object: JsonObject, scope: Scope): JsonObject {
  const resolved: JsonObject = {};
  for (const [key, member] of Object.entries(object)) {
    const result = resolveValue(member, scope);
    if (result !== undefined) resolved[key] = result;
  }
  return resolved;
}

function callFunction(name: string, argument: JsonValue, scope: Scope): JsonValue | undefined {
  switch (name) {
    case 'Fn::GetAtt': {
      const [logicalId, ...path] = Array.isArray(argument) ? argument : text(argument, scope).split('.');
      return scope.attribute(text(logicalId, scope), path.map((part) => text(part, scope)).join('.'));
    }
    case 'Fn::Join': {
      const [separator, parts] = list(argument, scope, 2);
      return list(resolveValue(parts ?? null, scope), scope)
        .map((part) => text(part, scope))
        .join(text(separator, scope));
    }
    case 'Fn::Sub':
      return substitute(argument, scope);
    case 'Fn::Select': {
      const [index, items] = list(argument, scope, 2);
      const item = list(resolveValue(items ?? null, scope), scope)[Number(resolveValue(index ?? null, scope))];
      if (item === undefined) throw scope.fail('Fn::Select names an element that is not there');
      return item;
    }
    case 'Fn::Split': {
      const [separator, source] = list(argument, scope, 2);
      return text(resolveValue(source ?? null, scope), scope).split(text(separator, scope));
    }
    case 'Fn::If': {
      const [condition, yes, no] = list(argument, scope, 3);
      return resolveValue((scope.condition(text(condition, scope)) ? yes : no) ?? null, scope);
    }
    case 'Fn::Equals': {
      const [left, right] = list(argument, scope, 2).map((item) => resolveValue(item, scope));
      return String(left) === String(right);
    }
    case 'Fn::Not':
      return !list(argument, scope, 1).map((item) => resolveValue(item, scope))[0];
    case 'Fn::And':
      return list(argument, scope).every((item) => resolveValue(item, scope) === true);
    case 'Fn::Or':
      return list(argument, scope).some((item) => resolveValue(item, scope) === true);
    case 'Fn::FindInMap': {
      const [map, first, second] = list(argument, scope, 3).map((item) => text(resolveValue(item, scope), scope));
      return scope.mapping(map ?? '', first ?? '', second ?? '');
    }
    case 'Fn::ImportValue':
      return scope.importValue(text(resolveValue(argument, scope), scope));
    case 'Fn::Base64':
      return Buffer.from(text(resolveValue(argument, scope), scope)).toString('base64');
    default:
      throw scope.fail(`${name} is not supported by the local cloud`);
  }
}

function substitute(argument: JsonValue, scope: Scope): string {
  const [template, variables] = Array.isArray(argument) ? argument : [argument];
  const own = isJsonObject(variables) ? resolveObject(variables, scope) : {};
  return text(template, scope).replace(/\$\{(!?)([^}]+)\}/g, (_all, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    const variable = own[name];
    if (variable !== undefined) return text(variable, scope);
    const [logicalId = '', ...attribute] = name.split('.');
    return text(attribute.length > 0 ? scope.attribute(logicalId, attribute.join('.')) : scope.ref(name), scope);
  });
}

function text(value: JsonValue | undefined, scope: Scope): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw scope.fail(`expected text, found ${JSON.stringify(value)}`);
}

function list(value: JsonValue | undefined, scope: Scope, length?: number): JsonValue[] {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length)) {
    throw scope.fail(`expected a list${length === undefined ? '' : ` of ${length}`}, found ${JSON.stringify(value)}`);
  }
  return value;
}
