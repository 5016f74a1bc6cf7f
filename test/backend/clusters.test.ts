import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BatchReceipt, ClustersTable } from '../../lib/store/clustersTable.ts';
import { startDynamo } from './dynamo.ts';

let dynamo: Awaited<ReturnType<typeof startDynamo>>;
let table: ClustersTable;
let cluster: string;
let clusters = 0;

beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.close());
beforeEach(() => {
  table = new ClustersTable({ client: dynamo.client, tableName: 'clusters' });
  cluster = `c${++clusters}`;
});

const receipt = (overrides: Partial<BatchReceipt> = {}): BatchReceipt => ({
  accepted: 3,
  rejected: 1,
  namespaces: new Map(),
  at: '2026-11-20T10:00:00.000Z',
  ...overrides,
});
const relay = (startedAt: string, sequence: number) => ({ id: 'r', startedAt, sequence });

describe('the position', () => {
  it('is null before anybody reported one', async () => {
    expect(await table.position(cluster)).toBeNull();
  });

  it('comes back as the JSON it was, whatever that is', async () => {
    for (const position of [
      { v: 1, scopes: { '*': '12345678901234567890' }, empty: '', list: [1, null, {}] },
      'text',
      7,
      false,
    ]) {
      await table.recordBatch(cluster, receipt({ position }));
      expect(await table.position(cluster)).toEqual(position);
    }
  });

  it('is left alone by a batch that brings none', async () => {
    await table.recordBatch(cluster, receipt({ position: 'there' }));
    await table.recordBatch(cluster, receipt());
    expect(await table.position(cluster)).toBe('there');
  });

  it('is that of the batch made last, in whatever order batches arrive', async () => {
    const first = '2026-11-20T11:30:00+02:00'; // earlier than the second, although its text is larger
    const second = '2026-11-20T10:00:00Z';
    const batches = [
      { position: 'a1', relay: relay(first, 1) },
      { position: 'a2', relay: relay(first, 2) },
      { position: 'a10', relay: relay(first, 10) },
      { position: 'b1', relay: relay(second, 1) },
    ];
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [1, 3, 0, 2],
    ]) {
      const of = `${cluster}-${order.join('')}`;
      for (const index of order) await table.recordBatch(of, receipt(batches[index]));
      expect(await table.position(of)).toBe('b1');
      const rows = await table.list();
      expect(rows.find((row) => row.cluster === of)).toMatchObject({ batches: 4, accepted: 12, rejected: 4 });
    }
  });

  it('is taken again from a batch that is sent again', async () => {
    const again = receipt({ position: 'a', relay: relay('2026-11-20T09:00:00Z', 1) });
    await table.recordBatch(cluster, again);
    await table.recordBatch(cluster, again);
    expect(await table.position(cluster)).toBe('a');
  });
});

describe('of two relays that both think they should work', () => {
  const at = (second: number) => `2026-11-20T09:00:${String(second).padStart(2, '0')}.000Z`;
  const of = (holder: string, startedAt: string, epoch: number, sequence: number) => ({
    id: holder,
    holder,
    startedAt,
    epoch,
    sequence,
  });

  it('the one that claimed the later epoch decides, whatever their clocks say and whoever started first', async () => {
    await table.recordBatch(cluster, receipt({ position: 'old-1', relay: of('old', at(30), 1, 1) }));
    expect(await table.resumption(cluster)).toEqual({ position: 'old-1', epoch: 1 });
    // Started earlier, or with a clock that is behind; claims before it has a position of its own.
    expect(await table.recordBatch(cluster, receipt({ relay: of('new', at(10), 2, 1) }))).toBeUndefined();
    const late = await table.recordBatch(cluster, receipt({ position: 'old-2', relay: of('old', at(30), 1, 2) }));
    expect(late).toEqual({ epoch: 2, holder: 'new' });
    expect(await table.resumption(cluster)).toEqual({ position: 'old-1', epoch: 2 });
    await table.recordBatch(cluster, receipt({ position: 'new-2', relay: of('new', at(10), 2, 2) }));
    expect(await table.position(cluster)).toBe('new-2');
  });

  it('the first to post has the epoch that both claimed, and the other is told', async () => {
    await table.recordBatch(cluster, receipt({ position: 'a', relay: of('a', at(10), 1, 1) }));
    const other = receipt({ position: 'b', relay: of('b', at(20), 1, 9) });
    expect(await table.recordBatch(cluster, other)).toEqual({ epoch: 1, holder: 'a' });
    expect(await table.position(cluster)).toBe('a');
    // It may claim the next one.
    await table.recordBatch(cluster, receipt({ position: 'b', relay: of('b', at(20), 2, 10) }));
    expect(await table.resumption(cluster)).toEqual({ position: 'b', epoch: 2 });
  });

  it("a batch that was overtaken by one of its own relay is nobody else's business", async () => {
    await table.recordBatch(cluster, receipt({ position: 'a2', relay: of('a', at(10), 1, 2) }));
    const overtaken = receipt({ position: 'a1', relay: of('a', at(10), 1, 1) });
    expect(await table.recordBatch(cluster, overtaken)).toBeUndefined();
    expect(await table.position(cluster)).toBe('a2');
  });

  it('in every order of arrival the position is the last one of the highest epoch', async () => {
    const batches = [
      { position: 'a1', relay: of('a', at(30), 1, 1) },
      { position: 'a2', relay: of('a', at(30), 1, 2) },
      { position: 'b1', relay: of('b', at(10), 2, 1) },
      { position: 'b2', relay: of('b', at(10), 2, 2) },
    ];
    for (const order of permutations([0, 1, 2, 3])) {
      const name = `${cluster}-${order.join('')}`;
      for (const index of order) await table.recordBatch(name, receipt(batches[index]));
      expect(await table.position(name)).toBe('b2');
    }
  });

  it('relays of before there were epochs go on as they did, even after one that had one', async () => {
    await table.recordBatch(cluster, receipt({ position: 'new', relay: of('new', at(10), 3, 1) }));
    await table.recordBatch(cluster, receipt({ position: 'back', relay: relay(at(20), 1) }));
    expect(await table.resumption(cluster)).toEqual({ position: 'back', epoch: 3 });
  });
});

function permutations(items: readonly number[]): number[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

describe('the namespaces of a day', () => {
  it('add up over batches and processes', async () => {
    await table.recordBatch(cluster, receipt({ namespaces: new Map([['2026-11-20', new Set(['b'])]]) }));
    const other = new ClustersTable({ client: dynamo.client, tableName: 'clusters' });
    await other.recordBatch(
      cluster,
      receipt({
        namespaces: new Map([
          ['2026-11-19', new Set(['z'])],
          ['2026-11-20', new Set(['a', 'b', 'with#odd%name'])],
        ]),
      }),
    );
    expect(await table.namespacesByDay(cluster, '2026-11-01', '2026-11-30')).toEqual(
      new Map([
        ['2026-11-19', ['z']],
        ['2026-11-20', ['a', 'b', 'with#odd%name']],
      ]),
    );
    expect((await table.namespacesByDay(cluster, '2026-11-20', '2026-11-20')).size).toBe(1);
  });

  it('are written once per process, so that a batch is one write', async () => {
    const usual = receipt({
      position: 'p',
      relay: relay('2026-11-20T09:00:00Z', 1),
      namespaces: new Map([['2026-11-20', new Set(['a'])]]),
    });
    await table.recordBatch(cluster, usual);
    dynamo.calls.length = 0;
    await table.recordBatch(cluster, usual);
    expect(dynamo.calls.map(({ operation }) => operation)).toEqual(['UpdateItem']);
  });
});

describe('the registry', () => {
  it('lists more clusters than one read takes, by id, with what their relays said', async () => {
    const ids = Array.from({ length: 120 }, (_, i) => `many-${String(i).padStart(3, '0')}`);
    for (const id of ids)
      await table.recordBatch(id, receipt({ gaps: [{ reason: 'full', dropped: 2 }, { reason: 'unknown' }] }));
    const rows = (await table.list()).filter((row) => row.cluster.startsWith('many-'));
    expect(rows.map((row) => row.cluster)).toEqual(ids);
    expect(rows[0]).toMatchObject({
      gapCount: 2,
      gapDropped: 2,
      lastGaps: [{ reason: 'full', dropped: 2 }, { reason: 'unknown' }],
    });
  });
});
