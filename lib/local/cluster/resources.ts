import type { ByteRange } from './byteArena.ts';
import { coreEventOf } from './eventShapes.ts';
import { asObject, goJson, type JsonObject } from './json.ts';
import type { Version } from './objectStore.ts';

/** The resources this cluster has. */
export type ResourceName = 'events' | 'pods' | 'nodes';

/** One resource as one API group and version shows it. */
export interface ResourceView {
  readonly resource: ResourceName;
  /** Empty for the core group. */
  readonly group: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
  /** Field labels that selectors may use here, with the path of each in the stored object. */
  readonly fieldLabels: Readonly<Record<string, readonly string[]>>;
  /** Fields of an object that carries nothing else: a bookmark still has the kind's typed zero fields. */
  readonly zeroFields: JsonObject;
  /** The body of an object without kind and apiVersion, as items of a list are sent. */
  body(version: Version): ByteRange;
}

const metadataLabels = { 'metadata.name': ['metadata', 'name'], 'metadata.namespace': ['metadata', 'namespace'] };
const referenceFields = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];
const regardingLabels = (name: string) =>
  Object.fromEntries(referenceFields.map((field) => [`${name}.${field}`, ['regarding', field]]));

const eventsV1: ResourceView = {
  resource: 'events',
  group: 'events.k8s.io',
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  isNamespaced: true,
  fieldLabels: {
    ...metadataLabels,
    ...regardingLabels('regarding'),
    reason: ['reason'],
    reportingController: ['reportingController'],
    type: ['type'],
  },
  zeroFields: {
    eventTime: null,
    regarding: {},
    deprecatedSource: {},
    deprecatedFirstTimestamp: null,
    deprecatedLastTimestamp: null,
  },
  body: (version) => version,
};

const eventsCore: ResourceView = {
  resource: 'events',
  group: '',
  apiVersion: 'v1',
  kind: 'Event',
  isNamespaced: true,
  fieldLabels: {
    ...metadataLabels,
    ...regardingLabels('involvedObject'),
    reason: ['reason'],
    reportingComponent: ['reportingController'],
    source: ['deprecatedSource', 'component'],
    type: ['type'],
  },
  zeroFields: {
    involvedObject: {},
    source: {},
    firstTimestamp: null,
    lastTimestamp: null,
    eventTime: null,
    reportingComponent: '',
    reportingInstance: '',
  },
  body: (version) => {
    const block = Buffer.from(goJson(coreEventOf(objectOf(version))), 'utf8');
    return { block, start: 0, end: block.length };
  },
};

const pods: ResourceView = {
  resource: 'pods',
  group: '',
  apiVersion: 'v1',
  kind: 'Pod',
  isNamespaced: true,
  fieldLabels: {
    ...metadataLabels,
    'spec.nodeName': ['spec', 'nodeName'],
    'spec.restartPolicy': ['spec', 'restartPolicy'],
    'status.phase': ['status', 'phase'],
  },
  zeroFields: { spec: { containers: null }, status: {} },
  body: (version) => version,
};

const nodeInfo = {
  machineID: '',
  systemUUID: '',
  bootID: '',
  kernelVersion: '',
  osImage: '',
  containerRuntimeVersion: '',
  kubeletVersion: '',
  kubeProxyVersion: '',
  operatingSystem: '',
  architecture: '',
};

const nodes: ResourceView = {
  resource: 'nodes',
  group: '',
  apiVersion: 'v1',
  kind: 'Node',
  isNamespaced: false,
  fieldLabels: { 'metadata.name': ['metadata', 'name'], 'spec.unschedulable': ['spec', 'unschedulable'] },
  zeroFields: { spec: {}, status: { daemonEndpoints: { kubeletEndpoint: { Port: 0 } }, nodeInfo } },
  body: (version) => version,
};

/** Every view by its API path and plural, the order in which discovery shows them. */
export const resourceViews: readonly ResourceView[] = [eventsCore, nodes, pods, eventsV1];

/** The stored object of a version, parsed. */
export function objectOf(version: Version): JsonObject {
  return asObject(JSON.parse(version.block.toString('utf8', version.start, version.end)));
}
