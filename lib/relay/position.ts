import * as z from 'zod';

/**
 * What a relay tells the backend about how far it got: per watch scope (`*`, or a namespace) the resourceVersion up to
 * which everything was acknowledged. Opaque to the backend, which only stores the newest one.
 */
export const positionSchema = z.object({
  v: z.literal(1),
  scopes: z.record(z.string(), z.string().regex(/^\d+$/)),
  /** When the streams were there, RFC 3339: what a list no longer shows that is older than events live, nobody will read. */
  at: z.iso.datetime().optional(),
});

/** See {@link positionSchema}. */
export type Position = z.infer<typeof positionSchema>;

/** Longest position, as JSON, that is reported scope by scope; the API stores up to 8 KiB. */
const maxReportedLength = 4_096;

/**
 * The position as it is reported. With so many scopes that it would grow past what the API keeps, the lowest version stands
 * for all of them: versions are those of one etcd, so everything below the lowest is acknowledged in every scope.
 */
export function reportable(position: Position | null, scopes: readonly string[]): Position | null {
  if (position === null || JSON.stringify(position).length <= maxReportedLength) return position;
  const versions = scopes.map((scope) => position.scopes[scope]);
  // A scope that was never listed has no lowest version yet: standing in for it would skip its first list.
  if (versions.includes(undefined)) return null;
  const [lowest = ''] = versions.filter((version) => version !== undefined).sort(compareVersions);
  return { v: 1, scopes: { [allNamespaces]: lowest } };
}

/** Scope of a watch over all namespaces. */
export const allNamespaces = '*';

/** Orders two resourceVersions of one server: decimal numbers of any length, compared without losing digits. */
export function compareVersions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The version to resume `scope` from. A relay that watched all namespaces before knows enough about each of them; the
 * reverse is not true.
 */
export function versionFor(position: Position | null, scope: string): string | undefined {
  return position?.scopes[scope] ?? position?.scopes[allNamespaces];
}

/** The further one of two positions, scope by scope; as old as the older one of those that had a part in it. */
export function furthest(one: Position | null, other: Position | null): Position | null {
  if (one === null || other === null) return one ?? other;
  const scopes: Record<string, string> = {};
  const used = new Set<Position>();
  for (const scope of new Set([...Object.keys(one.scopes), ...Object.keys(other.scopes)])) {
    const [a, b] = [versionFor(one, scope), versionFor(other, scope)];
    const isOther = a === undefined || (b !== undefined && compareVersions(b, a) > 0);
    const further = isOther ? b : a;
    if (further === undefined) continue;
    scopes[scope] = further;
    used.add(isOther ? other : one);
  }
  const [at] = [...used].flatMap((position) => position.at ?? []).sort();
  return { v: 1, scopes, ...(at === undefined ? undefined : { at }) };
}

type Marks = Readonly<Record<string, string>>;

interface SealedBatch {
  readonly id: number;
  readonly marks: Marks;
  isSettled: boolean;
}

/**
 * Knows which position may be reported: the one up to which every event was settled (acknowledged, or refused and parked).
 *
 * Events enter in the order of their streams: `admit` for one that waits in the open batch, then `observe` for the version
 * that the stream has reached. `seal` closes the open batch and freezes the versions reached so far with it; batches settle
 * in any order, but only the contiguous settled prefix moves the position. So an acknowledgement can never pass an unsent
 * event: a version is observed after its event was admitted, hence frozen no earlier than in the batch that carries the event.
 *
 * A list is not in version order, so none of its items is observed; its own version is observed once, after its last item.
 */
export class PositionLedger {
  readonly #reached: Map<string, string>;
  #acknowledged: Marks;
  /** Sealed and not yet part of the acknowledged prefix, oldest first; a few dozen, and during an outage all that is spooled. */
  #sealed: SealedBatch[] = [];
  #open = 0;
  #nextId = 1;

  /**
   * @param start everything up to here is acknowledged
   * @param restored for each batch that an earlier process left unsent, where the streams are behind it; they get the ids 1, 2, 3 …
   * @param reached everything up to here is acknowledged or in those batches: where the streams go on
   */
  constructor(start: Position | null = null, restored: readonly (Position | null)[] = [], reached = start) {
    this.#reached = new Map(Object.entries(reached?.scopes ?? {}));
    this.#acknowledged = { ...start?.scopes };
    for (const position of restored) {
      this.#sealed.push({ id: this.#nextId, marks: position?.scopes ?? {}, isSettled: false });
      this.#nextId += 1;
    }
  }

  /** Events in the open batch. */
  get open(): number {
    return this.#open;
  }

  /** An event of any scope was put into the open batch. */
  admit(): void {
    // Until now nothing was waiting, so what was dropped since the last batch is part of the acknowledged prefix.
    if (this.#open === 0 && this.#sealed.length === 0) this.#acknowledged = this.#snapshot();
    this.#open += 1;
  }

  /** `scope` has delivered everything up to `version`: every event so far was admitted or deliberately dropped. */
  observe(scope: string, version: string): void {
    this.#reached.set(scope, version);
  }

  /** The version that `scope` has reached, acknowledged or not: where its stream goes on within this process. */
  reached(scope: string): string | undefined {
    return this.#reached.get(scope);
  }

  /**
   * Closes the open batch as `parts` batches (a backlog part and a normal part) and returns their ids in order. Only the last
   * part carries the versions reached, because the earlier ones hold only some of the events below them.
   */
  seal(parts: number): number[] {
    const before = this.#sealed.at(-1)?.marks ?? this.#acknowledged;
    const ids: number[] = [];
    for (let part = 1; part <= parts; part += 1) {
      const id = this.#nextId;
      this.#nextId += 1;
      this.#sealed.push({ id, marks: part === parts ? this.#snapshot() : before, isSettled: false });
      ids.push(id);
    }
    this.#open = 0;
    return ids;
  }

  /** Where the streams are when batch `id` and all before it are settled; `null` inside a first list. */
  positionAfter(id: number): Position | null {
    const marks = this.#sealed.findLast((batch) => batch.id === id)?.marks ?? this.#acknowledged;
    return Object.keys(marks).length === 0 ? null : { v: 1, scopes: { ...marks } };
  }

  /** The next batch stands for batch `id` too: the position passes both or none. */
  absorb(id: number): void {
    this.#sealed = this.#sealed.filter((batch) => batch.id !== id);
  }

  /** Batch `id` is done with: the API acknowledged it, or what it refused is parked. */
  settle(id: number): void {
    const batch = this.#sealed.find((candidate) => candidate.id === id);
    if (batch) batch.isSettled = true;
    while (this.#sealed[0]?.isSettled) this.#acknowledged = this.#sealed.shift()?.marks ?? this.#acknowledged;
  }

  /** The position that may be reported now; `null` before any scope got through its first list. */
  get position(): Position | null {
    const nothingWaits = this.#open === 0 && this.#sealed.length === 0;
    const scopes = nothingWaits ? this.#snapshot() : { ...this.#acknowledged };
    return Object.keys(scopes).length === 0 ? null : { v: 1, scopes };
  }

  #snapshot(): Marks {
    return Object.fromEntries(this.#reached);
  }
}
