import type { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { beforeEach, describe, expect, it } from 'vitest';
import { packEntry, unpackEntry } from '../../functions/route/busEntry.ts';
import { EventBridgeBus, entrySize } from '../../functions/route/EventBridgeBus.ts';
import { type StandardEvent, standardEventSchema } from '../../lib/events/standardEvent.ts';
import { memoryIncidents } from './memoryIncidents.ts';
import { FaultyWorld, minute, second, startedAt, streamRecord } from './routeHarness.ts';

/** Text that does not deflate: every character is another one of 20,000. */
function noise(length: number): string {
  let seed = 42;
  return Array.from({ length }, () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return String.fromCharCode(0x4e00 + ((seed >> 8) % 20_000));
  }).join('');
}

function standardEvent(id: string, message: string): StandardEvent {
  return {
    id,
    type: 'k8s_event',
    source: 'kubernetes',
    timestamp: '2026-11-20T10:00:00Z',
    processedAt: '2026-11-20T10:00:00Z',
    clusterId: 'prod',
    namespace: 'shop',
    severity: 'high',
    labels: {},
    annotations: { message },
    fingerprint: 'prod/shop/Pod/web/FailedMount',
  };
}

let table = memoryIncidents();
let world = new FaultyWorld(table.port);

beforeEach(() => {
  table = memoryIncidents();
  world = new FaultyWorld(table.port);
});

describe('an entry on the bus', () => {
  it('is the standard event, at the time of the occurrence', async () => {
    await world.deliver([streamRecord(1_500, { pod: 'web-1' })]);
    const [entry] = world.entries;
    expect(entry?.detailType).toBe('event.k8s.received');
    expect(entry?.time.toISOString()).toBe('2026-11-20T10:00:01.500Z');
    expect(standardEventSchema.parse(entry?.detail)).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      clusterId: 'prod',
      namespace: 'shop',
      severity: 'medium',
      fingerprint: 'prod/shop/Pod/web-1/FailedMount',
      labels: { notify: 'true', reason: 'FailedMount', involved_name: 'web-1', occurrences: '1' },
      rawData: { k8s_event: { reason: 'FailedMount' } },
    });
  });

  it('about a recovery is news of the incident it ends', async () => {
    await world.deliver([
      streamRecord(0, { reason: 'FailedScheduling', message: '0/3 nodes are available' }),
      streamRecord(minute, { reason: 'Scheduled', type: 'Normal', message: 'Successfully assigned shop/web-7d9' }),
    ]);
    expect(world.told()).toEqual(['received high', 'resolved high']);
    const [opened, resolved] = world.entries;
    expect(resolved?.detail.fingerprint).toBe(opened?.detail.fingerprint);
    expect(resolved?.detail.labels).toMatchObject({ effective_reason: 'FailedScheduling', reason: 'Scheduled' });
    expect(resolved?.detail.annotations.summary).toContain('FailedScheduling on Pod web-7d9 is over');
  });

  it('about a storm names the worst objects and belongs to no single one', async () => {
    world = new FaultyWorld(table.port, { stormLimitPerMinute: 3 });
    await world.deliver(Array.from({ length: 9 }, (_, index) => streamRecord(index * 100, { pod: `web${index}` })));
    const storm = standardEventSchema.parse(world.entries.at(-1)?.detail);
    expect(world.entries).toHaveLength(4);
    expect(storm.fingerprint).toBe('prod/shop/*/*/FailedMount');
    expect(storm.labels).toMatchObject({ storm_count: '4', involved_name: '*', effective_reason: 'FailedMount' });
    expect(storm.annotations.worst_objects?.split('\n')).toContain('Pod/web2 (medium, 1×)');
    expect(storm.rawData).toBeUndefined();
  });

  it('loses its original first when it would be too large to keep as a debt, then the tail of its message', async () => {
    await world.deliver([streamRecord(0, { message: noise(16_000) })]);
    const [entry] = world.entries;
    expect(entry?.detail.rawData).toBeUndefined();
    expect(entry?.detail.labels).toMatchObject({ raw_truncated: 'true', message_truncated: 'true' });
    expect(entry?.detail.annotations.message?.length).toBeLessThan(2_100);
  });

  it('keeps its whole message when leaving out the original is enough', () => {
    const detail = { ...standardEvent('1', 'short'), rawData: { k8s_event: { note: noise(16_000) } } };
    const packed = packEntry({ detailType: 'event.k8s.received', time: detail.timestamp, detail });
    const { rawData: _, ...rest } = detail;
    expect(unpackEntry(packed).detail).toEqual({ ...rest, labels: { raw_truncated: 'true' } });
  });

  it('comes out of its debt as it went in', async () => {
    await world.deliver([streamRecord(0)]);
    const detail = world.entries[0]?.detail;
    if (detail === undefined) throw new Error('nothing was published');
    const entry = { detailType: 'event.k8s.received' as const, time: detail.timestamp, detail };
    expect(unpackEntry(packEntry(entry))).toEqual(entry);
    expect(packEntry(entry).length).toBeLessThan(1_200);
  });
});

describe('a batch', () => {
  it('fails for a poison record alone', async () => {
    const poison = streamRecord(0);
    const records = [
      streamRecord(0, { pod: 'a' }),
      { ...poison, dynamodb: { ...poison.dynamodb, NewImage: { pk: { S: 'x' }, sk: { S: 'y' } } } },
      streamRecord(0, { pod: 'b' }),
    ];
    expect(await world.invoke(records)).toMatchObject({ failed: [1], poison: [1] });
    expect(world.entries).toHaveLength(2);
  });

  it('reports every record when incidents cannot be read', async () => {
    world.failAt(1, 'error before'); // due.until, getMany
    expect(await world.invoke([streamRecord(0), streamRecord(second, { count: 2 })])).toMatchObject({ failed: [0, 1] });
  });

  it('reports only the records whose incident could not be written', async () => {
    world.failAt(2, 'error before'); // due.until, getMany, putDecision
    const records = [streamRecord(0, { pod: 'a' }), streamRecord(0, { pod: 'b', namespace: 'other' })];
    expect(await world.invoke(records)).toMatchObject({ failed: [0] });
    expect(world.entries.map(({ detail }) => detail.labels.involved_name)).toEqual(['b']);
  });

  it('counts what it did', async () => {
    const records = [0, 1, 2].map((index) => streamRecord(index * second, { count: index + 1 }));
    expect(await world.invoke(records)).toMatchObject({ counts: { published: 1, suppressed: 2, withheld: 0 } });
  });

  it('needs one write and one clearing for an incident however many records it has', async () => {
    await world.deliver(Array.from({ length: 50 }, (_, index) => streamRecord(index * 100, { count: index + 1 })));
    expect(world.steps).toEqual([
      'due.until',
      'getMany',
      'putDecision',
      'getStorms',
      'putStorm',
      'getDesks',
      'putDesk',
      'putEvents',
      'clearOwed',
    ]);
  });
});

describe('debts', () => {
  async function leaveDebt(): Promise<void> {
    world.failAt(7, 'crash before'); // due.until, getMany, putDecision, getStorms, putStorm, getDesks, putDesk, putEvents
    await world.invoke([streamRecord(0)]);
    expect(world.entries).toEqual([]);
  }

  it('of another invocation are left alone while it may still be at work', async () => {
    await leaveDebt();
    world.now += 30 * second;
    await world.deliver([streamRecord(5 * second, { count: 2 })]);
    expect(world.entries).toEqual([]);
  });

  it('that nobody came for are paid with the next occurrence, without their record', async () => {
    await leaveDebt();
    world.now += 3 * minute;
    await world.deliver([streamRecord(5 * second, { count: 2 })]);
    expect(world.told()).toEqual(['received! medium']);
    expect(world.entries[0]?.detail.annotations.last_timestamp).toBe(new Date(startedAt).toISOString());
  });

  it('are paid by the retry of their own record', async () => {
    const record = streamRecord(0);
    world.failAt(7, 'crash before');
    await world.invoke([record]);
    await world.deliver([record]);
    expect(world.told()).toEqual(['received! medium']);
  });

  it('never make an incident so large that it cannot be written', async () => {
    world.failAt(-1, 'crash before');
    const records = Array.from({ length: 200 }, (_, index) => streamRecord(index * 6 * minute, { count: index + 1 }));
    let most = 0;
    const { putDecision } = table.port;
    world = new FaultyWorld({
      ...table.port,
      putDecision: (state, version) => {
        most = Math.max(most, state.owed.length);
        return putDecision(state, version);
      },
    });
    await world.deliver(records);
    expect(world.entries).toHaveLength(200);
    expect(most).toBeLessThanOrEqual(8);
  });
});

describe('the event bus adapter', () => {
  const entry = (id: number, bytes = 100) => ({
    detailType: 'event.k8s.received' as const,
    time: '2026-11-20T10:00:00Z',
    detail: standardEvent(String(id), 'é'.repeat(bytes / 2)),
  });

  type Result = { EventId?: string; ErrorCode?: string };

  function bus(answer: (ids: string[], call: number) => Result[] | Error) {
    const calls: { ids: string[]; bytes: number }[] = [];
    const send = async ({ input }: PutEventsCommand) => {
      const entries = input.Entries ?? [];
      const ids = entries.map(({ Detail = '{}' }) => (JSON.parse(Detail) as { id: string }).id);
      calls.push({ ids, bytes: entries.reduce((sum, one) => sum + entrySize(one), 0) });
      const result = answer(ids, calls.length);
      if (result instanceof Error) throw result;
      return { Entries: result };
    };
    const client = { send } as unknown as EventBridgeClient; // only PutEvents is sent
    const pace = { sleep: async () => undefined, random: () => 0 };
    return { calls, bus: new EventBridgeBus({ client, busName: 'bus', onFailure: () => undefined, pace }) };
  }

  const fine = (ids: string[]) => ids.map((id) => ({ EventId: id }));

  it('sends at most ten entries and less than 1 MB a call', async () => {
    const { bus: one, calls } = bus(fine);
    const entries = Array.from({ length: 25 }, (_, index) => entry(index, index < 6 ? 300_000 : 100));
    expect(await one.publish(entries)).toEqual(entries.map(() => true));
    expect(Math.max(...calls.map(({ ids }) => ids.length))).toBeLessThanOrEqual(10);
    expect(Math.max(...calls.map(({ bytes }) => bytes))).toBeLessThan(1_000_000);
    expect(calls.flatMap(({ ids }) => ids).sort()).toEqual(entries.map(({ detail }) => detail.id).sort());
  });

  it('repeats only the entries that failed', async () => {
    const { bus: one, calls } = bus((ids, call) =>
      ids.map((id) => (call === 1 && id === '1' ? { ErrorCode: 'ThrottlingException' } : { EventId: id })),
    );
    expect(await one.publish([entry(0), entry(1), entry(2)])).toEqual([true, true, true]);
    expect(calls.map(({ ids }) => ids)).toEqual([['0', '1', '2'], ['1']]);
  });

  it('gives up after a few attempts and says which', async () => {
    const { bus: one, calls } = bus((ids) =>
      ids.map((id) => (id === '1' ? { ErrorCode: 'InternalFailure' } : { EventId: id })),
    );
    expect(await one.publish([entry(0), entry(1)])).toEqual([true, false]);
    expect(calls).toHaveLength(4);
  });

  it('names the EKS cluster where the configuration does', async () => {
    const sent: (string[] | undefined)[] = [];
    const send = async ({ input }: PutEventsCommand) => {
      for (const { Resources } of input.Entries ?? []) sent.push(Resources);
      return { Entries: fine(['0']) };
    };
    const client = { send } as unknown as EventBridgeClient; // only PutEvents is sent
    const options = { client, busName: 'bus', onFailure: () => undefined };
    const arn = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eks';
    const known = entry(0).detail.clusterId;
    const arnOf = (cluster: string) => (cluster === known ? arn : undefined);
    await new EventBridgeBus({ ...options, arnOf }).publish([entry(0)]);
    await new EventBridgeBus({ ...options, arnOf: () => undefined }).publish([entry(0)]);
    await new EventBridgeBus(options).publish([entry(0)]);
    expect(sent).toEqual([[arn], [], []]);
  });

  it('takes a call without an answer for a failure', async () => {
    const { bus: one } = bus(() => new Error('socket hang up'));
    expect(await one.publish([entry(0)])).toEqual([false]);
  });

  it('measures entries as EventBridge does: UTF-8 bytes and 14 for the time', () => {
    const request = { Source: 'kubernetes', DetailType: 'x', Detail: '"é"', Time: new Date(0), Resources: ['arn'] };
    expect(entrySize(request)).toBe(10 + 1 + 4 + 14 + 3);
  });
});
