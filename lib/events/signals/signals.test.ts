import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEvent } from '../readEvent.ts';
import { nodeSignals } from './nodeSignals.ts';
import { podSignalMark, podSignals } from './podSignals.ts';
import { SignalMemory } from './SignalMemory.ts';

const at = Date.parse('2026-11-20T13:50:00Z');

const keys = [
  'metadata',
  'spec',
  'status',
  'conditions',
  'taints',
  'containerStatuses',
  'initContainerStatuses',
  'state',
  'lastState',
  'terminated',
  'running',
  'reason',
  'finishedAt',
  'containerID',
  'restartCount',
  'name',
  'namespace',
  'uid',
  'type',
  'key',
  'effect',
  'timeAdded',
  'lastTransitionTime',
  'containers',
] as const;
const words = [
  'OOMKilled',
  'Ready',
  'False',
  'web',
  '2026-11-20T13:43:31Z',
  '2026-11-20T13:43:31.123456+02:00',
  'node.kubernetes.io/unreachable',
  'NoExecute',
  '',
  '\ud800',
] as const;

const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(...words),
    fc.constant(null),
    fc.integer(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...keys), tie('value')),
  ),
})).value;

const container = fc.record(
  {
    name: anything,
    restartCount: anything,
    state: fc.oneof(
      anything,
      fc.record({ terminated: fc.record({ reason: fc.constant('OOMKilled'), finishedAt: anything }) }),
    ),
    lastState: anything,
  },
  { requiredKeys: [] },
);
const pod = fc.record({
  metadata: fc.record({ name: fc.constant('web'), namespace: fc.constant('shop'), uid: fc.constant('u') }),
  spec: anything,
  status: fc.record({ containerStatuses: fc.array(container, { maxLength: 3 }) }),
});
const condition = fc.record({
  type: fc.constant('Ready'),
  status: fc.constantFrom('True', 'False'),
  lastTransitionTime: anything,
});
const node = fc.record({
  metadata: fc.record({ name: fc.constant('n1'), uid: fc.constant('u'), creationTimestamp: anything }),
  spec: anything,
  status: fc.record({ conditions: fc.array(fc.oneof(condition, anything), { maxLength: 3 }) }),
});

describe('any object', () => {
  it('never makes the watch fail, and what it yields can be read', () => {
    fc.assert(
      fc.property(fc.oneof(anything, pod, node), (object) => {
        for (const event of [...podSignals(object), ...nodeSignals(object, at)]) readEvent(event);
      }),
      { numRuns: 1_000 },
    );
  });

  it('yields the same events again, and pods only with the mark', () => {
    fc.assert(
      fc.property(fc.oneof(pod, node), (object) => {
        const events = podSignals(object);
        expect(podSignals(structuredClone(object))).toEqual(events);
        expect(nodeSignals(structuredClone(object), at)).toEqual(nodeSignals(object, at));
        if (events.length > 0) expect(JSON.stringify(object)).toContain(podSignalMark);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the memory of signals', () => {
  it('is bounded and forgets the oldest first', () => {
    const memory = new SignalMemory(3);
    const events = ['a', 'b', 'c', 'd'].map((uid) => ({ metadata: { uid } }));
    expect(memory.fresh(events)).toHaveLength(4);
    expect(memory.fresh(events.slice(1))).toEqual([]);
    expect(memory.fresh(events.slice(0, 1))).toHaveLength(1);
  });

  it('holds nothing of a hundred thousand healthy pods, and no more than its limit of killed ones', () => {
    const memory = new SignalMemory(10_000);
    for (let index = 0; index < 100_000; index += 1) {
      const state = index % 2 === 0 ? { running: {} } : killed(index);
      const metadata = { name: `p${index}`, namespace: 'shop', uid: `u${index}` };
      memory.fresh(podSignals({ metadata, status: { containerStatuses: [{ name: 'app', state }] } }));
      if (index === 18_000) expect(memory.size).toBe(9_000);
    }
    expect(memory.size).toBe(10_000);
  });

  function killed(index: number) {
    return {
      terminated: { reason: 'OOMKilled', finishedAt: '2026-11-20T13:43:31Z', containerID: `containerd://${index}` },
    };
  }
});
