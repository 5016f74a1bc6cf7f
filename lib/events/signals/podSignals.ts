import { isTimeText, isUnsetTime } from '../occurrenceTime.ts';
import type { RawEvent } from '../readEvent.ts';
import { type ApiObject, objectIn, objectsIn, textIn } from './objectFields.ts';
import { toSignalEvent } from './signalEvent.ts';

/** The word that a Pod's JSON contains when there is something to tell of it: whoever reads bytes can pass over all others. */
export const podSignalMark = 'OOMKilled';

/**
 * Where a pod's status keeps its containers, and what an event's fieldPath calls them. Sidecars (1.28 on) are init containers
 * that are restarted, and have a `lastState` like any other.
 */
const containerLists = [
  ['containerStatuses', 'containers'],
  ['initContainerStatuses', 'initContainers'],
  ['ephemeralContainerStatuses', 'ephemeralContainers'],
] as const;

/**
 * The kills for memory that a Pod's status shows. The kubelet writes no event for them; all it leaves is `terminated.reason`,
 * which it takes from the runtime. Exit code 137 alone is any SIGKILL, and a container whose child was killed may end with
 * another code. Crash loops and image failures are not derived: the kubelet tells of those itself.
 *
 * @param pod As the API server sends it; anything else has no signals.
 */
export function podSignals(pod: unknown): RawEvent[] {
  const { metadata, spec, status } = objectIn(pod);
  const { name, namespace, uid, creationTimestamp } = objectIn(metadata);
  const [podName, podNamespace, podUid] = [textIn(name), textIn(namespace), textIn(uid)];
  if (podName === undefined || podNamespace === undefined || podUid === undefined) return [];
  const host = textIn(objectIn(spec).nodeName);
  const kills = new Map<string, RawEvent>();
  for (const [list, field] of containerLists) {
    for (const container of objectsIn(objectIn(status)[list])) {
      const containerName = textIn(container.name) ?? '';
      for (const { key, at, exitCode } of memoryKills(container, creationTimestamp)) {
        const event = toSignalEvent({
          object: {
            kind: 'Pod',
            namespace: podNamespace,
            name: podName,
            uid: podUid,
            apiVersion: 'v1',
            fieldPath: `spec.${field}{${containerName}}`,
          },
          namespace: podNamespace,
          type: 'Warning',
          reason: 'OOMKilled',
          note: `Container ${containerName} was killed for using more memory than ${limitOf(objectIn(spec), field, containerName)}${exitCode}`,
          at,
          key,
          ...(host === undefined ? {} : { host }),
        });
        kills.set(`${field} ${containerName} ${key}`, event);
      }
    }
  }
  return [...kills.values()];
}

interface Kill {
  /** Tells this end of the container from its others. */
  readonly key: string;
  readonly at: string;
  readonly exitCode: string;
}

/** Ends of a container for want of memory: the last one, and the one before its last start. */
function memoryKills({ state, lastState, restartCount }: ApiObject, podCreated: unknown): Kill[] {
  const now = objectIn(state);
  // The restart that ended: while the container runs or has ended again it is the one before; while it waits, the last one.
  const restart = typeof restartCount === 'number' ? restartCount : 0;
  const before = now.waiting === undefined ? restart - 1 : restart;
  return [
    killOf(lastState, before, [objectIn(now.running).startedAt, podCreated]),
    killOf(now, restart, [podCreated]),
  ].filter((kill) => kill !== undefined);
}

/**
 * One kill is shown in `state`, then in `lastState` under the same restart count, then under the next, and in-place restarts
 * (1.35 on) count on their own. What stays the same is the id of the container that ended: each restart has another. Whoever
 * writes a status without ids is told apart by restart and time.
 */
function killOf(state: unknown, restart: number, laterTimes: readonly unknown[]): Kill | undefined {
  const { reason, finishedAt, startedAt, exitCode, containerID } = objectIn(objectIn(state).terminated);
  if (reason !== 'OOMKilled') return undefined;
  const at = [finishedAt, startedAt, ...laterTimes].find(isRealTime);
  if (at === undefined) return undefined;
  return {
    key: textIn(containerID) ?? `${restart} ${at}`,
    at,
    exitCode: typeof exitCode === 'number' ? ` (exit code ${exitCode})` : '',
  };
}

function isRealTime(value: unknown): value is string {
  return typeof value === 'string' && isTimeText(value) && !isUnsetTime(value);
}

/** Limits are the container's, or the pod's as a whole (1.32 on); a container without either was killed with its node full. */
function limitOf(spec: ApiObject, field: string, name: string): string {
  const container = objectsIn(spec[field]).find((one) => one.name === name);
  const own = memoryLimitIn(container);
  if (own !== undefined) return `its limit of ${own}`;
  const ofPod = memoryLimitIn(spec);
  return ofPod === undefined ? 'its node had left; it has no limit' : `its pod's limit of ${ofPod} left it`;
}

function memoryLimitIn(owner: ApiObject | undefined): string | undefined {
  return textIn(objectIn(objectIn(owner?.resources).limits).memory);
}
