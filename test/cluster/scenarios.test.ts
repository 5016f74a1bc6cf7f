import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { classify } from '../../lib/events/classify.ts';
import { readEvent } from '../../lib/events/readEvent.ts';
import { type Cluster, startCluster } from '../../lib/local/cluster/index.ts';
import { playScenarios, program, readScenario } from '../../lib/local/scenarios/index.ts';
import { ask, eventsPath, json, list, until, watch } from './client.ts';

let cluster: Cluster;
beforeEach(async () => {
  cluster = await startCluster();
});
afterEach(() => cluster.close());

/** Everything once, half an hour of it in seconds. */
async function playAll() {
  await playScenarios(cluster, { speed: 200, loop: false }).done;
  return (await list(cluster)).items;
}

async function playOne(name: string) {
  const entry = program.find(({ scenario }) => scenario.name === name);
  if (entry === undefined) throw new Error(`no scenario ${name}`);
  await playScenarios(cluster, { speed: 500, loop: false, program: [{ ...entry, startSeconds: 0 }] }).done;
  const items = [...(await list(cluster)).items];
  return items
    .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
    .map((item) => readEvent(item));
}

describe('scenarios', () => {
  it('make events that the product reads without a complaint and knows by name', async () => {
    const records = (await playAll()).map((item) => readEvent(item));
    expect(records.length).toBeGreaterThan(100);
    for (const record of records) {
      const { rule, severity } = classify(record);
      expect(severity === 'info' ? 'known' : `${record.reason} ${rule}`).not.toMatch(/ generic/);
      expect(record.message.length).toBeGreaterThan(5);
    }
  });

  it('show a crash loop as kubelets do: BackOff Warnings with a growing count, and no event for the memory kill', async () => {
    const records = await playOne('crash loop');
    const backOff = records.filter((record) => record.reason === 'BackOff');
    expect(backOff).toHaveLength(1);
    expect(backOff[0]).toMatchObject({ type: 'Warning', count: 21, component: 'kubelet' });
    expect(backOff[0]?.regarding.fieldPath).toBe('spec.containers{checkout}');
    expect(records.some((record) => record.reason.includes('OOM'))).toBe(false);
    const reasons = new Set(records.map((record) => record.reason));
    expect([...reasons].sort()).toEqual([
      'BackOff',
      'Created',
      'Pulled',
      'Pulling',
      'ScalingReplicaSet',
      'Scheduled',
      'Started',
      'SuccessfulCreate',
      'SuccessfulDelete',
    ]);
  });

  it('show a bad image with the back-off as a Normal event', async () => {
    const records = await playOne('bad image');
    expect(records.find((record) => record.reason === 'BackOff')?.type).toBe('Normal');
    const failures = records.filter((record) => record.reason === 'Failed').map((record) => record.message);
    expect(failures.some((message) => message.startsWith('Failed to pull image'))).toBe(true);
    expect(failures).toContain('Error: ErrImagePull');
    expect(failures).toContain('Error: ImagePullBackOff');
  });

  it('show what cannot be scheduled through the new API, with a series and without legacy fields', async () => {
    const entry = program.find(({ scenario }) => scenario.name === 'unschedulable deployment');
    await playScenarios(cluster, { speed: 500, loop: false, program: entry === undefined ? [] : [entry] }).done;
    const failed = (await list(cluster, 'fieldSelector=reason%3DFailedScheduling')).items;
    expect(failed).toHaveLength(2);
    expect(failed[0]).toMatchObject({
      eventTime: expect.stringMatching(/\.\d{6}Z$/),
      series: { count: 9, lastObservedTime: expect.stringMatching(/\.\d{6}Z$/) },
      reportingInstance: expect.stringMatching(/^default-scheduler-/),
      action: 'Scheduling',
      deprecatedSource: {},
      deprecatedFirstTimestamp: null,
    });
    expect(failed[0]).not.toHaveProperty('deprecatedCount');
  });

  it('show a node going away from both emitters, with its pods, and coming back', async () => {
    const records = await playOne('node going away');
    const lost = records.filter((record) => record.reason === 'NodeNotReady');
    expect(lost.map(({ regarding, type, component }) => `${regarding.kind} ${type} ${component}`).sort()).toEqual([
      'Node Normal kubelet',
      'Node Normal node-controller',
      ...Array(3).fill('Pod Warning node-controller'),
    ]);
    expect(lost.find((record) => record.component === 'kubelet')?.regarding).not.toHaveProperty('uid');
    expect(records.filter((record) => record.reason === 'TaintManagerEviction')).toHaveLength(3);
    expect(records.at(-1)).toMatchObject({ reason: 'NodeReady' });
    expect(records.every((record) => record.regarding.kind !== 'Node' || record.namespace === 'default')).toBe(true);
  });

  it('name events after their object and the time, sixteen hexadecimal digits', async () => {
    for (const item of await playAll()) {
      const { name } = readEvent(item).regarding;
      expect(item.metadata.name.slice(name.length)).toMatch(/^\.[0-9a-f]{16}$/);
    }
  });

  it('change pods as well, for who watches them', async () => {
    const stream = await watch(cluster, 'resourceVersion=300', undefined, (query = '') => `/api/v1/pods?${query}`);
    await playOne('crash loop');
    const states: string[] = [];
    for (;;) {
      const { type, object } = await stream.next();
      states.push(JSON.stringify(object.status));
      if (type === 'DELETED') break;
    }
    expect(states.some((state) => state.includes('"reason":"OOMKilled","exitCode":137'))).toBe(true);
    const nodes = await json(await ask(cluster, '/api/v1/nodes'));
    expect(nodes.items.length).toBeGreaterThan(0);
  });
});

describe('playing', () => {
  it('is reproducible: the same seed and clock make the same events, another seed other names', async () => {
    const now = () => Date.parse('2026-11-20T13:00:00Z');
    const played = async (seed: number) => {
      const other = await startCluster({ now });
      await playScenarios(other, { speed: 500, loop: false, seed, now }).done;
      const text = (await list(other)).items
        .map((item) => JSON.stringify(item).replace(/"resourceVersion":"\d+"/, ''))
        .sort()
        .join('\n');
      await other.close();
      return text;
    };
    const [first, again, another] = [await played(7), await played(7), await played(8)];
    expect(again).toBe(first);
    expect(another).not.toBe(first);
    expect(another.split('\n')).toHaveLength(first.split('\n').length);
  });

  it('brings the first trouble within two seconds', async () => {
    const player = playScenarios(cluster);
    const begin = performance.now();
    const stream = await watch(cluster, 'fieldSelector=type%3DWarning');
    const severities: string[] = [];
    while (!severities.includes('high')) severities.push(classify(readEvent((await stream.next()).object)).severity);
    expect(performance.now() - begin).toBeLessThan(2000);
    player.stop();
    await player.done;
  });

  it('begins again with new pods, but the same deployments, until it is stopped', async () => {
    const entry = program.find(({ scenario }) => scenario.name === 'bad image');
    if (entry === undefined) throw new Error('no such scenario');
    const player = playScenarios(cluster, { speed: 1000, program: [entry] });
    await until(() => cluster.eventCount >= 18);
    player.stop();
    const { items } = await list(cluster);
    const objects = (kind: string) =>
      new Set(
        items.map((item) => readEvent(item).regarding).flatMap((o) => (o.kind === kind ? [`${o.name} ${o.uid}`] : [])),
      );
    expect(objects('Pod').size).toBeGreaterThan(1);
    expect(objects('Deployment').size).toBe(1);
    const count = cluster.resourceVersion;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(cluster.resourceVersion).toBe(count);
  });

  it('goes on when an event expired that should be repeated: a new one is created', async () => {
    const timer = setInterval(() => cluster.expire(), 5);
    await playOne('crash loop');
    clearInterval(timer);
    expect((await ask(cluster, eventsPath())).status).toBe(200);
  });
});

describe('a scenario file', () => {
  const scenario = { name: 'x', namespace: 'n', objects: {}, timeline: [{ at: 0, node: 'gone', isReady: true }] };

  it('with a mistake is refused by the place of it', () => {
    expect(() => readScenario({ ...scenario, timeline: [{ at: -1 }], speed: 1 })).toThrow(/speed/);
  });

  it('that speaks of objects it does not have cannot be played', async () => {
    const entry = { scenario: readScenario(scenario), startSeconds: 0, everySeconds: 1 };
    expect(() => playScenarios(cluster, { loop: false, program: [entry] })).toThrow('there is no object "gone"');
  });
});
