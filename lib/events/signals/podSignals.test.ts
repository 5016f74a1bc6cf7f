import { describe, expect, it } from 'vitest';
import { recordedObjects } from '../../../test/fixtures/signals/recorded.ts';
import { classify } from '../classify.ts';
import { occurrenceKeyOf } from '../occurrence.ts';
import { type RawEvent, readEvent } from '../readEvent.ts';
import { podSignalMark, podSignals } from './podSignals.ts';
import { SignalMemory } from './SignalMemory.ts';

const recorded = recordedObjects('oom-killed-pod.ndjson');

/** `critical OOMKilled web 13:43:31`, as everything downstream understands it. */
function say(event: RawEvent): string {
  const record = readEvent(event);
  const { severity, effectiveReason } = classify(record);
  return `${severity} ${effectiveReason} ${record.regarding.name} ${record.lastOccurrence.slice(11, 19)}`;
}

const keysOf = (pods: readonly unknown[]): Set<string> =>
  new Set(pods.flatMap(podSignals).map((event) => occurrenceKeyOf(readEvent(event))));

interface Parts {
  readonly list?: string;
  readonly status?: Record<string, unknown>;
  readonly spec?: Record<string, unknown>;
}

function podWith({ list = 'containerStatuses', status = {}, spec = {} }: Parts) {
  return {
    metadata: { name: 'web-0', namespace: 'shop', uid: 'u1', creationTimestamp: '2026-11-20T13:00:00Z' },
    spec: { nodeName: 'n1', containers: [{ name: 'app' }], ...spec },
    status: { [list]: [{ name: 'app', restartCount: 0, ...status }] },
  };
}

const ended = (id: string | undefined, finishedAt: string | null = '2026-11-20T13:43:31Z', more = {}) => ({
  terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt, containerID: id, ...more },
});
const running = { running: { startedAt: '2026-11-20T13:43:32Z' } };
const waiting = { waiting: { reason: 'CrashLoopBackOff' } };

describe('a recorded pod that is killed for memory again and again', () => {
  it('tells each kill once, whatever restart count it is shown with', () => {
    const memory = new SignalMemory();
    expect(recorded.flatMap((pod) => memory.fresh(podSignals(pod))).map(say)).toEqual([
      'critical OOMKilled oomy-65cd64f946-nhb7f 13:43:31',
      'critical OOMKilled oomy-65cd64f946-nhb7f 13:43:34',
      'critical OOMKilled oomy-65cd64f946-nhb7f 13:43:47',
      'critical OOMKilled oomy-65cd64f946-nhb7f 13:44:10',
    ]);
  });

  it('tells it the same way at every sighting, so that a replay is the same item', () => {
    const byKey = Map.groupBy(recorded.flatMap(podSignals), (event) => occurrenceKeyOf(readEvent(event)));
    expect(byKey.size).toBe(4);
    for (const sightings of byKey.values()) {
      for (const one of sightings) expect(one).toEqual(sightings[0]);
    }
  });

  it('contains the mark whenever there is something to tell', () => {
    for (const pod of recorded) {
      if (podSignals(pod).length > 0) expect(JSON.stringify(pod)).toContain(podSignalMark);
    }
  });
});

describe('one kill', () => {
  it.each([
    ['named by the runtime', 'containerd://a1'],
    ['without a container id', undefined],
  ])('%s is one occurrence, from the end to the state before the last start', (_, id) => {
    const sightings = [
      podWith({ status: { restartCount: 3, state: ended(id), lastState: {} } }),
      podWith({ status: { restartCount: 3, state: waiting, lastState: ended(id) } }),
      podWith({ status: { restartCount: 4, state: running, lastState: ended(id) } }),
    ];
    expect(keysOf(sightings).size).toBe(1);
  });

  it.each([
    ['named by the runtime', 'containerd://a1', 'containerd://b2'],
    ['without container ids', undefined, undefined],
  ])('%s is told from the one of the same second before it', (_, first, second) => {
    const both = podWith({ status: { restartCount: 1, state: ended(second), lastState: ended(first) } });
    expect(podSignals(both)).toHaveLength(2);
    expect(keysOf([podWith({ status: { state: ended(first) } }), both]).size).toBe(2);
  });

  it('is one when all containers are restarted in place, which counts on its own', () => {
    const before = podWith({ status: { restartCount: 0, state: ended('containerd://a1') } });
    const after = podWith({
      status: {
        restartCount: 7,
        state: { waiting: { reason: 'ContainerCreating' } },
        lastState: ended('containerd://a1'),
      },
    });
    expect(keysOf([before, after]).size).toBe(1);
  });

  it('of a pod that is never restarted stays one for as long as the pod is there', () => {
    const pod = podWith({ spec: { restartPolicy: 'Never' }, status: { state: ended('containerd://a1') } });
    expect(keysOf([pod, { ...pod, status: { ...pod.status, phase: 'Failed' } }]).size).toBe(1);
  });

  it('is another in another pod of the same name', () => {
    const pod = podWith({ status: { state: ended(undefined) } });
    expect(keysOf([pod, { ...pod, metadata: { ...pod.metadata, uid: 'u2' } }]).size).toBe(2);
  });

  it.each([
    ['containerStatuses', 'spec.containers{app}'],
    ['initContainerStatuses', 'spec.initContainers{app}'],
    ['ephemeralContainerStatuses', 'spec.ephemeralContainers{app}'],
  ])('in %s is about %s', (list, fieldPath) => {
    const [event] = podSignals(podWith({ list, status: { state: ended('containerd://a1') } }));
    expect(readEvent(event)).toMatchObject({
      component: 'kef-relay',
      host: 'n1',
      count: 1,
      type: 'Warning',
      reason: 'OOMKilled',
      regarding: { kind: 'Pod', namespace: 'shop', name: 'web-0', uid: 'u1', fieldPath },
    });
  });

  it('of a sidecar that started again is told', () => {
    const list = 'initContainerStatuses';
    const spec = { initContainers: [{ name: 'app', restartPolicy: 'Always' }] };
    const status = { restartCount: 1, state: running, lastState: ended('containerd://a1') };
    expect(podSignals(podWith({ list, spec, status })).map(say)).toEqual(['critical OOMKilled web-0 13:43:31']);
  });

  it.each([
    ['its limit of 64Mi (exit code 137)', { containers: [{ name: 'app', resources: { limits: { memory: '64Mi' } } }] }],
    [
      'its limit of 64Mi (exit code 137)',
      {
        containers: [{ name: 'app', resources: { limits: { memory: '64Mi' } } }],
        resources: { limits: { memory: '1Gi' } },
      },
    ],
    ["its pod's limit of 1Gi left it (exit code 137)", { resources: { limits: { memory: '1Gi' } } }],
    ['its node had left; it has no limit (exit code 137)', {}],
  ])('used more memory than %s', (text, spec) => {
    const [event] = podSignals(podWith({ spec, status: { state: ended('containerd://a1') } }));
    expect(readEvent(event).message).toBe(`Container app was killed for using more memory than ${text}`);
  });

  it.each([
    ['when it ended', ended('c', '2026-11-20T13:43:31Z'), '13:43:31'],
    ['when it had started, without an end', ended('c', null, { startedAt: '2026-11-20T13:40:00Z' }), '13:40:00'],
    ['when the next one started, without either', ended('c', null), '13:43:32'],
    ['when the next one started, after an end in 1970', ended('c', '1970-01-01T00:00:00Z'), '13:43:32'],
    ['when the next one started, after an end that is no time', ended('c', 'yesterday'), '13:43:32'],
  ])('happened %s', (_, lastState, time) => {
    const [event] = podSignals(podWith({ status: { restartCount: 1, state: running, lastState } }));
    expect(readEvent(event).lastOccurrence.slice(11, 19)).toBe(time);
  });

  it.each([[0], [1], [143]])('is one with exit code %i too: a child was killed, the runtime saw it', (exitCode) => {
    expect(podSignals(podWith({ status: { state: ended('c', undefined, { exitCode }) } }))).toHaveLength(1);
  });
});

describe('no signal', () => {
  const terminated = (reason: string, exitCode: number) => ({ terminated: { reason, exitCode } });

  it.each([
    ['nothing', undefined],
    ['a text', 'pod'],
    ['no status', { metadata: { name: 'a', namespace: 'b', uid: 'c' } }],
    ['no uid', { metadata: { name: 'a', namespace: 'b' }, status: {} }],
    ['a container that ended well', podWith({ status: { state: terminated('Completed', 0) } })],
    ['a crash', podWith({ status: { state: terminated('Error', 1) } })],
    ['a SIGKILL', podWith({ status: { state: terminated('Error', 137) } })],
    ['a container that got lost', podWith({ status: { state: terminated('ContainerStatusUnknown', 137) } })],
    ['a restart of all containers', podWith({ status: { lastState: terminated('RestartingAllContainers', 137) } })],
    [
      'a container that is not started for the name it has',
      podWith({ status: { state: { waiting: { reason: 'OOMKilled' } } } }),
    ],
  ])('is in %s', (_, pod) => {
    expect(podSignals(pod)).toEqual([]);
  });
});
