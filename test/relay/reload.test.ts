import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FleetWorld, fleetStatusOf, type Place } from './fleetWorld.ts';
import { eventually, type RelayProcess } from './relayProcess.ts';

let world: FleetWorld;

beforeEach(async () => {
  world = await FleetWorld.open();
});

afterEach(() => world.close());

/** Waits until the relay has said so as often as it was asked. */
async function reloaded(relay: RelayProcess, times = 1): Promise<void> {
  await eventually(
    'the configuration is reloaded',
    () => relay.logs.filter(({ msg }) => msg === 'the configuration was reloaded').length >= times,
  );
}

const complete = ({ sink, made }: Place) => sink.stored.size === made;

describe('SIGHUP', () => {
  test('adds and removes clusters while the others go on; one that comes back goes on where it was', async () => {
    const [one, two, three] = [await world.place('one'), await world.place('two'), await world.place('three')];
    const relay = await world.start([one.entry, two.entry]);
    for (const place of [one, two]) place.make(20);
    await eventually('both are served', () => complete(one) && complete(two));

    await relay.reload(world.settingsOf([one.entry, three.entry]));
    await reloaded(relay);
    expect(relay.logs.at(-1)).not.toMatchObject({ level: 50 });
    for (const place of [one, two, three]) place.make(20);
    await eventually('the new one is served too', () => complete(one) && complete(three));
    await eventually('the old one is gone', () => two.cluster.watcherCount === 0);
    expect(two.sink.stored.size).toBe(20);
    expect((await fleetStatusOf(relay)).clusters.map(({ clusterId }) => clusterId)).toEqual(['one', 'three']);
    expect((await relay.get('/metrics')).body).not.toContain('cluster_id="two"');

    await relay.reload(world.settingsOf([one.entry, two.entry, three.entry]));
    await reloaded(relay, 2);
    await eventually('what came meanwhile arrives', () => complete(two));
    for (const { sink } of world.places) expect(sink.counts.duplicates).toBe(0);
    // The one that did not change was not touched.
    expect(one.cluster.requests.counts.list).toBe(1);
    expect((await relay.stop()).code).toBe(0);
  });

  test('changes filters under load without losing or repeating anything', async () => {
    const place = await world.place('one');
    const relay = await world.start([place.entry]);
    await eventually('it watches', () => place.cluster.watcherCount === 1);
    let reloads = 0;
    for (let round = 0; round < 6; round += 1) {
      place.make(700);
      // Filters that let all of these events through, so that whatever is missing was lost.
      await relay.reload(
        world.settingsOf([{ ...place.entry, min_severity: ['low', 'info'][round % 2], linger: '30ms' }]),
      );
      place.make(700);
      reloads += 1;
      await reloaded(relay, reloads);
    }
    await eventually('everything arrives', () => complete(place), 30_000);
    expect(place.sink.counts.duplicates).toBe(0);
    // It went on from where it was: nothing was listed a second time, and the API was not asked for the position.
    expect(place.cluster.requests.counts.list).toBeLessThanOrEqual(1 + reloads);
    expect(place.sink.requests.filter(({ method }) => method === 'GET')).toHaveLength(1);
    await relay.reload(world.settingsOf([{ ...place.entry, event_types: ['Normal'] }]));
    await reloaded(relay, reloads + 1);
    place.make(10);
    place.make(1, { type: 'Normal', reason: 'Pulled' });
    await eventually('the filter is in force', () => place.sink.stored.size === place.made - 10);
    expect((await relay.stop()).code).toBe(0);
  });

  test('while the API is away keeps nobody waiting and loses nothing', async () => {
    const [one, two] = [await world.place('one'), await world.place('two')];
    const relay = await world.start([one.entry, two.entry], { shutdown_grace: '300ms' });
    for (const place of [one, two]) place.make(10);
    await eventually('both are served', () => complete(one) && complete(two));
    one.sink.fault = (_request, response) => {
      response.writeHead(503).end();
      return true;
    };
    one.make(50);
    await eventually(
      'it waits',
      async () => ((await fleetStatusOf(relay)).clusters[0]?.events.unacknowledged ?? 0) > 0,
    );
    const changed = { ...one.entry, exclude_namespaces: ['dev'] };
    await relay.reload({ ...world.settingsOf([changed, two.entry]), shutdown_grace: '300ms' });
    await reloaded(relay);
    two.make(10);
    await eventually('the other goes on', () => complete(two));
    one.make(50);
    one.sink.fault = undefined;
    await eventually('nothing is lost', () => complete(one));
  });

  test('many at a time come to the last configuration', async () => {
    const places = [await world.place('one'), await world.place('two'), await world.place('three')];
    const relay = await world.start([places[0]?.entry ?? {}]);
    for (let round = 1; round <= 12; round += 1) {
      await relay.reload(world.settingsOf(places.slice(0, 1 + (round % 3)).map(({ entry }) => entry)));
      for (const place of places) place.make(5);
    }
    await relay.reload(world.settingsOf(places.map(({ entry }) => entry)));
    await eventually('all are there', async () => (await fleetStatusOf(relay)).clusters.length === 3);
    await eventually('all are served', () => places.every(complete));
    for (const { sink } of places) expect(sink.counts.duplicates).toBe(0);
    expect((await relay.stop()).code).toBe(0);
  });

  test('from one cluster to a list of them and back', async () => {
    const [one, two] = [await world.place('one'), await world.place('two')];
    const relay = await world.start([], { clusters: undefined, ...one.entry });
    one.make(3);
    await eventually('it is served', () => complete(one));
    await relay.reload(world.settingsOf([one.entry, two.entry]));
    two.make(3);
    await eventually('both are served', () => complete(two));
    await relay.reload({ clusters: undefined, ...two.entry });
    await reloaded(relay, 2);
    await eventually('it goes on', async () => (await relay.status()).position !== null);
    expect(JSON.parse((await relay.get('/status')).body).clusterId).toBe('two');
  });
});

describe('a configuration with errors', () => {
  test.each<[string, (place: Place) => Record<string, unknown>, RegExp]>([
    ['a wrong value', (place) => ({ ...place.entry, min_severity: 'severe' }), /min_severity: expected .*got "severe"/],
    ['an unknown key', (place) => ({ ...place.entry, namespace: ['shop'] }), /did you mean namespaces\?/],
    ['an id twice', (place) => place.entry, /is in the list twice/],
    [
      'a kubeconfig that is not there',
      (place) => ({ ...place.entry, cluster_id: 'two', kubeconfig: '/no/such' }),
      /two: kubeconfig: \/no\/such could not be read: ENOENT/,
    ],
    [
      'a context that does not exist',
      (place) => ({ ...place.entry, cluster_id: 'two', context: 'prod' }),
      /two: context: .* has no context 'prod'; it has demo/,
    ],
  ])('such as %s keeps the old one and says so, until it is put right', async (_title, wrong, message) => {
    const place = await world.place('one');
    const relay = await world.start([place.entry]);
    await relay.reload(world.settingsOf([place.entry, wrong(place)]));
    await eventually('it complains', () => relay.logs.some(({ msg }) => message.test(msg)));
    const complaint = relay.logs.filter(({ msg }) => message.test(msg));
    expect(complaint).toHaveLength(1);
    expect(complaint[0]?.msg).toContain('the configuration was not reloaded, the old one stays');
    expect((await fleetStatusOf(relay)).config).toMatchObject({
      isSuccessful: false,
      error: expect.stringMatching(message),
    });
    expect((await relay.get('/metrics')).body).toContain('kef_relay_config_last_reload_successful 0');
    place.make(5);
    await eventually('the old one is in force', () => complete(place));
    expect((await relay.get('/ready')).status).toBe(200);

    await relay.reload(world.settingsOf([place.entry]));
    await reloaded(relay);
    expect((await fleetStatusOf(relay)).config).toMatchObject({ isSuccessful: true });
    expect((await relay.get('/metrics')).body).toContain('kef_relay_config_last_reload_successful 1');
  });

  test('a setting that is read at start only is named', async () => {
    const place = await world.place('one');
    const relay = await world.start([place.entry]);
    await relay.reload({ ...world.settingsOf([place.entry]), listen: '127.0.0.1:1' });
    await eventually('it says so', () => relay.logs.some(({ msg }) => msg.startsWith('listen: read at start only')));
    expect((await relay.get('/health')).status).toBe(200);
  });

  test('a kubeconfig whose content changed is used after SIGHUP, though no setting did', async () => {
    const place = await world.place('one');
    const relay = await world.start([place.entry]);
    place.make(2);
    await eventually('it is served', () => complete(place));
    await world.file('one.kubeconfig', place.cluster.kubeconfig({ name: 'renamed' }));
    await relay.reload(world.settingsOf([place.entry]));
    await eventually('it is changed', () => relay.logs.some(({ changed }) => String(changed) === 'one'));
    place.make(2);
    await eventually('it goes on', () => complete(place));
  });
});
