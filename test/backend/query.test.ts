import { Logger } from '@aws-lambda-powertools/logger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpHandler } from '../../functions/http/httpHandler.ts';
import { createQuery } from '../../functions/query/query.ts';
import { classify } from '../../lib/events/classify.ts';
import { type RawEvent, readEvent } from '../../lib/events/readEvent.ts';
import type { Severity } from '../../lib/events/severity.ts';
import { decide } from '../../lib/incidents/decide.ts';
import type { IncidentState } from '../../lib/incidents/incidentState.ts';
import { defaultIncidentSettings } from '../../lib/incidents/settings.ts';
import { ClustersTable } from '../../lib/store/clustersTable.ts';
import { toHistoryItem } from '../../lib/store/historyItem.ts';
import { HistoryTable } from '../../lib/store/historyTable.ts';
import { IncidentsTable } from '../../lib/store/incidentsTable.ts';
import { dayOf } from '../../lib/store/keys.ts';
import { startDynamo } from './dynamo.ts';
import { type EventSpec, kubeletEvent } from './kubernetesEvents.ts';
import { type AnswerBody, apiRequest, call } from './requests.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const logger = new Logger({ logLevel: 'SILENT' });

let dynamo: Awaited<ReturnType<typeof startDynamo>>;
let history: HistoryTable;
let clusters: ClustersTable;

beforeAll(async () => {
  dynamo = await startDynamo();
  history = new HistoryTable({ client: dynamo.client, tableName: 'history' });
  clusters = new ClustersTable({ client: dynamo.client, tableName: 'clusters' });
  await Promise.all([
    store('prod', [
      ...hourly('shop', 'cart-0', 60),
      ...hourly('pay', 'bank-0', 60, { reason: 'Unhealthy', message: 'Readiness probe failed: no' }),
      kubeletEvent({
        namespace: 'default',
        kind: 'Node',
        name: 'node-1',
        reason: 'NodeNotReady',
        type: 'Normal',
        message: 'Node node-1 status is now: NodeNotReady',
        at: '2026-11-20T08:00:00Z',
      }),
      kubeletEvent({ namespace: 'shop', name: 'old-0', at: '2026-10-21T12:30:00Z' }),
      kubeletEvent({ namespace: 'shop', name: 'clock-ahead', at: '2026-11-20T12:00:30Z' }),
    ]),
    store('test', hourly('shop', 'cart-0', 60, { type: 'Normal', reason: 'Pulled', message: 'Pulled' })),
    store(
      'busy',
      Array.from({ length: 6_000 }, (_, i) =>
        kubeletEvent({
          namespace: 'load',
          name: `p${i % 50}`,
          seed: `${i}`,
          reason: i === 0 ? 'Needle' : 'BackOff',
          at: new Date(Date.parse('2026-11-20T04:00:00Z') + i * 1_000).toISOString(),
        }),
      ),
    ),
  ]);
  dynamo.calls.length = 0;
});
afterAll(() => dynamo.close());

/** One event an hour, back from 11:30 today. */
function hourly(namespace: string, name: string, hours: number, spec: EventSpec = {}): RawEvent[] {
  return Array.from({ length: hours }, (_, i) =>
    kubeletEvent({
      namespace,
      name,
      count: hours - i,
      ...spec,
      at: new Date(Date.parse('2026-11-20T11:30:00Z') - i * 3_600_000).toISOString(),
    }),
  );
}

async function store(cluster: string, events: readonly RawEvent[]): Promise<void> {
  const items = events.map((raw) => {
    const record = readEvent(raw);
    return toHistoryItem({ cluster, record, classification: classify(record), raw, backlog: false, retentionDays: 30 });
  });
  await history.putAll(items, Date.now() + 60_000);
  const namespaces = new Map<string, Set<string>>();
  for (const [i, item] of items.entries()) {
    const day = dayOf(item.sk);
    const record = readEvent(events[i]);
    namespaces.set(day, (namespaces.get(day) ?? new Set()).add(record.namespace));
  }
  await clusters.recordBatch(cluster, {
    accepted: items.length,
    rejected: 0,
    namespaces,
    at: '2026-11-20T11:59:00Z',
    newest: '2026-11-20T11:30:00Z',
    relay: { id: 'r1', version: '1.2.3', counters: { received: 7 } },
    gaps: [{ reason: 'spool full', dropped: 3 }],
  });
}

const handler = (indexFrom?: Severity) =>
  httpHandler(
    createQuery({
      history,
      indexFrom,
      clusters,
      incidents: new IncidentsTable({ client: dynamo.client, tableName: 'incidents' }),
      now: () => now,
    }),
    { logger },
  );

const get = (route: string, query: Record<string, string> = {}) =>
  call(handler(), apiRequest({ route: `GET /v1/${route}`, query }));

/** All items of a list, page after page. */
async function all(query: Record<string, string>, route = 'events'): Promise<AnswerBody['items']> {
  const items: AnswerBody['items'][number][] = [];
  let cursor: string | undefined;
  do {
    const answer = await get(route, cursor === undefined ? query : { ...query, cursor });
    expect(answer.status).toBe(200);
    items.push(...answer.body.items);
    cursor = answer.body.cursor;
  } while (cursor !== undefined);
  return items;
}

const times = (items: AnswerBody['items']) => items.map(({ lastOccurrence }) => String(lastOccurrence));

describe('GET /v1/events', () => {
  it('shows an event with what people and programs need of it', async () => {
    const { body } = await get('events', { cluster: 'prod', namespace: 'shop', name: 'cart-0', limit: '1' });
    expect(body.items[0]).toEqual({
      cluster: 'prod',
      namespace: 'shop',
      kind: 'Pod',
      name: 'cart-0',
      reason: 'BackOff',
      effectiveReason: 'CrashLoopBackOff',
      severity: 'critical',
      type: 'Warning',
      count: 60,
      component: 'kubelet',
      message: expect.stringContaining('Back-off restarting failed container'),
      firstOccurrence: '2026-11-20T09:48:12Z',
      lastOccurrence: '2026-11-20T11:30:00.000Z',
      uid: expect.any(String),
      fingerprint: 'prod/shop/Pod/cart-0/CrashLoopBackOff',
      key: expect.stringMatching(/^2026-11-20T11:30:00\.000000Z#.+#60$/),
    });
  });

  it('shows the whole history of one object and reads one partition for it', async () => {
    dynamo.calls.length = 0;
    const items = await all({ cluster: 'prod', namespace: 'shop', kind: 'Pod', name: 'cart-0', limit: '500' });
    expect(items).toHaveLength(60);
    expect(dynamo.calls.map(({ operation }) => operation)).toEqual(['Query']);
  });

  it('finds an object without being told its namespace, a node among them', async () => {
    expect(await all({ cluster: 'prod', kind: 'Node', name: 'node-1' })).toHaveLength(1);
    expect(await all({ cluster: 'prod', kind: 'Pod', name: 'bank-0', limit: '500' })).toHaveLength(60);
  });

  it('shows a day back from now, and what clocks ahead of ours have sent', async () => {
    const items = await all({ cluster: 'prod', namespace: 'shop' });
    expect(items).toHaveLength(24 + 1);
    expect(items[0]).toMatchObject({ name: 'clock-ahead' });
  });

  it.each(['asc', 'desc'])(
    'pages across days, namespaces and clusters without loss or repetition, %s',
    async (order) => {
      for (const scope of [{ cluster: 'prod', namespace: 'shop' }, { cluster: 'prod' }, { namespace: 'shop' }]) {
        const query = { ...scope, since: '2026-11-18T00:00:00Z', until: '2026-11-20T11:45:00Z', order };
        const whole = await all({ ...query, limit: '500' });
        const paged = await all({ ...query, limit: '7' });
        expect(paged).toEqual(whole);
        expect(new Set(whole.map(({ cluster, key }) => `${cluster} ${key}`)).size).toBe(whole.length);
        expect(times(whole)).toEqual(order === 'asc' ? times(whole).sort() : times(whole).sort().reverse());
        expect(whole.length).toBeGreaterThanOrEqual(60);
      }
    },
  );

  it('takes since as included and until as excluded', async () => {
    const query = { cluster: 'prod', namespace: 'shop', since: '2026-11-20T09:30:00Z', until: '2026-11-20T11:30:00Z' };
    expect(times(await all(query))).toEqual(['2026-11-20T10:30:00.000Z', '2026-11-20T09:30:00.000Z']);
  });

  it('takes ages', async () => {
    expect(await all({ cluster: 'prod', namespace: 'pay', since: '3h', until: '1h' })).toHaveLength(2);
  });

  it.each([
    [{ reason: 'Unhealthy' }, 60],
    [{ reason: 'CrashLoopBackOff' }, 60 + 1],
    [{ reason: 'BackOff,Unhealthy' }, 121],
    [{ severity: 'critical' }, 61],
    [{ minSeverity: 'high' }, 62],
    [{ type: 'Normal' }, 1],
    [{ kind: 'Node' }, 1],
    [{ reason: 'Nothing' }, 0],
  ])('filters by %j', async (filter, expected) => {
    expect(await all({ cluster: 'prod', since: '2026-11-01T00:00:00Z', limit: '500', ...filter })).toHaveLength(
      expected,
    );
  });

  it('does not show what has expired', async () => {
    const old = { cluster: 'prod', namespace: 'shop', kind: 'Pod', name: 'old-0' };
    expect(await all(old)).toHaveLength(1);
    const later = httpHandler(
      createQuery({
        history,
        clusters,
        incidents: new IncidentsTable({ client: dynamo.client, tableName: 'incidents' }),
        now: () => now + 86_400_000,
      }),
      { logger },
    );
    const answer = await call(later, apiRequest({ route: 'GET /v1/events', query: old }));
    expect(answer.body.items).toEqual([]);
  });

  it('reads a bounded amount for a filter that matches next to nothing, and still arrives', async () => {
    const query = { cluster: 'busy', reason: 'Needle' };
    dynamo.calls.length = 0;
    const first = await get('events', query);
    expect(first.body).toEqual({ items: [], cursor: expect.any(String) });
    expect(dynamo.calls.length).toBeLessThan(30);
    expect(await all(query)).toHaveLength(1);
  });

  it('ends a page early when its messages would not fit into one answer', async () => {
    const events = Array.from({ length: 400 }, (_, i) =>
      kubeletEvent({ namespace: 'wordy', seed: `${i}`, message: 'ä'.repeat(16_000), at: '2026-11-20T11:00:00Z' }),
    );
    await store('wordy', events);
    const first = await get('events', { cluster: 'wordy', limit: '500' });
    expect(first.body.items.length).toBeLessThan(400);
    expect(JSON.stringify(first.body).length * 2).toBeLessThan(6 * 1024 * 1024);
    expect(await all({ cluster: 'wordy', limit: '500' })).toHaveLength(400);
  });

  it('never scans', async () => {
    dynamo.calls.length = 0;
    await all({ since: '2026-10-01' });
    expect(new Set(dynamo.calls.map(({ operation }) => operation))).toEqual(new Set(['Query']));
  });

  it('knows nothing of a cluster that never posted', async () => {
    expect((await get('events', { cluster: 'nowhere' })).body).toEqual({ items: [] });
  });

  it.each([
    [{ colour: 'red' }, "unknown name 'colour'; allowed: cluster, namespace, kind"],
    [{ limit: '0' }, 'limit'],
    [{ limit: '501' }, 'limit'],
    [{ limit: '1e2' }, 'limit'],
    [{ severity: 'high,loud' }, 'severity'],
    [{ order: 'up' }, 'order'],
    [{ since: 'yesterday' }, 'since: expected RFC 3339'],
    [{ since: '2026-13-01T00:00:00Z' }, 'since'],
    [{ since: '2026-02-30' }, 'since'],
    [{ since: '2026-02-30T00:00:00Z' }, ''],
    [{ since: '1h', until: '2h' }, 'since must lie before until'],
    [{ cluster: 'prod', kind: 'Pod', name: 'p', since: '1h', until: '1h' }, 'since must lie before until'],
    [{ cluster: '../x' }, 'cluster'],
    [{ type: '' }, 'type'],
  ])('refuses %j', async (query, message) => {
    const answer = await get('events', query);
    expect(answer).toMatchObject({ status: 422, body: { error: { code: 'QueryInvalid', requestId: 'request-1' } } });
    expect(answer.body.error.message).toContain(message);
  });

  it('refuses a cursor with other filters, and takes it with another limit', async () => {
    const query = { cluster: 'prod', since: '2d', limit: '5' };
    const { cursor = '' } = (await get('events', query)).body;
    expect((await get('events', { ...query, cursor, limit: '9' })).body.items).toHaveLength(9);
    expect(await get('events', { ...query, since: '3d', cursor })).toMatchObject({
      status: 422,
      body: { error: { code: 'CursorInvalid' } },
    });
    expect(await get('events', { ...query, cursor: 'x' })).toMatchObject({
      status: 422,
      body: { error: { code: 'CursorInvalid' } },
    });
  });
});

describe('GET /v1/clusters', () => {
  it('shows every cluster with its heartbeat, counts and gaps', async () => {
    const { body } = await get('clusters');
    expect(body.items.map(({ cluster }) => cluster)).toEqual(['busy', 'prod', 'test', 'wordy']);
    expect(body.items[1]).toEqual({
      cluster: 'prod',
      lastHeartbeat: '2026-11-20T11:59:00Z',
      silentSeconds: 60,
      lagSeconds: 29 * 60,
      lastEventAt: '2026-11-20T11:30:00Z',
      accepted: 123,
      rejected: 0,
      batches: 1,
      relay: { id: 'r1', version: '1.2.3' },
      counters: { received: 7 },
      gaps: { count: 1, dropped: 3, last: [{ reason: 'spool full', dropped: 3 }] },
    });
  });

  it('takes no parameters', async () => {
    expect(await get('clusters', { limit: '3' })).toMatchObject({
      status: 422,
      body: { error: { code: 'QueryInvalid' } },
    });
  });
});

describe('GET /v1/stats', () => {
  it('counts by severity, type, reason, namespace and time', async () => {
    const { status, body } = await get('stats', { cluster: 'prod' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      since: '2026-11-19T12:00:00.000000Z',
      until: '2026-11-20T12:00:00.000000Z',
      truncated: false,
      coveredSince: '2026-11-19T12:00:00.000000Z',
      occurrences: 49,
      bySeverity: { critical: 24, medium: 24, high: 1 },
      byType: { Warning: 48, Normal: 1 },
      topReasons: [
        { reason: 'CrashLoopBackOff', severity: 'critical', occurrences: 24 },
        { reason: 'Unhealthy', severity: 'medium', occurrences: 24 },
        { reason: 'NodeNotReady', severity: 'high', occurrences: 1 },
      ],
      topNamespaces: [
        { name: 'pay', occurrences: 24 },
        { name: 'shop', occurrences: 24 },
        { name: 'default', occurrences: 1 },
      ],
    });
    const { overTime } = body as unknown as { overTime: { start: string; bySeverity: Record<string, number> }[] };
    expect(overTime).toHaveLength(24);
    expect(overTime[0]).toEqual({ start: '2026-11-19T12:00:00.000000Z', bySeverity: { critical: 1, medium: 1 } });
  });

  it('refuses a range that ends before it begins', async () => {
    expect(await get('stats', { since: '1h', until: '2h' })).toMatchObject({
      status: 422,
      body: { error: { code: 'QueryInvalid' } },
    });
  });
});

describe('GET /v1/incidents', () => {
  function incident(
    cluster: string,
    name: string,
    at: string,
    status: 'open' | 'resolved' = 'open',
    reason = 'CrashLoopBackOff',
  ): IncidentState {
    const occurrence = {
      key: `${at}#u#1`,
      fingerprint: `${cluster}/shop/Pod/${name}/${reason}`,
      uid: 'u',
      count: 1,
      at,
      arrivedAt: Date.parse(at),
      severity: 'critical' as const,
      effectiveReason: 'CrashLoopBackOff',
      backlog: false,
    };
    const { state } = decide(undefined, [occurrence], defaultIncidentSettings);
    if (state === undefined) throw new Error('a critical occurrence opens an incident');
    return { ...state, status };
  }

  beforeAll(async () => {
    const table = new IncidentsTable({ client: dynamo.client, tableName: 'incidents' });
    for (let i = 0; i < 10; i++) {
      const at = `2026-11-20T11:${10 + i}:00.000000Z`;
      expect(await table.putDecision(incident('prod', `a%2F${i}`, at), 0)).toBe('written');
      expect(await table.putDecision(incident('test', `b${i}`, at, i % 2 === 0 ? 'open' : 'resolved'), 0)).toBe(
        'written',
      );
    }
  });

  it('shows those of all clusters, last seen first, page after page', async () => {
    const whole = await all({ limit: '500' }, 'incidents');
    expect(whole).toHaveLength(20);
    const seen = whole.map(({ lastSeen }) => String(lastSeen));
    expect(seen).toEqual(seen.toSorted().reverse());
    expect(await all({ limit: '3' }, 'incidents')).toEqual(whole);
  });

  it('filters by cluster, status and time', async () => {
    expect(await all({ cluster: 'test' }, 'incidents')).toHaveLength(10);
    expect(await all({ status: 'resolved', limit: '2' }, 'incidents')).toHaveLength(5);
    expect(await all({ cluster: 'prod', since: '2026-11-20T11:15:00Z' }, 'incidents')).toHaveLength(5);
    expect(await all({ namespace: 'pay' }, 'incidents')).toEqual([]);
  });

  it.each([
    ['whole', 'test/shop/Pod/gpu/OutOfnvidia.com%2Fgpu'],
    ["with its reason's escapes decoded on the way", 'test/shop/Pod/gpu/OutOfnvidia.com/gpu'],
  ])('finds one by its fingerprint, %s', async (_, fingerprint) => {
    const table = new IncidentsTable({ client: dynamo.client, tableName: 'incidents' });
    await table.putDecision(incident('test', 'gpu', '2026-11-20T10:00:00.000000Z', 'open', 'OutOfnvidia.com%2Fgpu'), 0);
    const answer = await call(
      handler(),
      apiRequest({ route: 'GET /v1/incidents/{fingerprint+}', path: { fingerprint } }),
    );
    expect(answer).toMatchObject({ status: 200, body: { cluster: 'test', kind: 'Pod', name: 'gpu', status: 'open' } });
  });

  it('says when there is none', async () => {
    const one = (fingerprint: string) =>
      call(handler(), apiRequest({ route: 'GET /v1/incidents/{fingerprint+}', path: { fingerprint } }));
    expect(await one('a/b/c/d/e')).toMatchObject({ status: 404, body: { error: { code: 'NotFound' } } });
    expect(await one('%E0%A4')).toMatchObject({ status: 404, body: { error: { code: 'NotFound' } } });
  });
});

describe('a cursor that somebody changed', () => {
  const changed = (cursor: string, change: (state: Record<string, unknown>) => void) => {
    const envelope = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    change(envelope.s);
    return Buffer.from(JSON.stringify(envelope)).toString('base64url');
  };

  it.each(['events', 'incidents'])('is refused by the list of %s', async (route) => {
    const query = { cluster: 'prod', limit: '3', since: '2d', until: '0s' };
    const { cursor } = (await get(route, query)).body;
    expect(cursor).toBeDefined();
    for (const change of [
      (state: Record<string, unknown>) => Object.assign(state, { since: 'zzz', place: 7 }),
      (state: Record<string, unknown>) =>
        Object.assign(state, { place: { group: '2026-11-20', key: ' ' }, after: { gsk: 'zzz', pk: 'x' } }),
      (state: Record<string, unknown>) =>
        Object.assign(state, { place: { group: '2026-11-20', key: '' }, after: { gsk: '', pk: '' } }),
    ]) {
      const answer = await get(route, { ...query, cursor: changed(cursor ?? '', change) });
      expect(answer.status === 200 || answer.body.error.code === 'CursorInvalid').toBe(true);
    }
  });
});

describe('with an index that leaves out what is less than low', () => {
  const ask = (route: string, query: Record<string, string>) =>
    call(handler('low'), apiRequest({ route: `GET /v1/${route}`, query }));

  it('lists and counts say so, and what is in neither of them is refused', async () => {
    expect((await ask('events', { cluster: 'prod' })).body).toMatchObject({ indexedFrom: 'low' });
    expect((await ask('stats', { cluster: 'prod' })).body).toMatchObject({ indexedFrom: 'low' });
    expect((await ask('events', { cluster: 'prod', severity: 'info,high' })).status).toBe(200);
    expect(await ask('events', { cluster: 'prod', severity: 'info' })).toMatchObject({
      status: 422,
      body: {
        error: {
          code: 'QueryInvalid',
          message: expect.stringMatching(/severity low or worse.*give cluster, kind and name/),
        },
      },
    });
  });

  it('one object is shown whole', async () => {
    const { status, body } = await ask('events', { cluster: 'test', kind: 'Pod', name: 'cart-0', severity: 'info' });
    expect(status).toBe(200);
    expect(body.items.length).toBeGreaterThan(0);
    expect(body).not.toHaveProperty('indexedFrom');
  });

  it('a whole index says nothing', async () => {
    expect((await get('events', { cluster: 'prod' })).body).not.toHaveProperty('indexedFrom');
  });
});

describe('other paths', () => {
  it('are not found', async () => {
    expect(await get('nothing')).toMatchObject({ status: 404, body: { error: { code: 'NotFound' } } });
  });
});
