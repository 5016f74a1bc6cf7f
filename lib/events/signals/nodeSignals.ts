import { isTimeText, isUnsetTime } from '../occurrenceTime.ts';
import type { RawEvent } from '../readEvent.ts';
import { type ApiObject, objectIn, objectsIn, textIn } from './objectFields.ts';
import { toSignalEvent } from './signalEvent.ts';

/** A condition of a Node: which state is the bad one, and the reasons for both. */
interface Watched {
  readonly bad: readonly string[];
  /** The bad state in which a healthy node may join. */
  readonly joining?: string;
  readonly badReason: string;
  readonly goodReason: string;
}

/** What the kubelet calls them in its own events, so that both are one incident. Unknown says no more than that a node is lost. */
const watched = {
  Ready: { bad: ['False', 'Unknown'], joining: 'False', badReason: 'NodeNotReady', goodReason: 'NodeReady' },
  MemoryPressure: { bad: ['True'], badReason: 'NodeHasInsufficientMemory', goodReason: 'NodeHasSufficientMemory' },
  DiskPressure: { bad: ['True'], badReason: 'NodeHasDiskPressure', goodReason: 'NodeHasNoDiskPressure' },
  PIDPressure: { bad: ['True'], badReason: 'NodeHasInsufficientPID', goodReason: 'NodeHasSufficientPID' },
  NetworkUnavailable: {
    bad: ['True'],
    joining: 'True',
    badReason: 'NodeNetworkUnavailable',
    goodReason: 'NodeNetworkAvailable',
  },
  // The EKS node monitoring agent writes no event for what is fatal, only these.
  ...Object.fromEntries(
    ['Kernel', 'Networking', 'Storage', 'ContainerRuntime', 'AcceleratedHardware'].map((part) => [
      `${part}Ready`,
      { bad: ['False'], badReason: `${part}NotReady`, goodReason: `${part}Ready` },
    ]),
  ),
} satisfies Readonly<Record<string, Watched>>;
const watchedByType = new Map<unknown, Watched>(Object.entries(watched));

/** A node that joins reports not ready until its network is up; one that takes longer has a problem. */
const joiningMs = 10 * 60_000;
/** A kubelet registers its node with the states that it has then: a state that old was no transition. */
const initialMs = 5_000;
/** Good states are told while they are news: whoever saw the bad state before did so within the hour that events live. */
const recentMs = 60 * 60_000;

/**
 * What a Node's conditions and taints tell: that it is not ready, out of reach, short of something or, by the EKS node
 * monitoring agent, broken; and that it is well again. Each state of a condition is one event, at the time of its transition.
 *
 * @param node As the API server sends it; anything else has no signals.
 * @param now Epoch milliseconds.
 */
export function nodeSignals(node: unknown, now: number): RawEvent[] {
  const { metadata, spec, status } = objectIn(node);
  const { name, uid, creationTimestamp } = objectIn(metadata);
  const [nodeName, nodeUid] = [textIn(name), textIn(uid)];
  if (nodeName === undefined || nodeUid === undefined) return [];
  const created = Date.parse(textIn(creationTimestamp) ?? '');
  const conditions = objectsIn(objectIn(status).conditions);
  const states = conditions.map((condition) => stateOf(condition, created, now));
  states.push(outOfReach(objectsIn(objectIn(spec).taints), conditions));
  return states
    .filter((state) => state !== undefined)
    .map(({ note, ...state }) =>
      toSignalEvent({
        object: { kind: 'Node', name: nodeName, uid: nodeUid, apiVersion: 'v1' },
        namespace: 'default',
        host: nodeName,
        ...state,
        note: `Node ${nodeName}: ${note}`,
      }),
    );
}

interface State {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly note: string;
  readonly at: string;
}

const unreachableTaint = 'node.kubernetes.io/unreachable';

/**
 * The taint that has pods evicted follows `Ready` being Unknown and then tells nothing new. It tells something where the
 * condition does not (yet) say so: a taint that is younger than the last transition of `Ready`.
 */
function outOfReach(taints: readonly ApiObject[], conditions: readonly ApiObject[]): State | undefined {
  const taint = taints.find(({ key, effect }) => key === unreachableTaint && effect === 'NoExecute');
  const at = textIn(taint?.timeAdded);
  if (at === undefined || !isTimeText(at) || isUnsetTime(at)) return undefined;
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (ready !== undefined && ready.status !== 'True') return undefined;
  if (Date.parse(textIn(ready?.lastTransitionTime) ?? '') >= Date.parse(at)) return undefined;
  const { badReason } = watched.Ready;
  return { type: 'Warning', reason: badReason, note: `taint ${unreachableTaint} since ${at}`, at };
}

function stateOf(condition: ApiObject, created: number, now: number): State | undefined {
  const known = watchedByType.get(condition.type);
  const { status, lastTransitionTime: at } = condition;
  if (known === undefined || typeof status !== 'string' || typeof at !== 'string') return undefined;
  if (!isTimeText(at) || isUnsetTime(at)) return undefined;
  const isBad = known.bad.includes(status);
  if (!isBad && status === 'Unknown') return undefined;
  const since = Date.parse(at);
  const isInitial = since - created < initialMs;
  const isJoining = isInitial && status === known.joining && now - created < joiningMs;
  if (isBad ? isJoining : isInitial || now - since > recentMs) return undefined;
  return {
    type: isBad ? 'Warning' : 'Normal',
    reason: isBad ? known.badReason : known.goodReason,
    note: sentenceOf(condition),
    at,
  };
}

/** `Ready is False since …: KubeletNotReady, container runtime is down`; the same for every sighting of one state. */
function sentenceOf({ type, status, reason, message, lastTransitionTime }: ApiObject): string {
  const why = [textIn(reason), textIn(message)].filter((part) => part !== undefined).join(', ');
  return `${String(type)} is ${String(status)} since ${String(lastTransitionTime)}${why === '' ? '' : `: ${why}`}`;
}
