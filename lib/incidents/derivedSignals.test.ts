import { describe, expect, it } from 'vitest';
import type { RawEvent } from '../events/readEvent.ts';
import { compileRules } from '../events/rules.ts';
import { nodeSignals } from '../events/signals/nodeSignals.ts';
import { podSignals } from '../events/signals/podSignals.ts';
import { type ReplayInput, replayEvents } from './replay.ts';
import { defaultIncidentSettings } from './settings.ts';

const begin = Date.parse('2026-05-04T10:00:00Z');
const time = (seconds: number) => `${new Date(begin + seconds * 1000).toISOString().slice(0, 19)}Z`;

/** What goes to the bus, in order; `!` for what pages. */
async function heard(inputs: readonly ReplayInput[]): Promise<string[]> {
  const options = { cluster: 'test', rules: compileRules([]), settings: defaultIncidentSettings };
  const told: string[] = [];
  for await (const { published } of replayEvents(inputs, options)) {
    for (const { detailType, fingerprint, notify } of published) {
      told.push(`${detailType.slice(10)}${notify ? '!' : ''} ${fingerprint.split('/').at(-1)}`);
    }
  }
  return told;
}

/** What the node controller and the kubelet write about a Node: Normal, and in the namespace `default`. */
function nodeEvent(reason: string, seconds: number, component = 'node-controller'): ReplayInput {
  const raw: RawEvent = {
    metadata: { name: `n1.${component}.${seconds}`, namespace: 'default', uid: `${component}-${reason}-${seconds}` },
    involvedObject: { kind: 'Node', name: 'n1', ...(component === 'kubelet' ? {} : { uid: 'node-uid' }) },
    type: 'Normal',
    reason,
    message: `Node n1 status is now: ${reason}`,
    source: { component },
    count: 1,
    firstTimestamp: time(seconds),
    lastTimestamp: time(seconds),
  };
  return { raw, receivedAt: begin + (seconds + 1) * 1000 };
}

/** What is derived of the node's condition, as it was set at `seconds` and seen at `seenAt`. */
function derived(status: string, seconds: number, seenAt = seconds + 1): ReplayInput[] {
  const node = {
    metadata: { name: 'n1', uid: 'node-uid', creationTimestamp: '2026-01-01T00:00:00Z' },
    status: { conditions: [{ type: 'Ready', status, reason: 'NodeStatusUnknown', lastTransitionTime: time(seconds) }] },
  };
  const receivedAt = begin + seenAt * 1000;
  return nodeSignals(node, receivedAt).map((raw) => ({ raw, receivedAt }));
}

describe('a node that is lost, told by its controller and derived of its condition', () => {
  const loss = 0;
  const recovery = 240;

  it.each([
    ['the event first', [nodeEvent('NodeNotReady', loss), ...derived('Unknown', loss)]],
    ['the condition first', [...derived('Unknown', loss), nodeEvent('NodeNotReady', loss)]],
    ['the condition alone', derived('Unknown', loss)],
    ['the event alone', [nodeEvent('NodeNotReady', loss)]],
  ])('is one page with %s', async (_, inputs) => {
    expect(await heard(inputs)).toEqual(['received! NodeNotReady']);
  });

  it.each([
    [
      'in order',
      [
        nodeEvent('NodeNotReady', loss),
        ...derived('Unknown', loss),
        nodeEvent('NodeReady', recovery, 'kubelet'),
        ...derived('True', recovery),
      ],
    ],
    ['by the condition alone', [...derived('Unknown', loss), ...derived('True', recovery)]],
    [
      'and the Nodes seen late, by a list',
      [
        nodeEvent('NodeNotReady', loss),
        nodeEvent('NodeReady', recovery, 'kubelet'),
        ...derived('True', recovery, recovery + 90),
      ],
    ],
    [
      'and the loss itself seen late',
      [
        nodeEvent('NodeNotReady', loss),
        nodeEvent('NodeReady', recovery, 'kubelet'),
        ...derived('Unknown', loss, recovery + 30),
        ...derived('True', recovery, recovery + 31),
      ],
    ],
  ])('is one page and one all-clear when it comes back, %s', async (_, inputs) => {
    expect(await heard(inputs)).toEqual(['received! NodeNotReady', 'resolved NodeNotReady']);
  });
});

describe('a container that is killed for memory', () => {
  const pod = (restarts: number, seconds: number) => ({
    metadata: { name: 'web-7d8f9c6b5d-x2x4z', namespace: 'shop', uid: 'pod-uid' },
    status: {
      containerStatuses: [
        {
          name: 'app',
          restartCount: restarts,
          state: { running: { startedAt: time(seconds + 1) } },
          lastState: {
            terminated: {
              reason: 'OOMKilled',
              exitCode: 137,
              finishedAt: time(seconds),
              containerID: `c://${restarts}`,
            },
          },
        },
      ],
    },
  });
  const seen = (restarts: number, seconds: number, seenAt = seconds + 1): ReplayInput[] =>
    podSignals(pod(restarts, seconds)).map((raw) => ({ raw, receivedAt: begin + seenAt * 1000 }));

  it('pages once, however often and by whatever list its pod is seen', async () => {
    expect(await heard([...seen(1, 0), ...seen(1, 0, 300), ...seen(1, 0, 7_200)])).toEqual(['received! OOMKilled']);
  });

  it('pages once for the loop that follows, until it escalates', async () => {
    const kills = [0, 20, 50, 110].flatMap((seconds, index) => seen(index + 1, seconds));
    expect(await heard(kills)).toEqual(['received! OOMKilled']);
  });
});
