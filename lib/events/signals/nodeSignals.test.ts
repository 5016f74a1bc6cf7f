import { describe, expect, it } from 'vitest';
import { recordedObjects } from '../../../test/fixtures/signals/recorded.ts';
import { classify } from '../classify.ts';
import { occurrenceKeyOf } from '../occurrence.ts';
import { type RawEvent, readEvent } from '../readEvent.ts';
import { nodeSignals } from './nodeSignals.ts';
import { objectIn, objectsIn } from './objectFields.ts';
import { SignalMemory } from './SignalMemory.ts';

/** `high NodeNotReady n1 13:45:00`, as everything downstream understands it. */
function say(event: RawEvent): string {
  const record = readEvent(event);
  const { severity, effectiveReason } = classify(record);
  return `${severity} ${effectiveReason} ${record.regarding.name} ${record.lastOccurrence.slice(11, 19)}`;
}

const at = Date.parse('2026-11-20T13:50:00Z');

interface Parts {
  readonly created?: string;
  readonly taints?: readonly Record<string, unknown>[];
}

const node = (condition: Record<string, unknown>, { created = '2026-11-19T00:00:00Z', taints = [] }: Parts = {}) => ({
  metadata: { name: 'n1', uid: 'u', creationTimestamp: created },
  spec: { taints },
  status: { conditions: [{ lastTransitionTime: '2026-11-20T13:45:00Z', ...condition }] },
});

/** When a recorded node was sent: it says so itself, by its latest transition or heartbeat. */
function sentAt(object: unknown): number {
  const { metadata, status } = objectIn(object);
  const times = objectsIn(objectIn(status).conditions).flatMap((one) => [
    one.lastTransitionTime,
    one.lastHeartbeatTime,
  ]);
  return Math.max(...[objectIn(metadata).creationTimestamp, ...times].map((time) => Date.parse(String(time))));
}

describe('recorded nodes', () => {
  it('tell when a kubelet stops reporting and when it is back, and nothing when they join', () => {
    const memory = new SignalMemory();
    const told = recordedObjects('lost-nodes.ndjson')
      .flatMap((object) => memory.fresh(nodeSignals(object, sentAt(object))))
      .map(say);
    expect(told.filter((text) => text.includes('Ready'))).toEqual([
      'high NodeNotReady node-b 13:36:42',
      'high NodeNotReady hollow-1 13:40:07',
      'high NodeNotReady hollow-1 13:45:37',
      'info NodeReady hollow-1 13:45:56',
    ]);
  });
});

describe('a condition', () => {
  it.each([
    ['Ready', 'False', ['high NodeNotReady n1 13:45:00']],
    ['Ready', 'Unknown', ['high NodeNotReady n1 13:45:00']],
    ['Ready', 'True', ['info NodeReady n1 13:45:00']],
    ['MemoryPressure', 'True', ['high NodeHasInsufficientMemory n1 13:45:00']],
    ['MemoryPressure', 'False', ['info NodeHasSufficientMemory n1 13:45:00']],
    ['DiskPressure', 'True', ['high NodeHasDiskPressure n1 13:45:00']],
    ['DiskPressure', 'False', ['info NodeHasNoDiskPressure n1 13:45:00']],
    ['DiskPressure', 'Unknown', []],
    ['PIDPressure', 'True', ['high NodeHasInsufficientPID n1 13:45:00']],
    ['PIDPressure', 'False', ['info NodeHasSufficientPID n1 13:45:00']],
    ['NetworkUnavailable', 'True', ['high NodeNetworkUnavailable n1 13:45:00']],
    ['NetworkUnavailable', 'False', ['info NodeNetworkAvailable n1 13:45:00']],
    ['KernelReady', 'False', ['high KernelNotReady n1 13:45:00']],
    ['KernelReady', 'True', ['info KernelReady n1 13:45:00']],
    ['NetworkingReady', 'False', ['high NetworkingNotReady n1 13:45:00']],
    ['StorageReady', 'False', ['high StorageNotReady n1 13:45:00']],
    ['StorageReady', 'Unknown', []],
    ['ContainerRuntimeReady', 'False', ['high ContainerRuntimeNotReady n1 13:45:00']],
    ['AcceleratedHardwareReady', 'False', ['high AcceleratedHardwareNotReady n1 13:45:00']],
    ['SomeoneElses', 'False', []],
    ['toString', 'False', []],
  ])('%s that is %s: %j', (type, status, expected) => {
    expect(nodeSignals(node({ type, status }), at).map(say)).toEqual(expected);
  });

  it.each([
    ['Ready', 'Unknown', 'True'],
    ['Ready', 'False', 'True'],
    ['MemoryPressure', 'True', 'False'],
    ['DiskPressure', 'True', 'False'],
    ['PIDPressure', 'True', 'False'],
    ['NetworkUnavailable', 'True', 'False'],
    ['KernelReady', 'False', 'True'],
    ['NetworkingReady', 'False', 'True'],
    ['StorageReady', 'False', 'True'],
    ['ContainerRuntimeReady', 'False', 'True'],
    ['AcceleratedHardwareReady', 'False', 'True'],
  ])('%s that goes from %s to %s is resolved', (type, bad, good) => {
    const [trouble] = nodeSignals(node({ type, status: bad }), at);
    const [end] = nodeSignals(node({ type, status: good }), at);
    expect(classify(readEvent(end)).resolves).toContain(classify(readEvent(trouble)).effectiveReason);
  });

  it('is one occurrence for as long as it lasts, and another after a transition', () => {
    const first = nodeSignals(node({ type: 'Ready', status: 'Unknown', lastHeartbeatTime: 'then' }), at);
    const again = nodeSignals(node({ type: 'Ready', status: 'Unknown', lastHeartbeatTime: 'now' }), at + 60_000);
    const next = nodeSignals(
      node({ type: 'Ready', status: 'Unknown', lastTransitionTime: '2026-11-20T13:49:00Z' }),
      at,
    );
    const [one, same, other] = [first, again, next].map(([event]) => occurrenceKeyOf(readEvent(event)));
    expect(same).toBe(one);
    expect(other).not.toBe(one);
  });

  it('says what the EKS agent found, as the relay', () => {
    const [event] = nodeSignals(
      node({ type: 'NetworkingReady', status: 'False', reason: 'IPAMDNotRunning', message: 'IPAMD is not running' }),
      at,
    );
    expect(readEvent(event)).toMatchObject({
      component: 'kef-relay',
      namespace: 'default',
      regarding: { kind: 'Node', name: 'n1', uid: 'u' },
      message: 'Node n1: NetworkingReady is False since 2026-11-20T13:45:00Z: IPAMDNotRunning, IPAMD is not running',
    });
  });

  it.each([
    ['Ready', 'False', 'NodeNotReady'],
    ['NetworkUnavailable', 'True', 'NodeNetworkUnavailable'],
  ])('%s in which a node joins has ten minutes to become good', (type, status, reason) => {
    const joining = node({ type, status }, { created: '2026-11-20T13:44:58Z' });
    expect(nodeSignals(joining, at)).toEqual([]);
    expect(nodeSignals(joining, at + 10 * 60_000).map(say)).toEqual([`high ${reason} n1 13:45:00`]);
  });

  it.each([
    ['of a new node that was ready before', { type: 'Ready', status: 'False' }, '2026-11-20T13:44:50Z'],
    ['of a new node that never reported', { type: 'Ready', status: 'Unknown' }, '2026-11-20T13:45:00Z'],
    ['that no healthy node joins with', { type: 'DiskPressure', status: 'True' }, '2026-11-20T13:45:00Z'],
  ])('%s is told at once', (_, condition, created) => {
    expect(nodeSignals(node(condition, { created }), at)).toHaveLength(1);
  });

  it('that is good is told for an hour, and not when it never was otherwise', () => {
    expect(nodeSignals(node({ type: 'Ready', status: 'True' }), at + 3_600_000)).toEqual([]);
    expect(nodeSignals(node({ type: 'Ready', status: 'True' }, { created: '2026-11-20T13:44:58Z' }), at)).toEqual([]);
  });
});

describe('the taint of a node out of reach', () => {
  const taint = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: '2026-11-20T13:46:00Z' };

  it('tells nothing that the condition does not say', () => {
    const events = nodeSignals(node({ type: 'Ready', status: 'Unknown' }, { taints: [taint] }), at);
    expect(events.map(say)).toEqual(['high NodeNotReady n1 13:45:00']);
  });

  it('tells of a node whose condition says otherwise', () => {
    const events = nodeSignals(node({ type: 'DiskPressure', status: 'Unknown' }, { taints: [taint] }), at);
    expect(events.map(say)).toEqual(['high NodeNotReady n1 13:46:00']);
  });

  it('is a leftover when the node became ready after it was added', () => {
    const ready = { type: 'Ready', status: 'True', lastTransitionTime: '2026-11-20T13:47:00Z' };
    expect(nodeSignals(node(ready, { taints: [taint] }), at).map(say)).toEqual(['info NodeReady n1 13:47:00']);
  });

  it.each([
    ['only keeps pods away', { ...taint, effect: 'NoSchedule' }],
    ['has no time', { ...taint, timeAdded: null }],
    ['is another', { ...taint, key: 'node.kubernetes.io/unschedulable' }],
  ])('is no signal when it %s', (_, other) => {
    expect(nodeSignals(node({ type: 'DiskPressure', status: 'Unknown' }, { taints: [other] }), at)).toEqual([]);
  });
});
