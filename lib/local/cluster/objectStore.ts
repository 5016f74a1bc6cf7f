import { ByteArena, type ByteRange } from './byteArena.ts';
import { KeyIndex } from './keyIndex.ts';

/** What a watch line says happened. */
export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** The counter that all resources of a cluster share, as all keys of one etcd do. */
export interface Revision {
  current: number;
}

/** One object key over time. Stays in the index after deletion until the deletion is compacted. */
export class Entry {
  /** `namespace/name`, or `name` for cluster-scoped objects. Its parts are not kept: a million events are a million names. */
  readonly key: string;
  latest: Version;

  constructor(key: string, first: Omit<Version, 'entry'>) {
    this.key = key;
    this.latest = { ...first, entry: this };
  }

  get namespace(): string {
    return this.key.slice(0, Math.max(0, this.key.indexOf('/')));
  }

  get name(): string {
    return this.key.slice(this.key.indexOf('/') + 1);
  }

  isIn(scope: Scope): boolean {
    return scope === undefined || (this.key.charCodeAt(scope.length) === slash && this.key.startsWith(scope));
  }
}

const slash = 47;

/** One state of one object: also one change, and so one watch line. */
export interface Version extends ByteRange {
  readonly entry: Entry;
  readonly revision: number;
  readonly change: ChangeType;
  /** The state before; absent once compacted. */
  previous: Version | undefined;
}

/** Which keys a list or watch covers: all, or one namespace. */
export type Scope = string | undefined;

/**
 * The objects of one resource with their recent history, as etcd keeps them: every write gets the next revision, reads work
 * at any revision that is not compacted, and changes can be replayed from there. Bodies are bytes, serialised once.
 */
export class ObjectStore {
  readonly #revision: Revision;
  readonly #historyLimit: number;
  readonly #entries = new Map<string, Entry>();
  readonly #index = new KeyIndex<Entry>();
  readonly #arena = new ByteArena();
  #changes: Version[] = [];
  /** Absolute number of `#changes[0]`: cursors of watchers survive trimming. */
  #firstChange = 0;
  #compacted = 0;
  #liveCount = 0;
  /** Called after every write; watchers wake on it. */
  onChange: () => void = () => {};

  /** @param historyLimit changes kept for watches before the oldest are compacted away */
  constructor(revision: Revision, historyLimit: number) {
    this.#revision = revision;
    this.#historyLimit = historyLimit;
    this.#compacted = revision.current;
  }

  /** The revision up to which history is gone. */
  get compacted(): number {
    return this.#compacted;
  }

  get liveCount(): number {
    return this.#liveCount;
  }

  /** Number that the next change will get. */
  get nextChange(): number {
    return this.#firstChange + this.#changes.length;
  }

  get firstChange(): number {
    return this.#firstChange;
  }

  change(at: number): Version | undefined {
    return this.#changes[at - this.#firstChange];
  }

  /** The number of the first kept change above this revision. */
  changeAfter(revision: number): number {
    let low = 0;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const version = this.#changes[middle];
      if (version !== undefined && version.revision <= revision) low = middle + 1;
      else high = middle;
    }
    return this.#firstChange + low;
  }

  get(namespace: string, name: string): Version | undefined {
    const latest = this.#entries.get(keyOf(namespace, name))?.latest;
    return latest?.change === 'DELETED' ? undefined : latest;
  }

  /** Creates or replaces an object. `encode` gets the resourceVersion that the write will have. */
  put(namespace: string, name: string, encode: (resourceVersion: string) => string): Version {
    const key = keyOf(namespace, name);
    const known = this.#entries.get(key);
    const previous = known?.latest;
    const isNew = previous === undefined || previous.change === 'DELETED';
    const revision = this.#revision.current + 1;
    const range = this.#arena.write(encode(String(revision)));
    this.#revision.current = revision;
    const change = isNew ? 'ADDED' : 'MODIFIED';
    if (isNew) this.#liveCount += 1;
    return this.#append(known ?? key, revision, change, range, previous);
  }

  /**
   * Deletes objects, all in one revision, as the expiry of an etcd lease does: several watch lines then share one
   * resourceVersion.
   */
  delete(versions: Iterable<Version>): void {
    const revision = this.#revision.current + 1;
    for (const version of versions) {
      const { entry } = version;
      if (entry.latest.change === 'DELETED') continue;
      this.#revision.current = revision;
      this.#liveCount -= 1;
      const range = this.#withResourceVersion(entry.latest, revision);
      this.#append(entry, revision, 'DELETED', range, entry.latest);
    }
  }

  /** The objects of a scope as they were at a revision, in key order. `from` is a key relative to the scope. */
  read(scope: Scope, revision: number, from: string, wants: (version: Version) => boolean, limit: number): Version[] {
    const prefix = scope === undefined ? '' : `${scope}/`;
    const found: Version[] = [];
    this.#index.visit(prefix + from, endOf(scope), (entry) => {
      let version: Version | undefined = entry.latest;
      while (version !== undefined && version.revision > revision) version = version.previous;
      if (version !== undefined && version.change !== 'DELETED' && wants(version)) found.push(version);
      return found.length !== limit;
    });
    return found;
  }

  /** About how many objects of a scope lie behind a key: exact while nothing was deleted since the last compaction. */
  countAfter(scope: Scope, key: string): number {
    return this.#index.count(`${key}\0`, endOf(scope));
  }

  /** Forgets all history up to and including a revision. */
  compact(revision: number): void {
    const drop = this.changeAfter(revision) - this.#firstChange;
    for (let at = 0; at < drop; at += 1) {
      const version = this.#changes[at];
      if (version === undefined) continue;
      version.previous = undefined;
      const { entry } = version;
      if (version.change === 'DELETED' && entry.latest === version) {
        this.#entries.delete(entry.key);
        this.#index.remove(entry.key);
      }
    }
    this.#changes = this.#changes.slice(drop);
    this.#firstChange += drop;
    this.#compacted = Math.max(this.#compacted, Math.min(revision, this.#revision.current));
  }

  #append(
    known: Entry | string,
    revision: number,
    change: ChangeType,
    { block, start, end }: ByteRange,
    previous: Version | undefined,
  ): Version {
    let version: Version;
    if (typeof known === 'string') {
      const entry = new Entry(known, { revision, change, block, start, end, previous });
      version = entry.latest;
      this.#entries.set(known, entry);
      this.#index.add(entry);
    } else {
      version = { entry: known, revision, change, block, start, end, previous };
      known.latest = version;
    }
    this.#changes.push(version);
    if (this.#changes.length > this.#historyLimit * trimAt) {
      const last = this.#changes[this.#changes.length - this.#historyLimit - 1];
      if (last !== undefined) this.compact(last.revision);
    }
    this.onChange();
    return version;
  }

  /** A deleted object is shown as it last was, but with the revision of its deletion. */
  #withResourceVersion(version: Version, revision: number): ByteRange {
    const { block, start, end } = version;
    const marker = '"resourceVersion":"';
    const at = block.indexOf(marker, start) + marker.length;
    const close = block.indexOf('"', at);
    if (at < start + marker.length || close === -1 || close >= end) return { block, start, end };
    const digits = Buffer.from(String(revision));
    return this.#arena.join([
      { block, start, end: at },
      { block: digits, start: 0, end: digits.length },
      { block, start: close, end },
    ]);
  }
}

function keyOf(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** Trimming moves the whole log, so it is done once per eighth of it. */
const trimAt = 1.125;

/** The first text behind all keys of a namespace: `0` is the character after `/`. */
function endOf(scope: Scope): string | undefined {
  return scope === undefined ? undefined : `${scope}0`;
}
