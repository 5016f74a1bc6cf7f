/** What an API server of a benchmark has to say, and when. */
export interface ServerPlan {
  /** Events that exist before anybody watches. */
  readonly live: number;
  /** Events written to the watch. */
  readonly burst: number;
  /** Event objects that the watch writes again and again with a growing count. @default every event is an object of its own */
  readonly objects?: number;
  /** Events per second on the watch. @default as fast as the reader takes them */
  readonly perSecond?: number;
  /** Only events of type Warning. @default a third of them is Normal */
  readonly isAllWarnings?: boolean;
  /** Length of each message. @default as kubelets and schedulers write them */
  readonly messageBytes?: number;
}

/** Objects that events are about, over and over. */
export const subjects = 5_000;

const components = ['kubelet', 'default-scheduler', 'replicaset-controller', 'node-controller'];
type Shape = readonly [type: string, reason: string, message: string];
const shapes: readonly Shape[] = [
  [
    'Normal',
    'Pulled',
    'Successfully pulled image "registry.example.com/team/service:1.42.0" in 1.204s (1.204s including waiting)',
  ],
  [
    'Warning',
    'BackOff',
    'Back-off restarting failed container app in pod web-6d4cf56db6-abcde_shop(0b7c5d1e-6a3f-4b52-9e27-6f3c4d2b1a00)',
  ],
  [
    'Warning',
    'FailedScheduling',
    '0/12 nodes are available: 3 node(s) had untolerated taint {dedicated: gpu}, 9 Insufficient cpu. preemption: 0/12 nodes are available.',
  ],
  [
    'Warning',
    'Failed',
    'Failed to pull image: Get "https://user:hunter2secret@registry.example.com/v2/": token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefghijkl denied',
  ],
  [
    'Normal',
    'Scheduled',
    'Successfully assigned shop/web-6d4cf56db6-abcde to ip-10-0-42-17.us-west-2.compute.internal',
  ],
  ['Warning', 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503'],
];

/** Builds the events of one plan, each about 1.1 KB with the managedFields that kubectl would show. */
export class EventMaker {
  readonly #plan: ServerPlan;
  readonly #shapes: readonly Shape[];
  #version = 1_000_000;
  #clock = Date.now() - 60_000;

  constructor(plan: ServerPlan) {
    this.#plan = plan;
    this.#shapes = plan.isAllWarnings ? shapes.filter(([type]) => type === 'Warning') : shapes;
  }

  /** The newest resourceVersion so far. */
  get version(): string {
    return String(this.#version);
  }

  /** True when the object of event `sequence` was written before. */
  isUpdate(sequence: number): boolean {
    const { objects, live } = this.#plan;
    return objects !== undefined && sequence - live >= objects;
  }

  /**
   * The event as JSON. `reportingInstance` carries `bench-SEQUENCE-MICROSECONDS`, both of fixed width: the sink reads there
   * which event it is and when it was written.
   */
  make(sequence: number, writtenAt: number): string {
    const { objects, live, messageBytes } = this.#plan;
    this.#version += 1;
    this.#clock += 1;
    const index = objects === undefined || sequence < live ? sequence : live + ((sequence - live) % objects);
    const count = objects === undefined || sequence < live ? 1 : Math.floor((sequence - live) / objects) + 1;
    const [type, reason, message] = this.#shapes[index % this.#shapes.length] ?? ['Normal', 'None', ''];
    const time = new Date(this.#clock).toISOString().replace(/\.\d+Z$/, 'Z');
    const component = components[index % components.length];
    const subject = index % subjects;
    const pod = `web-${subject.toString(36).padStart(4, '0')}`;
    const id = index.toString(16).padStart(12, '0');
    return JSON.stringify({
      kind: 'Event',
      apiVersion: 'events.k8s.io/v1',
      metadata: {
        name: `${pod}.${id}`,
        namespace: `team-${subject % 40}`,
        uid: `5f0c2a1e-7b1d-4c0e-9a55-${id}`,
        resourceVersion: String(this.#version),
        creationTimestamp: time,
        managedFields: managedFields(component, time),
      },
      eventTime: null,
      reportingController: component,
      reportingInstance: stampOf(sequence, writtenAt),
      reason,
      regarding: {
        kind: 'Pod',
        namespace: `team-${subject % 40}`,
        name: pod,
        uid: `9d1f0c44-1111-4222-8333-${subject.toString(16).padStart(12, '0')}`,
        apiVersion: 'v1',
        resourceVersion: '9123456',
        fieldPath: 'spec.containers{app}',
      },
      note: messageBytes === undefined ? message : longMessage(message, messageBytes),
      type,
      deprecatedSource: { component, host: 'ip-10-0-42-17.us-west-2.compute.internal' },
      deprecatedFirstTimestamp: time,
      deprecatedLastTimestamp: time,
      deprecatedCount: count,
    });
  }
}

const sequenceDigits = 9;
const timeDigits = 16;

/** What every stamp begins with, as it stands in JSON. */
export const stampMark = '"bench-';
/** Characters from the beginning of {@link stampMark} to the sequence, and to the time. */
export const sequenceAt = stampMark.length;
/** See {@link sequenceAt}. */
export const timeAt = sequenceAt + sequenceDigits + 1;
/** Length of the text of a time. */
export const timeLength = timeDigits;
/** Length of the text of a sequence. */
export const sequenceLength = sequenceDigits;

/** Microseconds on a clock that all processes of a machine share. */
export function nowMicros(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

/** Time as the fixed-width text in a stamp. */
export function timeText(micros: number): string {
  return String(micros).padStart(timeDigits, '0');
}

function stampOf(sequence: number, micros: number): string {
  return `bench-${String(sequence).padStart(sequenceDigits, '0')}-${timeText(micros)}`;
}

function longMessage(message: string, bytes: number): string {
  let text = '';
  for (let part = 0; text.length < bytes; part += 1) text += `${message} (${(part * 7_919) % 10_007}) `;
  return text.slice(0, bytes);
}

function managedFields(manager: string | undefined, time: string): object[] {
  return [
    {
      manager,
      operation: 'Update',
      apiVersion: 'v1',
      time,
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:count': {},
        'f:firstTimestamp': {},
        'f:involvedObject': {},
        'f:lastTimestamp': {},
        'f:message': {},
        'f:reason': {},
        'f:reportingComponent': {},
        'f:source': { 'f:component': {} },
        'f:type': {},
      },
    },
  ];
}
