import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryItem } from './historyItem.ts';
import { type Order, type PartitionGroup, type Place, type ReadPartition, walkHistory } from './historyWalk.ts';
import { ReadBudget } from './readBudget.ts';

type Table = Map<string, string[]>;

/** Reads like DynamoDB: sorted, bounded on both sides, at most `limit`, and a continuation whenever it stopped at the limit. */
const readerOf =
  (table: Table): ReadPartition =>
  async ({ partition, low, high, order, limit, next }) => {
    const keys = (table.get(partition) ?? []).filter((key) => key >= low && key <= high).sort();
    if (order === 'desc') keys.reverse();
    const start = next === undefined ? 0 : keys.indexOf(String(next.gsk)) + 1;
    const page = keys.slice(start, start + limit);
    const items = page.map((gsk) => ({ pk: partition, gpk: partition, gsk }) as HistoryItem); // a walk looks at keys only
    return { items, next: page.length === limit ? { gsk: page.at(-1) } : undefined };
  };

const unlimited = () => new ReadBudget({ items: 1e9, calls: 1e9, deadline: 1e15 }, () => 0);

/** Days with namespaces with keys that start with their day. */
const world = fc
  .array(
    fc.array(fc.uniqueArray(fc.integer({ min: 10, max: 30 }), { maxLength: 12 }), { minLength: 1, maxLength: 4 }),
    { minLength: 1, maxLength: 4 },
  )
  .map((days) => {
    const table: Table = new Map();
    const groups = days.map((namespaces, day): PartitionGroup => {
      const partitions = namespaces.map((numbers, namespace) => {
        table.set(
          `n${namespace}d${day}`,
          numbers.map((number) => `${day}:${number}`),
        );
        return `n${namespace}d${day}`;
      });
      return { id: String(day), partitions };
    });
    return { table, groups };
  });

const walkOf = (groups: readonly PartitionGroup[], order: Order, pageSize: number, from?: Place) => ({
  groups: order === 'asc' ? groups : groups.toReversed(),
  low: '0',
  high: '~',
  order,
  from,
  pageSize,
});

function expected(table: Table, order: Order): string[] {
  const sign = order === 'asc' ? 1 : -1;
  return [...table]
    .flatMap(([partition, keys]) => keys.map((key) => ({ partition, key })))
    .sort((a, b) => (a.key === b.key ? (a.partition < b.partition ? -1 : 1) : (a.key < b.key ? -1 : 1) * sign))
    .map(({ partition, key }) => `${key} ${partition}`);
}

describe('a walk over history', () => {
  it('shows every item once, in order, whatever the page sizes and budgets', async () => {
    await fc.assert(
      fc.asyncProperty(
        world,
        fc.constantFrom<Order>('asc', 'desc'),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 8 }),
        async ({ table, groups }, order, pageSize, limit, calls) => {
          const seen: string[] = [];
          let place: Place | undefined;
          let requests = 0;
          do {
            const budget = new ReadBudget({ items: 1e9, calls, deadline: 1e15 }, () => 0);
            let left = limit;
            place = await walkHistory(walkOf(groups, order, pageSize, place), readerOf(table), budget, (item) => {
              seen.push(`${item.gsk} ${item.gpk}`);
              return --left > 0;
            });
            expect(requests++).toBeLessThan(500);
          } while (place !== undefined);
          expect(seen).toEqual(expected(table, order));
        },
      ),
    );
  });

  it('keeps within its bounds', async () => {
    const table: Table = new Map([['p', ['1', '2', '3', '4', '5']]]);
    const seen: string[] = [];
    const walk = { ...walkOf([{ id: 'g', partitions: ['p'] }], 'asc', 2), low: '2', high: '4' };
    await walkHistory(walk, readerOf(table), unlimited(), (item) => seen.push(item.gsk) > 0);
    expect(seen).toEqual(['2', '3', '4']);
  });

  it('reads no more than its budget before it stops and says where', async () => {
    const table: Table = new Map([['p', Array.from({ length: 1000 }, (_, i) => String(1000 + i))]]);
    const budget = new ReadBudget({ items: 100, calls: 1e9, deadline: 1e15 }, () => 0);
    const place = await walkHistory(
      walkOf([{ id: 'g', partitions: ['p'] }], 'asc', 10),
      readerOf(table),
      budget,
      () => true,
    );
    expect(budget.itemsRead).toBeLessThan(200);
    expect(place).toEqual({ group: 'g', key: expect.any(String), partition: 'p' });
  });

  it('stops at its deadline between days', async () => {
    let time = 0;
    const budget = new ReadBudget({ items: 1e9, calls: 1e9, deadline: 1 }, () => time++);
    const table: Table = new Map([
      ['a', ['1']],
      ['b', ['2']],
    ]);
    const groups = [
      { id: '1', partitions: ['a'] },
      { id: '2', partitions: ['b'] },
    ];
    time = 5;
    expect(await walkHistory(walkOf(groups, 'asc', 5), readerOf(table), budget, () => true)).toEqual({ group: '2' });
  });

  it('ends without a place when the last item was the last one wanted', async () => {
    const table: Table = new Map([['p', ['1', '2']]]);
    let left = 2;
    const walk = walkOf([{ id: 'g', partitions: ['p'] }], 'asc', 5);
    expect(await walkHistory(walk, readerOf(table), unlimited(), () => --left > 0)).toBeUndefined();
  });
});
