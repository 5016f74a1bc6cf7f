import { secondsText } from '../cluster/eventWriter.ts';
import type { JsonObject } from '../cluster/json.ts';
import type { Actor } from './cast.ts';
import type { PodState } from './scenarioFile.ts';

/** A pod object in the given state, as far as a watcher of pods reads it. */
export function podObject(actor: Actor, state: PodState, at: number): JsonObject {
  const time = secondsText(at);
  const { container } = actor;
  // A pending pod whose container does not even wait for anything has no node yet.
  const node = state.phase === 'Pending' && state.waiting === undefined ? undefined : actor.node;
  const condition = (type: string, isTrue: boolean) => ({
    type,
    status: isTrue ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: time,
    ...(isTrue ? {} : { reason: 'ContainersNotReady' }),
  });
  return {
    metadata: { name: actor.name, namespace: actor.namespace, uid: actor.uid },
    spec: {
      containers: container === undefined ? null : [{ name: container.name, image: container.image, resources: {} }],
      restartPolicy: 'Always',
      ...(node === undefined ? {} : { nodeName: node }),
      schedulerName: 'default-scheduler',
    },
    status: {
      phase: state.phase,
      conditions: [condition('Ready', state.isReady), condition('PodScheduled', node !== undefined)],
      ...(container === undefined ? {} : { containerStatuses: [containerStatus(container, state, time)] }),
      qosClass: 'BestEffort',
    },
  };
}

function containerStatus(container: { name: string; image: string }, state: PodState, time: string): JsonObject {
  const { waiting, ended, isReady, restarts } = state;
  const end = ended === undefined ? undefined : { ...ended, startedAt: time, finishedAt: time };
  const running = { running: { startedAt: time } };
  return {
    name: container.name,
    state:
      waiting !== undefined
        ? { waiting: { reason: waiting } }
        : isReady
          ? running
          : { waiting: { reason: 'ContainerCreating' } },
    lastState: end === undefined ? {} : { terminated: end },
    ready: isReady,
    restartCount: restarts,
    image: container.image,
    imageID: '',
    started: isReady,
  };
}

/** A node object, ready or out of contact. */
export function nodeObject(actor: Actor, isReady: boolean, at: number): JsonObject {
  const time = secondsText(at);
  const ready = isReady
    ? { status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
    : { status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' };
  const taint = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: time };
  return {
    metadata: { name: actor.name, uid: actor.uid, labels: { 'kubernetes.io/hostname': actor.name } },
    spec: isReady ? {} : { taints: [taint] },
    status: {
      conditions: [{ type: 'Ready', lastHeartbeatTime: time, lastTransitionTime: time, ...ready }],
      nodeInfo: { kubeletVersion: 'v1.36.3', operatingSystem: 'linux', architecture: 'amd64' },
    },
  };
}
