import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FleetWorld, fleetStatusOf } from './fleetWorld.ts';
import { eventually } from './relayProcess.ts';
import type { Fault } from './sink.ts';

let world: FleetWorld;

beforeEach(async () => {
  world = await FleetWorld.open();
});

afterEach(() => world.close());

const unavailable: Fault = (request, response) => {
  if (request.method !== 'POST') return false;
  response.writeHead(503).end();
  return true;
};

describe('several clusters in one process', () => {
  test('each is told under its own name: path, position, metrics, status and dead letters', async () => {
    const one = await world.place('one');
    const two = await world.place('two', { event_types: ['Normal'] });
    const relay = await world.start([one.entry, two.entry]);
    one.make(30);
    two.make(5);
    two.make(7, { type: 'Normal', reason: 'Pulled' });
    await eventually('both arrive', () => one.sink.stored.size === 30 && two.sink.stored.size === 7);
    await eventually('both positions', () => one.sink.position !== null && two.sink.position !== null);
    expect(new Set(one.sink.requests.map(({ path }) => path))).toEqual(
      new Set(['/v1/clusters/one/position', '/v1/clusters/one/events']),
    );
    expect(new Set(two.sink.requests.map(({ path }) => path))).toEqual(
      new Set(['/v1/clusters/two/position', '/v1/clusters/two/events']),
    );
    const status = await fleetStatusOf(relay);
    expect(status.isReady).toBe(true);
    expect(status.clusters.map(({ clusterId, events }) => [clusterId, events.acknowledged])).toEqual([
      ['one', 30],
      ['two', 7],
    ]);
    const { body } = await relay.get('/metrics');
    expect(body).toContain('k8s_events_received_total{cluster_id="one"} 30');
    // Its five Warnings were not even sent by the API server.
    expect(body).toContain('k8s_events_received_total{cluster_id="two"} 7');
    expect(body.match(/# TYPE k8s_events_received_total/g)).toHaveLength(1);
    expect(JSON.parse((await relay.get('/status?cluster=two')).body)).toMatchObject({ clusterId: 'two' });
    expect((await relay.get('/status?cluster=three')).status).toBe(404);
    expect((await relay.stop()).code).toBe(0);
  });

  test('a broken kubeconfig, a server that hangs, an exec plugin that hangs and an API that is gone delay nobody else', async () => {
    const healthy = await world.place('healthy');
    const apiGone = await world.place('api-gone');
    apiGone.sink.fault = (_request, response) => {
      response.writeHead(503).end();
      return true;
    };
    const mute = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => mute.once('listening', resolve));
    const hanging = healthy.cluster.kubeconfig({ server: `http://127.0.0.1:${(mute.address() as AddressInfo).port}` });
    const plugin = `${healthy.cluster.kubeconfig().replace(/token: .*/, 'exec: { apiVersion: client.authentication.k8s.io/v1, command: sleep, args: ["60"] }')}`;
    const entry = (id: string, kubeconfig: string, more = {}) => ({
      ...healthy.entry,
      cluster_id: id,
      kubeconfig,
      ...more,
    });
    // Beside the healthy one's API, so that its books are not touched.
    const other = await world.place('other');
    const relay = await world.start(
      [
        entry('no-file', world.pathOf('none'), { api_url: other.sink.url }),
        entry('no-context', healthy.kubeconfig, { context: 'prod', api_url: other.sink.url }),
        entry('hanging', await world.file('hanging', hanging), { api_url: other.sink.url }),
        entry('plugin', await world.file('plugin', plugin), { api_url: other.sink.url }),
        apiGone.entry,
        healthy.entry,
      ],
      { request_timeout: '500ms' },
    );
    healthy.make(500);
    await eventually('the healthy cluster is served', () => healthy.sink.stored.size === 500);
    await eventually('everybody else has said why', async () => (await fleetStatusOf(relay)).reasons.length >= 5);
    await eventually('a plugin is not waited for', async () =>
      (await fleetStatusOf(relay)).reasons.some((reason) => reason.includes('credentials did not come within')),
    );
    const { reasons, isReady } = await fleetStatusOf(relay);
    expect(isReady).toBe(true);
    const all = reasons.join('\n');
    expect(all).toMatch(/^no-file: kubeconfig: .* could not be read: ENOENT/m);
    expect(all).toMatch(/^no-context: context: .* has no context 'prod'; it has demo/m);
    expect(all).toMatch(/^hanging: \*: the first list is not done/m);
    expect(all).toMatch(/^api-gone: the position has not been read from the API yet: HTTP 503/m);
    expect(all).not.toMatch(/^healthy/m);
    expect((await relay.get('/ready')).status).toBe(200);
    expect((await relay.get('/ready?cluster=healthy')).status).toBe(200);
    expect((await relay.get('/ready?cluster=no-file')).status).toBe(503);
    const { body } = await relay.get('/metrics');
    expect(body).toContain('kef_relay_ready{cluster_id="healthy"} 1');
    expect(body).toContain('kef_relay_ready{cluster_id="no-file"} 0');
    expect(
      relay.logs.filter(({ cluster, msg }) => cluster === 'no-file' && msg.includes('is not watched')),
    ).not.toEqual([]);
    const startedAt = Date.now();
    expect((await relay.stop()).code).toBe(0);
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    mute.close();
  });

  test('a kubeconfig that is put right is used without anybody asking', async () => {
    const late = await world.place('late');
    const file = world.pathOf('late-file');
    const relay = await world.start([{ ...late.entry, kubeconfig: file }]);
    await eventually('it complains', () => relay.logs.some(({ msg }) => msg.includes('is not watched')));
    expect((await relay.get('/ready')).status).toBe(503);
    late.make(3);
    await world.file('late-file', late.cluster.kubeconfig());
    await eventually('it is served', () => late.sink.stored.size === 3);
  });

  test('a burst whose API is away stays within its part of the memory, and another cluster goes on', async () => {
    const busy = await world.place('busy');
    const calm = await world.place('calm');
    busy.sink.fault = unavailable;
    const budget = 1024 * 1024;
    const relay = await world.start([busy.entry, calm.entry], {
      buffer_max_bytes: budget,
      buffer_size: 1_000_000,
      batch_max_events: 50,
      batch_max_bytes: 65_536,
    });
    await eventually('both watch', () => busy.cluster.watcherCount === 1 && calm.cluster.watcherCount === 1);
    // Notes that do not compress.
    const noise = (index: number) =>
      Array.from({ length: 40 }, () => Math.random().toString(36).slice(2)).join(`${index}`);
    for (let index = 0; index < 6_000; index += 1) busy.make(1, { note: noise(index) });
    await eventually('the burst has filled its part', async () => {
      const [first] = (await fleetStatusOf(relay)).clusters;
      return (first?.buffer.bytes ?? 0) > budget / 2;
    });
    for (let round = 1; round <= 20; round += 1) {
      calm.make(50);
      await eventually('the calm cluster is served', () => calm.sink.stored.size === calm.made);
    }
    const { clusters } = await fleetStatusOf(relay);
    // One chunk of a stream may come on top, and what of it is not compressed yet.
    expect(clusters.reduce((sum, { buffer }) => sum + buffer.bytes, 0)).toBeLessThan(budget + 3 * 65_536);
    busy.sink.fault = undefined;
    await eventually('the burst arrives', () => busy.sink.stored.size === busy.made, 60_000);
    expect(busy.sink.counts.duplicates).toBe(0);
  }, 120_000);
});

describe('a role of its own', () => {
  test('is assumed for each cluster, with the default chain as the source', async () => {
    const sessions: string[] = [];
    const sts = createHttpServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const form = new URLSearchParams(body);
        const role = form.get('RoleArn') ?? '';
        sessions.push(
          `${form.get('Action')} ${role} ${/Credential=(\w+)/.exec(request.headers.authorization ?? '')?.[1]}`,
        );
        const name = role.split('/').at(-1)?.toUpperCase();
        response.writeHead(200, { 'content-type': 'text/xml' }).end(
          `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
           <AccessKeyId>ASIA${name}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>
           <Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
        );
      });
    });
    await new Promise<void>((resolve) => sts.listen(0, '127.0.0.1', resolve));
    const signers = new Map<string, Set<string>>();
    const places = [
      await world.place('one', { role_arn: 'arn:aws:iam::111122223333:role/one' }),
      await world.place('two', { role_arn: 'arn:aws:iam::111122223333:role/two' }),
      await world.place('three'),
    ];
    for (const { id, sink } of places) {
      const seen = new Set<string>();
      signers.set(id, seen);
      sink.fault = (request) => {
        seen.add(/Credential=(\w+)/.exec(request.headers.authorization ?? '')?.[1] ?? 'none');
        return false;
      };
    }
    await world.start(
      places.map(({ entry }) => entry),
      {},
      {
        AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${(sts.address() as AddressInfo).port}`,
      },
    );
    for (const place of places) place.make(3);
    await eventually('all arrive', () => places.every(({ sink, made }) => sink.stored.size === made));
    expect(Object.fromEntries([...signers].map(([id, seen]) => [id, [...seen]]))).toEqual({
      one: ['ASIAONE'],
      two: ['ASIATWO'],
      three: ['AKIDEXAMPLE'],
    });
    expect(new Set(sessions)).toEqual(
      new Set([
        'AssumeRole arn:aws:iam::111122223333:role/one AKIDEXAMPLE',
        'AssumeRole arn:aws:iam::111122223333:role/two AKIDEXAMPLE',
      ]),
    );
    sts.close();
  });
});
