import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { severities } from '../../lib/events/severity.ts';
import { decide } from '../../lib/incidents/decide.ts';
import { occurrence } from '../../lib/incidents/occurrence.builder.ts';
import { defaultIncidentSettings } from '../../lib/incidents/settings.ts';
import { NotificationClaims } from '../../lib/store/incidentNotifications.ts';
import { IncidentsTable } from '../../lib/store/incidentsTable.ts';
import { startDynamo } from './dynamo.ts';
import { FaultyWorld, minute, second, startedAt, streamRecord } from './routeHarness.ts';

let dynamo: Awaited<ReturnType<typeof startDynamo>>;
let incidents: IncidentsTable;
const pace = { now: () => startedAt + minute, sleep: async () => undefined, random: () => 0 };

beforeAll(async () => {
  dynamo = await startDynamo();
  incidents = new IncidentsTable({ client: dynamo.client, tableName: 'incidents', pace });
});

afterAll(() => dynamo.close());

function stateOf(fingerprint: string, ms = 0) {
  const { state } = decide(undefined, [occurrence(ms, { fingerprint })], defaultIncidentSettings);
  if (state === undefined) throw new Error('an occurrence opens an incident');
  return state;
}

const debt = (id: string) => ({
  id,
  detailType: 'event.k8s.received' as const,
  occurrenceKey: 'k',
  at: '2026-11-20T10:00:00.000000Z',
  arrivedAt: startedAt,
  severity: 'high' as const,
  notify: true,
  occurrences: 1,
  since: startedAt,
  entry: Buffer.from('entry'),
});

describe('the Incidents table', () => {
  it('reads back what was written, debts in order', async () => {
    const state = { ...stateOf('prod/shop/Pod/round/Trip'), owed: [debt('b'), debt('a')] };
    expect(await incidents.putDecision(state, 0)).toBe('written');
    const read = (await incidents.getMany([state.fingerprint])).get(state.fingerprint);
    expect(read).toEqual({
      ...state,
      version: 1,
      owed: state.owed.map((one) => ({ ...one, entry: new Uint8Array(one.entry) })),
    });
  });

  it('writes only over the version that was read', async () => {
    const state = stateOf('prod/shop/Pod/version/Check');
    expect(await incidents.putDecision(state, 0)).toBe('written');
    expect(await incidents.putDecision(state, 0)).toBe('conflict');
    expect(await incidents.putDecision(state, 2)).toBe('conflict');
    expect(await incidents.putDecision(state, 1)).toBe('written');
  });

  it('clears debts once, and whoever read them before cannot put them back', async () => {
    const state = { ...stateOf('prod/shop/Pod/debts/Clear'), owed: [debt('a'), debt('b'), debt('c')] };
    await incidents.putDecision(state, 0);
    await incidents.clearOwed(state.fingerprint, ['a', 'b', 'unknown']);
    await incidents.clearOwed(state.fingerprint, ['a', 'b']);
    const read = (await incidents.getMany([state.fingerprint])).get(state.fingerprint);
    expect(read?.owed.map(({ id }) => id)).toEqual(['c']);
    expect(read?.version).toBe(2);
    expect(await incidents.putDecision(state, 1)).toBe('conflict');
  });

  it('clears nothing of an incident that is gone', async () => {
    await incidents.clearOwed('prod/shop/Pod/never/Was', ['a']);
    expect((await incidents.getMany(['prod/shop/Pod/never/Was'])).size).toBe(0);
  });

  it('reads more than one call takes', async () => {
    const fingerprints = Array.from({ length: 130 }, (_, index) => `many/shop/Pod/p-${index}/Reason`);
    for (const fingerprint of fingerprints) await incidents.putDecision(stateOf(fingerprint), 0);
    expect((await incidents.getMany([...fingerprints, ...fingerprints])).size).toBe(130);
  });

  it('keeps an incident 90 days after it was last heard of', async () => {
    const state = stateOf('prod/shop/Pod/old/Age');
    await incidents.putDecision(state, 0);
    const key = { pk: state.fingerprint, sk: 'incident' };
    const { Item } = await dynamo.client.send(new GetCommand({ TableName: 'incidents', Key: key }));
    expect(Item?.ttl).toBe(Math.floor(startedAt / 1000) + 1 + 90 * 86_400);
  });
});

describe('listing', () => {
  beforeAll(async () => {
    for (let index = 0; index < 25; index += 1) {
      const severity = severities[1 + (index % 4)] ?? 'low';
      const fingerprint = `list/${index % 2 === 0 ? 'shop' : 'data'}/Pod/p-${index}/Reason`;
      const state = {
        ...stateOf(fingerprint, index * minute),
        severity,
        status: index < 5 ? ('resolved' as const) : ('open' as const),
      };
      await incidents.putDecision(state, 0);
    }
  });

  const names = (rows: readonly { name: string }[]) => rows.map(({ name }) => Number(name.slice(2)));

  it('is newest first, page by page, each incident once', async () => {
    const seen: number[] = [];
    let startKey: Record<string, unknown> | undefined;
    do {
      const page = await incidents.list({ cluster: 'list', limit: 7, startKey });
      expect(page.items.length).toBeLessThanOrEqual(7);
      seen.push(...names(page.items));
      startKey = page.lastKey;
    } while (startKey !== undefined);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => 24 - index));
  });

  it('is complete page by page when filtered, too', async () => {
    const seen: number[] = [];
    let startKey: Record<string, unknown> | undefined;
    do {
      const page = await incidents.list({ cluster: 'list', namespace: 'data', limit: 5, startKey });
      seen.push(...names(page.items));
      startKey = page.lastKey;
    } while (startKey !== undefined);
    expect(seen).toEqual([23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1]);
  });

  it.each([
    ['status', { status: 'resolved' as const }, [4, 3, 2, 1, 0]],
    ['namespace', { namespace: 'data', limit: 3 }, [23, 21, 19]],
    ['severity', { minSeverity: 'critical' as const }, [23, 19, 15, 11, 7, 3]],
    ['since, inclusive', { since: '2026-11-20T10:22:00Z' }, [24, 23, 22]],
    ['until, exclusive', { until: '2026-11-20T10:02:00Z' }, [1, 0]],
    ['times in any zone', { since: '2026-11-20T12:23:00.000+02:00', until: '2026-11-20T10:24:00Z' }, [23]],
    ['an empty range', { since: '2026-11-20T10:24:00Z', until: '2026-11-20T10:02:00Z' }, []],
  ])('filters by %s', async (_, filter, wanted) => {
    expect(names((await incidents.list({ cluster: 'list', limit: 100, ...filter })).items)).toEqual(wanted);
  });

  it('shows a row without the bookkeeping', async () => {
    const [row] = (await incidents.list({ cluster: 'list', limit: 1 })).items;
    expect(row).toMatchObject({
      cluster: 'list',
      kind: 'Pod',
      effectiveReason: 'Reason',
      status: 'open',
      occurrences: 1,
    });
    expect(row).not.toHaveProperty('owed');
    expect(await incidents.get(row?.fingerprint ?? '')).toEqual(row);
  });

  it('leaves out what has expired', async () => {
    const late = new IncidentsTable({
      client: dynamo.client,
      tableName: 'incidents',
      pace: { ...pace, now: () => startedAt + 91 * 24 * 60 * minute },
    });
    expect((await late.list({ cluster: 'list', limit: 100 })).items).toEqual([]);
    expect(await late.get('list/shop/Pod/p-0/Reason')).toBeUndefined();
  });
});

describe('routing on real conditions', () => {
  it('two invocations at once open one incident and lose nothing', async () => {
    const worlds = [0, 1, 2].map(() => new FaultyWorld(incidents));
    await Promise.all(
      worlds.map((world, place) =>
        world.deliver(
          Array.from({ length: 10 }, (_, index) =>
            streamRecord(index * second, { pod: 'race', uid: `u-${place}-${index}` }),
          ),
        ),
      ),
    );
    const ids = worlds.flatMap(({ entries }) => entries.map(({ detail }) => detail.id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(worlds.flatMap((world) => world.told()).sort()).toEqual([
      'escalated high',
      'escalated high',
      'received! medium',
    ]);
    const fingerprint = 'prod/shop/Pod/race/FailedMount';
    expect((await incidents.getMany([fingerprint])).get(fingerprint)).toMatchObject({ occurrences: 30, owed: [] });
  });

  it('a storm is guarded by its own item and leaves no debt', async () => {
    const world = new FaultyWorld(incidents, { stormLimitPerMinute: 3 });
    await world.deliver(
      Array.from({ length: 12 }, (_, index) =>
        streamRecord(index * 10, { pod: `w${index}`, namespace: 'stormy', reason: 'Unhealthy' }),
      ),
    );
    // The third is left to the storm's own message.
    expect(world.told()).toEqual(['received! medium', 'received! medium', 'received medium', 'storm! medium']);
    const guard = (await incidents.getStorms(['prod#stormy#Unhealthy'])).get('prod#stormy#Unhealthy');
    expect(guard).toMatchObject({ owed: [], total: 12, storm: { severity: 'medium', notify: true, withheld: 9 } });
  });
});

describe('notification claims', () => {
  let now = startedAt;
  const claims = () =>
    new NotificationClaims({ client: dynamo.client, tableName: 'incidents', pace: { ...pace, now: () => now } });

  it('are held by one, and free again when the lease ends', async () => {
    expect(await claims().claim('p1')).toBe('claimed');
    expect(await claims().claim('p1')).toBe('held');
    now += minute;
    expect(await claims().claim('p1')).toBe('claimed');
  });

  it('are for ever once people were told', async () => {
    await claims().claim('p2');
    await claims().markSent('p2');
    now += 10 * minute;
    expect(await claims().claim('p2')).toBe('sent');
    await claims().release('p2');
    expect(await claims().claim('p2')).toBe('sent');
  });

  it('can be given back at once', async () => {
    await claims().claim('p3');
    await claims().release('p3');
    expect(await claims().claim('p3')).toBe('claimed');
  });
});

describe('the function', () => {
  let bus: Server;
  let handler: (event: DynamoDBStreamEvent, context: Context) => Promise<DynamoDBBatchResponse>;
  const refused = new Set<string>();
  const taken: string[] = [];

  beforeAll(async () => {
    bus = createServer(async (request, response) => {
      const body = JSON.parse(Buffer.concat(await request.toArray()).toString()) as { Entries: { Detail: string }[] };
      const names = body.Entries.map(
        ({ Detail }) => (JSON.parse(Detail) as { labels: { involved_name: string } }).labels.involved_name,
      );
      taken.push(...names.filter((name) => !refused.has(name)));
      const results = names.map((name) => (refused.has(name) ? { ErrorCode: 'InternalFailure' } : { EventId: name }));
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify({ FailedEntryCount: refused.size, Entries: results }));
    });
    await new Promise<void>((resolve) => bus.listen(0, '127.0.0.1', resolve));
    const endpoint = await dynamo.client.config.endpoint?.();
    Object.assign(process.env, {
      INCIDENTS_TABLE: 'incidents',
      EVENT_BUS_NAME: 'events',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${endpoint?.port}`,
      AWS_ENDPOINT_URL_EVENTBRIDGE: `http://127.0.0.1:${(bus.address() as AddressInfo).port}`, // a TCP server has one
      POWERTOOLS_DEV: 'false',
      POWERTOOLS_LOG_LEVEL: 'CRITICAL',
      POWERTOOLS_METRICS_DISABLED: 'true',
    });
    const module = await import('../../functions/route/index.ts');
    handler = module.handler as typeof handler; // middy's own type also allows callbacks
  });

  afterAll(() => bus.close());

  const context = { functionName: 'route', awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 } as Context; // what middy and the logger read

  it('reports the sequence numbers of exactly the records whose publication was not confirmed', async () => {
    refused.add('fn-b');
    const records = ['fn-a', 'fn-b', 'fn-c'].map((pod) => streamRecord(0, { pod, namespace: pod }));
    const answer = await handler({ Records: records }, context);
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: records[1]?.dynamodb?.SequenceNumber }]);
    expect(taken).toEqual(['fn-a', 'fn-c']);

    refused.clear();
    expect(await handler({ Records: records.slice(1) }, context)).toEqual({ batchItemFailures: [] });
    expect(taken).toEqual(['fn-a', 'fn-c', 'fn-b']);
  });
});
