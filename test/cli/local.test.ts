import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSignedFetch } from '../../lib/api/signedFetch.ts';
import { type LocalRun, runKef, startLocalRun, warningEvent } from './localRun.ts';

const batchType = 'application/vnd.kube-events.batch.v1+gzip';

describe('kef local, the backend alone', () => {
  let run: LocalRun;
  beforeAll(async () => {
    run = await startLocalRun('--source', 'none', '--cluster-id', 'prod');
  });
  afterAll(async () => {
    const { totals, code } = await run.stop();
    expect(code).toBe(0);
    // In = out + refused, and nothing unexplained.
    expect(totals.in).toBe(totals.stored + totals.known + totals.refused);
    expect(totals.stored).toBe(totals.routine + totals.suppressed + totals.announced);
    expect(totals.waiting).toBe(0);
    expect(Object.values(totals.publishedByType).reduce((sum, count) => sum + count, 0)).toBe(totals.published);
  });

  const post = (body: Uint8Array<ArrayBuffer> | string, contentType = batchType, cluster = 'prod') =>
    run.fetch(`${run.ready.url}/v1/clusters/${cluster}/events`, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body,
    });
  const gzipped = (value: unknown) => new Uint8Array(gzipSync(JSON.stringify(value)));

  it('tells programs where it is and how to sign', () => {
    expect(run.ready).toMatchObject({ type: 'ready', clusterId: 'prod', region: 'us-east-1' });
    expect(run.ready.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('takes an event the whole way to a person, once, however often it is sent', async () => {
    const event = warningEvent({ regarding: { kind: 'Pod', namespace: 'shop', name: 'journey', uid: 'p' } });
    const batch = { relay: { id: 'test', version: '1' }, position: { resourceVersion: '17' }, events: [event] };
    for (let times = 0; times < 3; times += 1) {
      const answer = await run.post(batch);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ accepted: 1, rejected: [] });
    }
    const published = await run.line(
      ({ type, entry }) => type === 'published' && detailOf(entry).includes('/journey/'),
    );
    const entry = published.entry as { Source: string; DetailType: string; Detail: string };
    expect(entry).toMatchObject({ Source: 'kubernetes', DetailType: 'event.k8s.received' });
    expect(JSON.parse(entry.Detail)).toMatchObject({
      type: 'k8s_event',
      source: 'kubernetes',
      clusterId: 'prod',
      namespace: 'shop',
      severity: 'critical',
      fingerprint: 'prod/shop/Pod/journey/CrashLoopBackOff',
      labels: {
        reason: 'BackOff',
        effective_reason: 'CrashLoopBackOff',
        involved_kind: 'Pod',
        involved_name: 'journey',
      },
    });
    const notified = await run.line(({ type, subject }) => type === 'notified' && String(subject).includes('journey'));
    expect(notified.subject).toContain('CRITICAL');
    expect(run.lines.filter(({ entry: e }) => detailOf(e).includes('/journey/'))).toHaveLength(1);
    const position = await run.fetch(`${run.ready.url}/v1/clusters/prod/position`);
    expect(await position.json()).toMatchObject({ position: { resourceVersion: '17' } });
  });

  it('escalates a medium trouble at its fifth occurrence and tells people, as it has lasted for minutes', async () => {
    const regarding = { kind: 'Pod', namespace: 'shop', name: 'flapping', uid: 'f' };
    const at = Date.now() - 5 * 60_000;
    for (let count = 1; count <= 6; count += 1) {
      const time = new Date(at + count * 40_000).toISOString();
      const event = warningEvent({
        metadata: { name: 'flapping.1', namespace: 'shop', uid: 'flapping-uid', creationTimestamp: time },
        regarding,
        reason: 'Unhealthy',
        note: 'Readiness probe failed: HTTP probe failed with statuscode: 503',
        deprecatedCount: count,
        deprecatedLastTimestamp: time,
      });
      expect((await run.post({ events: [event] })).status).toBe(200);
    }
    await run.line(({ type, subject }) => type === 'notified' && String(subject).includes('flapping'));
    const details = run.lines
      .filter(({ entry }) => detailOf(entry).includes('/flapping/'))
      .map(({ entry }) => entry as { DetailType: string; Detail: string })
      .map(({ DetailType, Detail }) => ({ DetailType, detail: JSON.parse(Detail) }));
    expect(details.map(({ DetailType, detail }) => [DetailType, detail.severity])).toEqual([
      ['event.k8s.received', 'medium'],
      ['event.k8s.escalated', 'high'],
    ]);
    expect(details[1]?.detail.labels.repeated_count).toBe('5');
  });

  it('stores the 99 good events of a batch with one bad', async () => {
    const events: unknown[] = Array.from({ length: 99 }, (_, index) =>
      warningEvent({ regarding: { kind: 'Pod', namespace: 'mixed', name: `p-${index}`, uid: `m-${index}` } }),
    );
    events.splice(40, 0, { kind: 'Event', metadata: { name: 'x' } });
    const answer = await run.post({ events });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ accepted: 99, rejected: [{ index: 40, code: 'EventFieldMissing' }] });
  });

  it.each<[string, () => Promise<Response>, number, string | undefined]>([
    ['bytes that are not gzip', () => post('not gzip'), 400, 'BodyNotGzip'],
    ['gzip of something that is not JSON', () => post(new Uint8Array(gzipSync('{"events":['))), 400, 'BodyNotJson'],
    ['a gzip bomb', () => post(new Uint8Array(gzipSync(Buffer.alloc(64 * 1024 * 1024)))), 413, 'BodyTooLarge'],
    ['501 events', () => run.post({ events: Array.from({ length: 501 }, () => warningEvent()) }), 413, 'BatchTooLarge'],
    ['an unknown field', () => run.post({ events: [], evnets: [] }), 422, 'BodyInvalid'],
    ['no events', () => run.post({}), 422, 'BodyInvalid'],
    ['an unknown content type', () => post(gzipped({ events: [] }), 'text/csv'), 415, 'ContentTypeUnsupported'],
    ['another cluster', () => run.post({ events: [] }, 'staging'), 403, undefined],
    ['an unknown query parameter', () => run.fetch(`${run.ready.url}/v1/events?colour=red`), 422, 'QueryInvalid'],
    [
      'a damaged cursor',
      () => run.fetch(`${run.ready.url}/v1/events?cluster=prod&cursor=nonsense`),
      422,
      'CursorInvalid',
    ],
    ['an unknown incident', () => run.fetch(`${run.ready.url}/v1/incidents/a%2Fb%2Fc%2Fd%2Fe`), 404, 'NotFound'],
  ])('answers %s with the documented status and code', async (_what, send, status, code) => {
    const answer = await send();
    expect(answer.status).toBe(status);
    if (code !== undefined) expect(await answer.json()).toMatchObject({ error: { code } });
  });

  it.each<[string, Record<string, unknown>]>([
    ['without uid', { metadata: { name: 'no-uid', namespace: 'odd' } }],
    ['with null times', { deprecatedFirstTimestamp: null, eventTime: null, series: null }],
    [
      'with prototype keys',
      JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}'),
    ],
  ])('takes an event %s', async (_what, fields) => {
    const answer = await run.post({ events: [warningEvent(fields)] });
    expect(await answer.json()).toEqual({ accepted: 1, rejected: [] });
    expect({}).not.toHaveProperty('polluted');
  });

  it('refuses a 300 KB message by itself', async () => {
    const answer = await run.post({ events: [warningEvent({ note: 'x'.repeat(300_000) }), warningEvent()] });
    expect(await answer.json()).toMatchObject({ accepted: 1, rejected: [{ index: 0, code: 'EventTooLarge' }] });
  });

  it.each<[string, () => Promise<Response>]>([
    ['without a signature', () => fetch(`${run.ready.url}/v1/events`)],
    [
      'with a wrong key',
      () =>
        createSignedFetch({
          region: run.ready.region,
          credentials: { accessKeyId: run.ready.accessKeyId, secretAccessKey: 'wrong' },
        })(`${run.ready.url}/v1/events`),
    ],
  ])('answers a request %s with 403', async (_what, send) => {
    expect((await send()).status).toBe(403);
  });

  it("signs again with the API's time when this clock is ten minutes off", async () => {
    const skewed = createSignedFetch({
      region: run.ready.region,
      credentials: run.ready,
      now: () => Date.now() - 600_000,
    });
    expect((await skewed(`${run.ready.url}/v1/clusters/prod/position`)).status).toBe(200);
    expect(Math.abs((skewed.skewMs ?? 0) - 600_000)).toBeLessThan(5_000);
  });

  it('shows history and incidents on the command line', async () => {
    const env = {
      AWS_ACCESS_KEY_ID: run.ready.accessKeyId,
      AWS_SECRET_ACCESS_KEY: run.ready.secretAccessKey,
      AWS_REGION: run.ready.region,
    };
    const api = ['--api-url', run.ready.url];
    const events = await runKef(['events', ...api, '--cluster-id', 'prod', '--kind', 'Pod', '--name', 'journey'], {
      env,
    });
    expect(events).toMatchObject({ code: 0, stderr: '' });
    expect(events.stdout).toMatch(/^LAST SEEN +SEVERITY +CLUSTER +NAMESPACE +REASON +OBJECT +COUNT +MESSAGE\n/);
    expect(events.stdout).toMatch(/critical +prod +shop +CrashLoopBackOff +pod\/journey +1 +Back-off restarting/);
    const incidents = await runKef(['incidents', ...api, '--cluster-id', 'prod', '-o', 'json', '--limit', '500'], {
      env,
    });
    const rows = incidents.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toContainEqual(
      expect.objectContaining({ effectiveReason: 'CrashLoopBackOff', name: 'journey', status: 'open' }),
    );
    const wrong = await runKef(['events', ...api], { env: { ...env, AWS_SECRET_ACCESS_KEY: 'wrong' } });
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain('SignatureInvalid');
  });
});

function detailOf(entry: unknown): string {
  return typeof entry === 'object' && entry !== null && 'Detail' in entry ? String(entry.Detail) : '';
}
