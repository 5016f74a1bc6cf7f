import { randomUUID } from 'node:crypto';
import { storedEvent } from './eventShapes.ts';
import { asObject, goJson, type JsonObject, textAt } from './json.ts';
import type { ObjectStore, Version } from './objectStore.ts';
import { objectOf } from './resources.ts';

/** What a repeat of an event changes. */
export interface Bump {
  /** How many occurrences are added. @default 1 */
  readonly by?: number;
  /** When the last of them was. @default now */
  readonly at?: number;
  /** A new text, as the legacy recorder's combined events get with every repeat. @default unchanged */
  readonly note?: string;
}

/** Writes events into a store as components do through the API: creation, and PATCHes of counts. */
export class EventWriter {
  readonly #store: ObjectStore;
  readonly #now: () => number;

  constructor(store: ObjectStore, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /**
   * Stores an event given in either API's shape. Missing are filled in as the server does: uid, creation time, managed
   * fields. A given `metadata.uid` is kept, so that tests can name it.
   */
  create(manifest: JsonObject): Version {
    const metadata = asObject(manifest.metadata);
    const name = textAt(metadata, ['name']);
    const namespace = textAt(metadata, ['namespace']) || 'default';
    const writtenAt = secondsText(this.#now());
    const createdAt = textAt(metadata, ['creationTimestamp']) || writtenAt;
    const uid = textAt(metadata, ['uid']) || randomUUID();
    const full = { ...manifest, metadata: { ...metadata, namespace } };
    return this.#store.put(namespace, name, (resourceVersion) =>
      goJson(storedEvent(full, { uid, resourceVersion, createdAt, writtenAt })),
    );
  }

  /** Stores an object exactly as given, only with the next resourceVersion: for input that no real server would store. */
  createVerbatim(object: JsonObject): Version {
    const metadata = asObject(object.metadata);
    const namespace = textAt(metadata, ['namespace']) || 'default';
    return this.#store.put(namespace, textAt(metadata, ['name']), (resourceVersion) =>
      goJson({ ...object, metadata: { ...metadata, resourceVersion } }),
    );
  }

  /** Repeats a stored event: `series` grows on new-style events, count and last timestamp on legacy ones. */
  bump(version: Version, { by = 1, at = this.#now(), note }: Bump): Version {
    const event = objectOf(version);
    if (event.eventTime === null || event.eventTime === undefined) {
      event.deprecatedCount = Number(event.deprecatedCount ?? 1) + by;
      event.deprecatedLastTimestamp = secondsText(at);
    } else {
      const count = Number(asObject(event.series).count ?? 1) + by;
      event.series = { count, lastObservedTime: microsText(at) };
    }
    if (note !== undefined) event.note = note;
    const metadata = asObject(event.metadata);
    const stamp = {
      uid: textAt(metadata, ['uid']),
      createdAt: textAt(metadata, ['creationTimestamp']),
      writtenAt: secondsText(this.#now()),
    };
    const { namespace, name } = version.entry;
    return this.#store.put(namespace, name, (resourceVersion) =>
      goJson(storedEvent(event, { ...stamp, resourceVersion })),
    );
  }
}

/** RFC 3339 with whole seconds: `metav1.Time`. */
export function secondsText(at: number): string {
  const second = Math.floor(at / 1000);
  if (second !== lastSecond.at)
    lastSecond = { at: second, text: `${new Date(second * 1000).toISOString().slice(0, 19)}Z` };
  return lastSecond.text;
}

/** Thousands of events are written in one second; formatting it once is most of what makes a burst fast. */
let lastSecond = { at: Number.NaN, text: '' };

/** RFC 3339 with six digits: `metav1.MicroTime`. */
export function microsText(at: number): string {
  const micros = String(Math.floor((at % 1) * 1000)).padStart(3, '0');
  return `${new Date(at).toISOString().slice(0, 23)}${micros}Z`;
}
