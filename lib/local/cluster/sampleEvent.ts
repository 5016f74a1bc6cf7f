import { microsText, secondsText } from './eventWriter.ts';
import type { JsonObject } from './json.ts';

/** What generated events look like. */
export interface LoadOptions {
  /** The same seed makes the same events, apart from their times. @default 1 */
  readonly seed?: number;
  /** First number in the names: bursts after one another need different ones. @default 0 */
  readonly from?: number;
  /** Milliseconds since the epoch of the events. @default Date.now */
  readonly now?: () => number;
  /** How many namespaces the events are spread over. @default 20 */
  readonly namespaces?: number;
}

/** One kind of event that a burst is made of. */
export interface Sample {
  readonly reason: string;
  readonly type: 'Normal' | 'Warning';
  readonly component: 'kubelet' | 'default-scheduler' | 'replicaset-controller';
  readonly text: (pod: string, node: string, number: number) => string;
}

const image = 'registry.example.com/shop/storefront-rendering-service';

/** The mix: mostly the noise of pods that start, every fifth event a trouble. The first is a legacy one. */
export const samples: readonly Sample[] = [
  {
    reason: 'Pulling',
    type: 'Normal',
    component: 'kubelet',
    text: (_pod, _node, number) => `Pulling image "${image}:3.${number % 90}.0"`,
  },
  {
    reason: 'Scheduled',
    type: 'Normal',
    component: 'default-scheduler',
    text: (pod, node) => `Successfully assigned ${pod} to ${node}`,
  },
  {
    reason: 'BackOff',
    type: 'Warning',
    component: 'kubelet',
    text: (pod) => `Back-off restarting failed container app in pod ${pod}(5c0a1b9e-2f3d-4a58-9d0e-7c1b2a3f4e5d)`,
  },
  {
    reason: 'Pulled',
    type: 'Normal',
    component: 'kubelet',
    text: (_pod, _node, number) =>
      `Successfully pulled image "${image}:3.${number % 90}.0" in 1.${number % 900}s (1.${number % 900}s including waiting). Image size: 48210944 bytes.`,
  },
  { reason: 'Created', type: 'Normal', component: 'kubelet', text: () => 'Container created' },
  { reason: 'Started', type: 'Normal', component: 'kubelet', text: () => 'Container started' },
  {
    reason: 'SuccessfulCreate',
    type: 'Normal',
    component: 'replicaset-controller',
    text: (pod) => `Created pod: ${pod}`,
  },
  {
    reason: 'FailedScheduling',
    type: 'Warning',
    component: 'default-scheduler',
    text: (_pod, _node, number) =>
      `0/${3 + (number % 40)} nodes are available: 1 node(s) had untolerated taint(s), ${2 + (number % 40)} Insufficient cpu. no new claims to deallocate, preemption: 0/${3 + (number % 40)} nodes are available: ${3 + (number % 40)} Preemption is not helpful for scheduling.`,
  },
  { reason: 'Killing', type: 'Normal', component: 'kubelet', text: () => 'Stopping container app' },
  {
    reason: 'Pulled',
    type: 'Normal',
    component: 'kubelet',
    text: (_pod, _node, number) =>
      `Container image "${image}:3.${number % 90}.0" already present on machine and can be accessed by the pod`,
  },
];

/** What differs from event to event of one sample. */
export interface SampleValues {
  readonly namespace: string;
  /** Of the Event object. */
  readonly name: string;
  readonly uid: string;
  readonly object: string;
  readonly objectUid: string;
  readonly objectVersion: string;
  readonly node: string;
  readonly note: string;
  /** The time in the precision that the sample's recorder writes. */
  readonly time: string;
}

/** The values of event number so-and-so. */
export function sampleValues(number: number, options: LoadOptions): SampleValues {
  const { seed = 1, now = Date.now, namespaces = 20 } = options;
  const sample = sampleOf(number);
  const mixed = Math.imul(number + 1, 0x9e3779b1) ^ Math.imul(seed, 0x85ebca6b);
  const hex = (mixed >>> 0).toString(16).padStart(8, '0');
  const counter = number.toString(16).padStart(8, '0');
  const namespace = `team-${(mixed >>> 8) % namespaces}`;
  const pod = `storefront-${hex}7-${counter.slice(-5)}`;
  const node = `ip-10-0-${(mixed >>> 4) & 3}-${(mixed >>> 12) & 127}.eu-central-1.compute.internal`;
  const object = sample.component === 'replicaset-controller' ? `storefront-${hex}7` : pod;
  return {
    namespace,
    name: `${object}.18e9${counter}${hex.slice(0, 4)}`,
    uid: `${counter}-${hex.slice(0, 4)}-4${hex.slice(4, 7)}-8${hex.slice(1, 4)}-${hex}${counter.slice(4)}`,
    object,
    objectUid: `${hex}-${counter.slice(0, 4)}-4${counter.slice(4, 7)}-9${hex.slice(0, 3)}-${counter}${hex.slice(0, 4)}`,
    objectVersion: String(1000 + number),
    node,
    note: sample.text(`${namespace}/${pod}`, node, number),
    time: sample.component === 'default-scheduler' ? microsText(now()) : secondsText(now()),
  };
}

/** The manifest that the sample's component would send. */
export function sampleManifest(sample: Sample, values: SampleValues): JsonObject {
  const { component, reason, type } = sample;
  const { namespace, name, uid, node, note, time } = values;
  const isAboutPod = component !== 'replicaset-controller';
  const reference = {
    kind: isAboutPod ? 'Pod' : 'ReplicaSet',
    namespace,
    name: values.object,
    uid: values.objectUid,
    apiVersion: isAboutPod ? 'v1' : 'apps/v1',
    resourceVersion: values.objectVersion,
  };
  const metadata = { name, namespace, uid };
  if (component === 'default-scheduler') {
    return {
      metadata,
      eventTime: time,
      reportingController: component,
      reportingInstance: 'default-scheduler-ip-10-0-0-10.ec2.internal',
      action: reason === 'Scheduled' ? 'Binding' : 'Scheduling',
      reason,
      regarding: reference,
      note,
      type,
    };
  }
  const isKubelet = component === 'kubelet';
  return {
    metadata,
    involvedObject: isKubelet ? { ...reference, fieldPath: 'spec.containers{app}' } : reference,
    reason,
    message: note,
    source: isKubelet ? { component, host: node } : { component },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
    type,
    eventTime: null,
    reportingComponent: component,
    reportingInstance: isKubelet ? node : '',
  };
}

/** The sample that event number so-and-so is of. */
export function sampleOf(number: number): Sample {
  const sample = samples[number % samples.length];
  if (sample === undefined) throw new RangeError(`events are numbered from 0, not ${number}`);
  return sample;
}

/** The manifest of event number so-and-so: about 1 to 1.3 KB as the API sends it. */
export function sampleEvent(number: number, options: LoadOptions = {}): JsonObject {
  return sampleManifest(sampleOf(number), sampleValues(number, options));
}
