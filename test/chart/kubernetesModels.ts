import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as client from '@kubernetes/client-node';

/**
 * Schemas of Kubernetes' own objects, read from the models that `@kubernetes/client-node` generates from the API's OpenAPI
 * document: names and types of fields are in the classes, which of them are required only in the declarations beside them.
 */
interface Field {
  readonly baseName: string;
  readonly type: string;
}

interface Model {
  readonly fields: ReadonlyMap<string, Field>;
  readonly required: readonly string[];
}

const modelsFolder = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@kubernetes/client-node')),
  'gen/models',
);
const models = new Map<string, Model>();

/** The class for an object, `V1Deployment` for `apps/v1` `Deployment`. @throws Error for kinds that Kubernetes does not have */
function modelNameOf(apiVersion: string, kind: string): string {
  const name = `${(apiVersion.split('/').at(-1) ?? '').replace(/^v/, 'V')}${kind}`;
  if (classOf(name) === undefined) throw new Error(`Kubernetes has no ${apiVersion} ${kind}`);
  return name;
}

function classOf(name: string): { attributeTypeMap: Field[] } | undefined {
  const found: unknown = Reflect.get(client, name);
  // Every generated model has this static map, and nothing else in the library has.
  return typeof found === 'function' && 'attributeTypeMap' in found ? (found as never) : undefined;
}

function modelOf(name: string): Model | undefined {
  const known = models.get(name);
  if (known !== undefined) return known;
  const found = classOf(name);
  if (found === undefined) return undefined;
  const declaration = readFileSync(path.join(modelsFolder, `${name}.d.ts`), 'utf8');
  const required = [...declaration.matchAll(/^ {4}'(\w+)': /gm)].map((match) => match[1] ?? '');
  const byProperty = new Map(found.attributeTypeMap.map((field) => [field.baseName, field]));
  const model = { fields: byProperty, required };
  models.set(name, model);
  return model;
}

/** Everything in an object that the Kubernetes API does not know, misses, or wants with another type. */
export function complaintsAbout(object: { readonly apiVersion: string; readonly kind: string }): string[] {
  return check(object, modelNameOf(object.apiVersion, object.kind), object.kind);
}

function check(value: unknown, type: string, place: string): string[] {
  const list = /^(?:Array|Set)<(.+)>$/.exec(type)?.[1];
  if (list !== undefined) {
    if (!Array.isArray(value)) return [`${place}: expected a list`];
    return value.flatMap((item, index) => check(item, list, `${place}[${index}]`));
  }
  const values = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (values !== undefined) {
    if (!isMapping(value)) return [`${place}: expected a mapping`];
    return Object.entries(value).flatMap(([key, entry]) => check(entry, values, `${place}.${key}`));
  }
  const model = modelOf(type);
  if (model !== undefined) return checkModel(value, model, place);
  return isOfType(value, type) ? [] : [`${place}: expected ${type}, got ${JSON.stringify(value)}`];
}

function checkModel(value: unknown, { fields, required }: Model, place: string): string[] {
  if (!isMapping(value)) return [`${place}: expected an object`];
  const missing = required.filter((name) => !(name in value)).map((name) => `${place}.${name}: missing`);
  const present = Object.entries(value).flatMap(([name, entry]) => {
    const field = fields.get(name);
    if (field === undefined) return [`${place}.${name}: unknown`];
    return check(isQuantities(name) ? asTexts(entry) : entry, field.type, `${place}.${name}`);
  });
  return [...missing, ...present];
}

/** The models call quantities strings; the API takes numbers as well. */
function isQuantities(field: string): boolean {
  return field === 'limits' || field === 'requests';
}

function asTexts(value: unknown): unknown {
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, typeof entry === 'number' ? `${entry}` : entry]),
  );
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'any' || type === 'object') return true;
  if (type === 'IntOrString') return typeof value === 'string' || Number.isInteger(value);
  if (type === 'Date') return typeof value === 'string' && !Number.isNaN(Date.parse(value));
  if (type === 'string' || type === 'number' || type === 'boolean') return typeof value === type;
  throw new Error(`the models have a type that this reader does not know: ${type}`);
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
