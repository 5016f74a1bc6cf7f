/** A JSON object of unknown fields. */
export type JsonObject = Record<string, unknown>;

/** The value as an object; an empty one when it is none. */
export function asObject(value: unknown): JsonObject {
  // The check makes the cast true: every non-null, non-array object can be read by text keys.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** Text at a path like `metadata.name`; empty when there is none, as the server's field selectors read it. */
export function textAt(object: JsonObject, path: readonly string[]): string {
  let value: unknown = object;
  for (const part of path) value = asObject(value)[part];
  return typeof value === 'string' ? value : '';
}

const needsEscape = /[<>&\u2028\u2029]/;

/** JSON as Go's encoder writes it: `<`, `>`, `&` and the two line separators are always escaped. */
export function goJson(value: unknown): string {
  const text = JSON.stringify(value);
  return needsEscape.test(text) ? text.replace(/[<>&\u2028\u2029]/g, escapeUnit) : text;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
