import { createHash } from 'node:crypto';
import { occurrenceKeyOf } from '../../lib/events/occurrence.ts';
import { readEvent } from '../../lib/events/readEvent.ts';

type Json = Record<string, unknown>;

/** What is known about one Event object: what the cluster made of it, and what became of that. */
interface Entry {
  readonly uid: string;
  readonly object: string;
  /** Count after the last write: the occurrences that this object stands for. */
  made: number;
  /** Keys of every state the object ever had, in the order of the writes. */
  readonly states: string[];
  /** Highest count at the store. */
  stored: number;
  /** Highest count that was refused with a reason. */
  refused: number;
  /** The object left the server (its hour was over) while nobody could read it. */
  hasExpired: boolean;
}

/** The sums of a run. Occurrences are counted as an Event counts them: by `count`, not by objects. */
export interface Sums {
  readonly produced: number;
  readonly stored: number;
  readonly refused: number;
  /** Occurrences that a gap record counted. */
  readonly reported: number;
  /** Occurrences that expired on the API server before anybody could read them, and that nobody could count. */
  readonly expired: number;
  /** Produced and none of the above: lost. */
  readonly missing: number;
  /** Arrivals of a key that was stored already: the price of at-least-once, absorbed by the store. */
  readonly repeats: number;
  /** Same history key, different content: what the store could not absorb. */
  readonly conflicts: number;
}

/**
 * The books of one run: everything the cluster produced on one side, everything the API was given on the other. It knows
 * nothing about the relay, only about events and keys.
 */
export class Account {
  readonly #entries = new Map<string, Entry>();
  readonly #contents = new Map<string, string>();
  /** Version of the newest state stored per object, for order between different Events about one object. */
  readonly #newestOfObject = new Map<string, { version: bigint; key: string }>();
  readonly #orderOfUid: string[] = [];
  readonly #orderOfObject: string[] = [];
  readonly #conflicts: string[] = [];
  #repeats = 0;
  #reported = 0;
  /**
   * Events of objects that nobody produced (so far): a relay on a real API server is sometimes faster than the answer to the
   * request that made the event.
   */
  readonly #early = new Map<string, Json[]>();

  /** Notes a write, given the event as the server has it now. */
  produced(event: Json): void {
    const { uid, key, count } = identityOf(event);
    const entry = this.#entries.get(uid) ?? newEntry(uid, objectOf(event));
    this.#entries.set(uid, entry);
    entry.made = Math.max(entry.made, count);
    entry.states.push(key);
    const early = this.#early.get(uid) ?? [];
    this.#early.delete(uid);
    for (const stored of early) this.#credit(entry, stored);
  }

  /** The object is gone from the server. What was not read by now can be read by nobody. */
  expired(uid: string): void {
    const entry = this.#entries.get(uid);
    if (entry) entry.hasExpired = true;
  }

  /** Notes one event of an accepted batch, in order of arrival. */
  stored(event: Json): void {
    const { uid, key } = identityOf(event);
    const content = contentOf(event);
    const known = this.#contents.get(key);
    if (known !== undefined) {
      this.#repeats += 1;
      if (known !== content) this.#conflicts.push(key);
      return;
    }
    this.#contents.set(key, content);
    const entry = this.#entries.get(uid);
    if (entry === undefined) this.#early.set(uid, [...(this.#early.get(uid) ?? []), event]);
    else this.#credit(entry, event);
  }

  /** Notes what a gap record says is lost. */
  gap(dropped: number): void {
    this.#reported += dropped;
  }

  /** Events that gap records counted, whether or not that many are missing. */
  get reportedEvents(): number {
    return this.#reported;
  }

  /** Notes one event that the API refused by name. */
  refused(event: Json): void {
    const uid = uidOf(event);
    const entry = this.#entries.get(uid);
    if (entry) entry.refused = Math.max(entry.refused, identityOf(event).count);
  }

  get sums(): Sums {
    let [produced, stored, refused, expired, missing] = [0, 0, 0, 0, 0];
    for (const entry of this.#entries.values()) {
      produced += entry.made;
      stored += entry.stored;
      // A refusal stands for what the store does not have of this object; so does expiry for what is left.
      const refusedHere = Math.max(0, Math.min(entry.refused, entry.made) - entry.stored);
      refused += refusedHere;
      const open = entry.made - entry.stored - refusedHere;
      if (entry.hasExpired) expired += open;
      else missing += open;
    }
    const ofExpired = Math.min(expired, this.#reported);
    const ofMissing = Math.min(missing, this.#reported - ofExpired);
    const reported = ofExpired + ofMissing;
    [expired, missing] = [expired - ofExpired, missing - ofMissing];
    const counts = { produced, stored, refused, reported, expired, missing };
    return { ...counts, repeats: this.#repeats, conflicts: this.#conflicts.length };
  }

  /** States that never reached the store. Lists only show an object's last state, so only a run without lists has none. */
  get skippedStates(): number {
    let skipped = 0;
    for (const entry of this.#entries.values()) {
      if (entry.refused === 0) skipped += entry.states.filter((key) => !this.#contents.has(key)).length;
    }
    return skipped;
  }

  /**
   * What is wrong with these books; nothing when they balance.
   *
   * @param allowed.isExact no list happened after the start: every state must be stored, and all Events about one object in order
   * @param allowed.isReordered states of an object may arrive late
   */
  violations({ isExact = false, isReordered = false }: { isExact?: boolean; isReordered?: boolean }): string[] {
    const { missing, conflicts } = this.sums;
    const found: string[] = [];
    if (missing > 0) found.push(`${missing} occurrences are lost: ${this.#firstMissing()}`);
    if (conflicts > 0) found.push(`${conflicts} keys were stored with two contents: ${this.#conflicts[0]}`);
    if (this.#orderOfUid.length > 0 && !isReordered) found.push(`out of order: ${this.#orderOfUid[0]}`);
    if (!isExact) return found;
    if (this.skippedStates > 0) found.push(`${this.skippedStates} states were passed over`);
    if (this.#orderOfObject.length > 0) found.push(`out of order: ${this.#orderOfObject[0]}`);
    return found;
  }

  #credit(entry: Entry, event: Json): void {
    const { key, count } = identityOf(event);
    if (count < entry.stored) this.#orderOfUid.push(`${entry.object}: count ${count} after ${entry.stored}`);
    entry.stored = Math.max(entry.stored, count);
    this.#noteOrder(entry.object, key, event);
  }

  #noteOrder(object: string, key: string, event: Json): void {
    const version = BigInt(String(metadataOf(event).resourceVersion ?? 0));
    const before = this.#newestOfObject.get(object);
    if (before !== undefined && version < before.version)
      this.#orderOfObject.push(`${object}: ${key} after ${before.key}`);
    else this.#newestOfObject.set(object, { version, key });
  }

  #firstMissing(): string {
    for (const { object, uid, made, stored, refused, hasExpired } of this.#entries.values()) {
      if (!hasExpired && Math.max(stored, refused) < made) return `${object} (${uid}): ${stored} of ${made} stored`;
    }
    return '';
  }
}

/** True when the API could read this event at all; the others are refused. */
export function isReadable(event: unknown): event is Json {
  try {
    readEvent(event);
    return true;
  } catch {
    return false;
  }
}

function identityOf(event: Json): { uid: string; key: string; count: number } {
  const record = readEvent(event);
  return { uid: record.uid, key: occurrenceKeyOf(record), count: record.count };
}

function newEntry(uid: string, object: string): Entry {
  return { uid, object, made: 0, states: [], stored: 0, refused: 0, hasExpired: false };
}

/**
 * The content of an item, apart from what a restore of etcd renumbers: the same occurrence read before and after has another
 * resourceVersion, and is the same occurrence.
 */
function contentOf(event: Json): string {
  const { resourceVersion: _version, managedFields: _fields, ...metadata } = metadataOf(event);
  return createHash('sha1')
    .update(JSON.stringify({ ...event, metadata }))
    .digest('base64');
}

function objectOf(event: Json): string {
  const subject = (event.regarding ?? event.involvedObject ?? {}) as Json;
  return `${subject.namespace}/${subject.kind}/${subject.name}`;
}

function uidOf(event: Json): string {
  return String(metadataOf(event).uid);
}

/** Only called with events that were read before, or that a test made: metadata is an object or absent. */
function metadataOf(event: Json): Json {
  return (event.metadata ?? {}) as Json;
}
