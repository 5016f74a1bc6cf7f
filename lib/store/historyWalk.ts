import type { HistoryItem } from './historyItem.ts';
import type { ReadBudget } from './readBudget.ts';
import { eachLimited } from './retry.ts';

/** Newest or oldest first. */
export type Order = 'asc' | 'desc';

/** Partitions that are merged by time. A walk takes its groups one after the other. */
export interface PartitionGroup {
  /** Sorts like the walk goes: a day, or one constant when there is a single group. */
  readonly id: string;
  readonly partitions: readonly string[];
}

/** A place in a walk: after the item `key` of `partition`, or at the beginning of the group when these are absent. */
export interface Place {
  readonly group: string;
  readonly key?: string | undefined;
  readonly partition?: string | undefined;
}

/** Part of a partition, in the walk's order. */
export interface PartitionPage {
  readonly items: readonly HistoryItem[];
  /** Hand it back to read on; absent at the end. */
  readonly next?: Record<string, unknown> | undefined;
}

/** Reads a partition between two sort keys, both included. */
export type ReadPartition = (read: {
  readonly partition: string;
  readonly low: string;
  readonly high: string;
  readonly order: Order;
  readonly limit: number;
  readonly next?: Record<string, unknown> | undefined;
}) => Promise<PartitionPage>;

/** A walk over history. */
export interface Walk {
  readonly groups: readonly PartitionGroup[];
  /** Smallest sort key wanted. */
  readonly low: string;
  /** Largest sort key wanted. */
  readonly high: string;
  readonly order: Order;
  readonly from?: Place | undefined;
  /** Size of the first read of each partition. */
  readonly pageSize: number;
}

/** Queries in flight at once when a group opens. */
const parallelReads = 16;

/** Largest page; 1,000 items of 700 bytes stay under the 1 MB DynamoDB reads for one call. */
const maxPageSize = 1_000;

/**
 * Visits items in the order of their sort keys across partitions, until `visit` returns false, the budget is spent or all
 * is read. Returns the place to go on from, or undefined at the end. Every call visits at least one item, if there is any: a
 * caller that follows the places always arrives.
 */
export async function walkHistory(
  walk: Walk,
  read: ReadPartition,
  budget: ReadBudget,
  visit: (item: HistoryItem) => boolean,
): Promise<Place | undefined> {
  const sign = walk.order === 'asc' ? 1 : -1;
  const groups = walk.groups.filter(({ id }) => walk.from === undefined || sign * compare(id, walk.from.group) >= 0);
  for (const [position, group] of groups.entries()) {
    if (position > 0 && !budget.allows(group.partitions.length)) return { group: group.id };
    const from = walk.from?.group === group.id ? walk.from : undefined;
    const merge = new GroupMerge(group, { ...walk, from }, read, budget);
    await merge.open();
    for (;;) {
      const item = merge.take();
      if (item === undefined) break;
      const goesOn = visit(item);
      const place: Place = { group: group.id, key: item.gsk, partition: merge.lastPartition };
      const isDone = merge.isDone && position === groups.length - 1;
      if (!goesOn) return isDone ? undefined : place;
      if (!(await merge.refill())) return place;
    }
  }
  return undefined;
}

interface Stream {
  readonly partition: string;
  items: HistoryItem[];
  next: Record<string, unknown> | undefined;
  pageSize: number;
}

/** K-way merge of the partitions of one group. */
class GroupMerge {
  readonly #walk: Walk;
  readonly #read: ReadPartition;
  readonly #budget: ReadBudget;
  #streams: Stream[];
  #last: Stream | undefined;

  constructor(group: PartitionGroup, walk: Walk, read: ReadPartition, budget: ReadBudget) {
    this.#walk = walk;
    this.#read = read;
    this.#budget = budget;
    this.#streams = group.partitions.map((partition) => ({ partition, items: [], next: {}, pageSize: walk.pageSize }));
  }

  /** First page of every partition, whatever the budget says: without all heads nothing can be said about the order. */
  async open(): Promise<void> {
    await eachLimited(this.#streams, parallelReads, (stream) => this.#fill(stream));
    this.#dropEmpty();
  }

  /** The next item, or undefined at the end of the group. */
  take(): HistoryItem | undefined {
    const first = this.#streams.reduce<Stream | undefined>((best, stream) => {
      return best === undefined || this.#compareHeads(stream, best) < 0 ? stream : best;
    }, undefined);
    this.#last = first;
    return first?.items.shift();
  }

  /** Partition of the item {@link take} gave. */
  get lastPartition(): string | undefined {
    return this.#last?.partition;
  }

  /** True when nothing is left to take. */
  get isDone(): boolean {
    return this.#streams.every((stream) => stream.items.length === 0 && stream.next === undefined);
  }

  /** Reads on where the last item was taken, when it was the last one at hand. False when the budget forbids it. */
  async refill(): Promise<boolean> {
    const stream = this.#last;
    if (stream === undefined || stream.items.length > 0) return true;
    if (stream.next !== undefined) {
      if (!this.#budget.allows(1)) return false;
      stream.pageSize = Math.min(maxPageSize, stream.pageSize * 2);
      await this.#fill(stream);
    }
    this.#dropEmpty();
    return true;
  }

  async #fill(stream: Stream): Promise<void> {
    const { from, order } = this.#walk;
    const bounds =
      from?.key === undefined
        ? { low: this.#walk.low, high: this.#walk.high }
        : order === 'asc'
          ? { low: from.key, high: this.#walk.high }
          : { low: this.#walk.low, high: from.key };
    while (stream.items.length === 0 && stream.next !== undefined) {
      const start = Object.keys(stream.next).length === 0 ? undefined : stream.next;
      const page = await this.#read({
        partition: stream.partition,
        ...bounds,
        order,
        limit: stream.pageSize,
        next: start,
      });
      this.#budget.spend(page.items.length);
      stream.items = page.items.filter((item) => !this.#isBehind(item, stream.partition));
      stream.next = page.next;
    }
  }

  /** True for items the walk has passed: of equal keys, those in partitions up to the place's. */
  #isBehind(item: HistoryItem, partition: string): boolean {
    const { from } = this.#walk;
    return from?.key === item.gsk && compare(partition, from.partition ?? '') <= 0;
  }

  #compareHeads(a: Stream, b: Stream): number {
    const byKey = compare(a.items[0]?.gsk ?? '', b.items[0]?.gsk ?? '');
    return (this.#walk.order === 'asc' ? byKey : -byKey) || compare(a.partition, b.partition);
  }

  #dropEmpty(): void {
    this.#streams = this.#streams.filter((stream) => stream.items.length > 0);
  }
}

/** DynamoDB orders strings by UTF-8 bytes; for the keys in use, which begin with a time, this is the same. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
