import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';

/** A value that is neither object nor array: what a pattern compares. */
export type Leaf = string | number | boolean | null;

/** One leaf and the array elements it sits in (`array id` → `index`), so that fields can be required to come from one element. */
export interface Occurrence {
  readonly value: Leaf;
  readonly within: ReadonlyMap<number, number>;
}

/** Leaves by dotted path, as the event bus sees an event. */
export type FlatEvent = ReadonlyMap<string, readonly Occurrence[]>;

/**
 * Flattens an event to its leaves. Arrays add no step to a path; empty arrays and objects leave nothing behind.
 * A key that itself contains a dot reads like a nested field, as on AWS.
 */
export function flattenEvent(event: JsonObject): FlatEvent {
  const flat = new Map<string, Occurrence[]>();
  let arrays = 0;

  const add = (path: string, value: JsonValue, within: ReadonlyMap<number, number>): void => {
    if (Array.isArray(value)) {
      const id = arrays++;
      for (const [index, element] of value.entries()) {
        const nested = typeof element === 'object' && element !== null;
        add(path, element, nested ? new Map(within).set(id, index) : within);
      }
    } else if (isJsonObject(value)) {
      for (const [key, child] of Object.entries(value)) add(path === '' ? key : `${path}.${key}`, child, within);
    } else {
      const occurrences = flat.get(path);
      if (occurrences) occurrences.push({ value, within });
      else flat.set(path, [{ value, within }]);
    }
  };
  add('', event, new Map());
  return flat;
}
