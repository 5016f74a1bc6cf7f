import { hash } from 'node:crypto';
import { secondsText } from '../cluster/eventWriter.ts';
import type { JsonObject } from '../cluster/json.ts';
import type { Actor } from './cast.ts';
import type { PodState } from './scenarioFile.ts';

/** When containers ended, by their id: an end is shown in several states of a pod, and is always the same. */
export type ContainerEnds = Map<string, string>;

/** A pod object in the given state, as far as a watcher of pods reads it. */
export function podObject(actor: Actor, state: PodState, at: number, ends: ContainerEnds): JsonObject {
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
      containers: container === undefined ? null : [containerSpec(container)],
      restartPolicy: 'Always',
      ...(node === undefined ? {} : { nodeName: node }),
      schedulerName: 'default-scheduler',
    },
    status: {
      phase: state.phase,
      conditions: [condition('Ready', state.isReady), condition('PodScheduled', node !== undefined)],
      ...(container === undefined
        ? {}
        : { containerStatuses: [containerStatus(actor.uid, container, state, time, ends)] }),
      qosClass: 'BestEffort',
    },
  };
}

function containerSpec({ name, image, memoryLimit }: NonNullable<Actor['container']>): JsonObject {
  return { name, image, resources: memoryLimit === undefined ? {} : { limits: { memory: memoryLimit } } };
}

function containerStatus(
  podUid: string,
  container: NonNullable<Actor['container']>,
  state: PodState,
  time: string,
  ends: ContainerEnds,
): JsonObject {
  const { waiting, ended, isReady, restarts } = state;
  // While a container waits, the end shown is that of its last start; once it runs, of the one before.
  const containerID = `containerd://${hash('sha256', `${podUid} ${waiting === undefined ? restarts - 1 : restarts}`)}`;
  const finishedAt = ends.get(containerID) ?? time;
  if (ended !== undefined) ends.set(containerID, finishedAt);
  const end = ended === undefined ? undefined : { ...ended, startedAt: finishedAt, finishedAt, containerID };
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
