/** An object of the API server as parsed from JSON. */
export type ApiObject = Readonly<Record<string, unknown>>;

/** The value as an object; an empty one when it is none, as most fields of the API may be absent. */
export function objectIn(value: unknown): ApiObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ApiObject) : {}; // JSON objects have text keys
}

/** The objects in a list. */
export function objectsIn(value: unknown): ApiObject[] {
  return Array.isArray(value) ? value.map(objectIn) : [];
}

/** The value as text; undefined when it is none or empty. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
