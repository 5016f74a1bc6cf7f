import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../../lib/local/cluster/index.ts';
import { selfSignedCertificate } from '../../lib/local/cluster/selfSignedCertificate.ts';
import { eventually, type RelayProcess, startRelay } from '../relay/relayProcess.ts';
import { type Fault, type Sink, startSink } from '../relay/sink.ts';
import { answering, checkingClock, hanging, resetting, slow } from './apiFaults.ts';
import { metricsOf } from './metricsOf.ts';
import { movableClock, wrapRelay } from './wrappedRelay.ts';

let cluster: Cluster;
let sink: Sink;
let relay: RelayProcess;
let made = 0;

beforeEach(async () => {
  cluster = await startCluster();
  sink = await startSink();
});

afterEach(async () => {
  relay.kill('SIGKILL');
  await sink.close();
  await cluster.close();
});

function produce(count: number): void {
  for (let index = 0; index < count; index += 1) {
    made += 1;
    const metadata = { name: `event-${made}`, namespace: 'shop' };
    cluster.create({ metadata, regarding: { kind: 'Pod', name: `pod-${made}` }, reason: 'Killing', type: 'Normal' });
  }
}

/** A relay that works, of which one event is stored. */
async function working(settings: Record<string, unknown> = {}, env?: Record<string, string>): Promise<void> {
  relay = await startRelay(cluster, sink, settings, undefined, env);
  await eventually('the relay is ready', async () => (await relay.get('/ready')).status === 200);
  produce(1);
  await eventually('the event is stored', () => sink.stored.size > 0);
}

/** Waits for a figure; the last one is in the message when it never comes. */
async function figure(
  metric: string,
  holds: (value: number | undefined) => boolean,
  labels = '',
): Promise<number | undefined> {
  let last: number | undefined;
  await eventually(
    `${metric}{${labels}}`,
    async () => {
      last = (await metricsOf(relay)).of(metric, labels);
      return holds(last);
    },
    15_000,
  ).catch((error: Error) => {
    throw new Error(`${error.message}; it is ${last}`);
  });
  return last;
}

const above = (limit: number) => (value: number | undefined) => value !== undefined && value > limit;
const status = async () => JSON.parse((await relay.get('/status')).body);
const notReadyBecause = (text: RegExp) =>
  eventually(`not ready because of ${text}`, async () => {
    const { status: code, body } = await relay.get('/ready');
    return code === 503 && text.test(body);
  });

describe('a stuck watch', () => {
  test('on a server that still answers is quiet, noticed, and not an alarm', async () => {
    await working({ idle_timeout: '300ms' });
    cluster.silence(true);
    await figure('kef_relay_reconnects_total', above(0), 'cause="idle"');
    expect((await relay.get('/ready')).status).toBe(200);
  });

  test('on a server that hangs is an age that grows, and not ready with the reason', async () => {
    await working({ idle_timeout: '200ms', request_timeout: '400ms' });
    cluster.silence(true);
    cluster.faults.add({ fault: { do: 'hang' } });
    await notReadyBecause(/no answer to .*events within 400 ms/);
    await figure('kef_relay_last_byte_age_seconds', above(1));
    expect((await metricsOf(relay)).of('kef_relay_ready')).toBe(0);
    expect((await status()).sources[0]).toMatchObject({ phase: expect.stringMatching(/probe|waiting/) });
    await figure('kef_relay_reconnects_total', above(0), 'cause="failed"');
    // And the API is still told that the relay lives.
    expect((await metricsOf(relay)).of('kef_relay_last_acknowledgement_age_seconds')).toBeLessThan(5);
  });

  test('of one namespace is not hidden by the other', async () => {
    cluster.faults.add({ when: ({ path }) => path.includes('/namespaces/bank/'), fault: { do: 'hang' } });
    relay = await startRelay(cluster, sink, { namespaces: ['shop', 'bank'], request_timeout: '300ms' });
    await notReadyBecause(
      /bank: the first list is not done: no answer|bank: the first list is not done: the API server/,
    );
    const before = await figure('kef_relay_last_byte_age_seconds', above(1));
    await figure('kef_relay_last_byte_age_seconds', above(before ?? 0));
  });
});

describe('our API', () => {
  test.each<[string, Fault, string]>([
    ['down', resetting, 'unavailable'],
    ['that hangs', hanging, 'unavailable'],
    ['in trouble', answering(500), 'unavailable'],
    ['that throttles', answering(429), 'throttled'],
    ['that refuses the role', answering(403, {}, '{"message":"Forbidden"}'), 'forbidden'],
    ['that is a web page', answering(200, { 'content-type': 'text/html' }, '<html>'), 'misdirected'],
    ['that is another JSON API', answering(200, {}, '{"status":"ok"}'), 'misdirected'],
    ['that knows no such path', answering(404), 'misdirected'],
  ])('%s is counted from the first request on', async (_title, fault, kind) => {
    sink.fault = fault;
    relay = await startRelay(cluster, sink, { request_timeout: '300ms', retry_forbidden: '100ms' });
    await figure('kef_relay_api_failures_total', above(1), `kind="${kind}"`);
    await notReadyBecause(/the position has not been read from the API yet: \S/);
    expect((await metricsOf(relay)).of('kef_relay_requests_total')).toBeGreaterThan(1);
    expect((await status()).api.failures).toMatchObject({ [kind]: expect.any(Number) });
  });

  test('down under load: lag in seconds and versions, fill, age of the last acknowledgement; and all of it over afterwards', async () => {
    await working({ buffer_size: 50, batch_max_events: 10, worker_count: 2, retry_max: '100ms' });
    sink.fault = answering(503);
    produce(40);
    await figure('kef_relay_lag_seconds', above(1));
    await figure('kef_relay_lag_versions', above(5));
    await figure('kef_relay_last_acknowledgement_age_seconds', above(1));
    await figure('k8s_events_cache_size', above(5));
    await figure('kef_relay_buffer_bytes', above(100));
    await figure('kef_relay_batches_in_flight', above(0));
    await figure('kef_relay_window', (window) => window === 1);
    expect((await metricsOf(relay)).of('kef_relay_buffer_max_events')).toBe(50);
    await notReadyBecause(/the API does not take batches: HTTP 503/);
    sink.fault = undefined;
    await figure('kef_relay_lag_versions', (lag) => lag === 0);
    await figure('kef_relay_lag_seconds', (lag) => lag === 0);
    await figure('k8s_events_cache_size', (waiting) => waiting === 0);
    await eventually('ready again', async () => (await relay.get('/ready')).status === 200);
  });

  test('that is slow shows what is in flight', async () => {
    await working({ batch_max_events: 5, worker_count: 3, linger: '0s' });
    sink.fault = slow(1_500);
    produce(60);
    await figure('kef_relay_batches_in_flight', above(2));
  });
});

describe('clocks', () => {
  test('the difference to the API is shown, and its sign is right', async () => {
    sink.fault = checkingClock(() => Date.now() + 600_000);
    await working();
    const skew = (await metricsOf(relay)).of('kef_relay_clock_skew_seconds') ?? 0;
    expect(Math.abs(skew - 600)).toBeLessThan(10);
    expect(Math.abs((await status()).api.clockSkewMs - 600_000)).toBeLessThan(10_000);
    expect((await metricsOf(relay)).of('kef_relay_kubernetes_clock_skew_seconds')).toBeLessThan(10);
  });

  test('before the API has answered there is no difference, rather than none', async () => {
    sink.fault = resetting;
    relay = await startRelay(cluster, sink);
    await figure('kef_relay_api_failures_total', above(0), 'kind="unavailable"');
    expect((await metricsOf(relay)).of('kef_relay_clock_skew_seconds')).toBeUndefined();
  });

  test.each([-3_600_000, 3_600_000])('a clock set by %d ms is no silence, and hides none', async (jumpMs) => {
    const wrapped = await wrapRelay(movableClock);
    relay = await startRelay(cluster, sink, {}, wrapped.entry);
    produce(1);
    await eventually('the event is stored', () => sink.stored.size > 0);
    await wrapped.write('clock', String(jumpMs));
    await figure('kef_relay_clock_skew_seconds', (skew) => skew !== undefined && Math.abs(skew) > 3_500);
    for (const metric of ['kef_relay_last_byte_age_seconds', 'kef_relay_last_event_age_seconds']) {
      const age = (await metricsOf(relay)).of(metric) ?? -1;
      expect(age).toBeGreaterThanOrEqual(0);
      expect(age).toBeLessThan(300);
    }
    expect((await metricsOf(relay)).of('kef_relay_last_acknowledgement_age_seconds')).toBeLessThan(300);
  });
});

describe('credentials', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'session' };

  test('that end say when: AWS keys', async () => {
    const at = new Date(Date.now() + 1_200_000);
    await working({}, { ...keys, AWS_CREDENTIAL_EXPIRATION: at.toISOString() });
    const left = (await metricsOf(relay)).of('kef_relay_credentials_expire_seconds') ?? 0;
    expect(left).toBeGreaterThan(900);
    expect(left).toBeLessThanOrEqual(1_200);
    expect((await status()).api.credentialsExpireAt).toBe(at.toISOString());
  });

  test('that end say when: a service account token', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const exp = Math.floor(Date.now() / 1_000) + 3_600;
    const token = `${part({ alg: 'RS256' })}.${part({ exp })}.sig`;
    cluster.access.allow({ name: 'system:serviceaccount:kef:relay', token, may: () => true });
    relay = await startRelay({ kubeconfig: () => cluster.kubeconfig({ token }) }, sink);
    const left = await figure('kef_relay_kubernetes_token_expire_seconds', above(3_000));
    expect(left).toBeLessThanOrEqual(3_600);
    expect((await status()).kubernetes).toMatchObject({
      credentials: 'token',
      credentialsExpireAt: new Date(exp * 1_000).toISOString(),
    });
  });

  test('that end say when: a client certificate', async () => {
    const notAfter = new Date(Math.floor(Date.now() / 1_000) * 1_000 + 86_400_000);
    const { cert, key } = selfSignedCertificate({ subject: 'relay', notAfter });
    const user = [
      `      client-certificate-data: ${Buffer.from(cert).toString('base64')}`,
      `      client-key-data: ${Buffer.from(key).toString('base64')}`,
    ].join('\n');
    const kubeconfig = cluster.kubeconfig().replace(/( *token: .*\n)/, `$1${user}\n`);
    relay = await startRelay({ kubeconfig: () => kubeconfig }, sink);
    const left = await figure('kef_relay_kubernetes_certificate_expire_seconds', above(80_000));
    expect(left).toBeLessThanOrEqual(86_400);
  });

  test('that do not end say nothing, rather than zero', async () => {
    await working();
    const metrics = await metricsOf(relay);
    for (const of of ['credentials', 'kubernetes_token', 'kubernetes_certificate']) {
      expect(metrics.of(`kef_relay_${of}_expire_seconds`)).toBeUndefined();
    }
  });
});

test('what is dropped is counted by reason', async () => {
  // A single type would be selected by the API server, and what it selects is in no count.
  await working({ event_types: ['Normal', 'Warning'], exclude_namespaces: ['bank'] });
  cluster.create({ metadata: { name: 'a', namespace: 'shop' }, reason: 'BackOff', type: 'Error' });
  cluster.create({ metadata: { name: 'b', namespace: 'bank' }, reason: 'Pulled', type: 'Normal' });
  cluster.create({
    metadata: { name: 'c', namespace: 'shop' },
    regarding: { kind: 'Secret', name: 's' },
    type: 'Normal',
  });
  const old = { namespace: 'shop', name: `event-${made}` };
  cluster.delete(old);
  for (const reason of ['type', 'namespace', 'secret', 'deleted']) {
    await figure('k8s_events_filtered_total', (count) => count === 1, `reason="${reason}"`);
  }
});
