import { asObject, type JsonObject } from './json.ts';
import { managedFieldsOf, managerOf } from './managedFields.ts';

/** What the server adds to an object on its way in. */
export interface Stamp {
  readonly uid: string;
  readonly resourceVersion: string;
  /** RFC 3339, whole seconds. */
  readonly createdAt: string;
  /** RFC 3339, whole seconds: the time of this write. */
  readonly writtenAt: string;
}

/**
 * An event as the server stores and answers it in `events.k8s.io/v1`, from a manifest in either API: keys in the order of the
 * Go struct, unset times as `null`, empty structs as `{}`, other empty fields absent (staging/src/k8s.io/api/events/v1/types.go).
 */
export function storedEvent(manifest: JsonObject, stamp: Stamp): JsonObject {
  const isCore = manifest.involvedObject !== undefined;
  const pick = (ours: string, theirs: string) => manifest[isCore ? theirs : ours];
  const source = sourceOf(pick('deprecatedSource', 'source'));
  const event: JsonObject = { metadata: {}, eventTime: manifest.eventTime ?? null };
  set(event, 'series', seriesOf(manifest.series));
  set(event, 'reportingController', pick('reportingController', 'reportingComponent'));
  set(event, 'reportingInstance', manifest.reportingInstance);
  set(event, 'action', manifest.action);
  set(event, 'reason', manifest.reason);
  event.regarding = referenceOf(pick('regarding', 'involvedObject'));
  if (manifest.related !== undefined) event.related = referenceOf(manifest.related);
  set(event, 'note', pick('note', 'message'));
  set(event, 'type', manifest.type);
  event.deprecatedSource = source;
  event.deprecatedFirstTimestamp = pick('deprecatedFirstTimestamp', 'firstTimestamp') ?? null;
  event.deprecatedLastTimestamp = pick('deprecatedLastTimestamp', 'lastTimestamp') ?? null;
  set(event, 'deprecatedCount', pick('deprecatedCount', 'count'));
  event.metadata = metadataOf(asObject(manifest.metadata), stamp, event, isCore);
  return event;
}

/** The same stored event as `/api/v1` shows it. */
export function coreEventOf(event: JsonObject): JsonObject {
  const core: JsonObject = { metadata: event.metadata, involvedObject: event.regarding ?? {} };
  set(core, 'reason', event.reason);
  set(core, 'message', event.note);
  core.source = event.deprecatedSource ?? {};
  core.firstTimestamp = event.deprecatedFirstTimestamp ?? null;
  core.lastTimestamp = event.deprecatedLastTimestamp ?? null;
  set(core, 'count', event.deprecatedCount);
  set(core, 'type', event.type);
  core.eventTime = event.eventTime ?? null;
  set(core, 'series', event.series);
  set(core, 'action', event.action);
  set(core, 'related', event.related);
  core.reportingComponent = event.reportingController ?? '';
  core.reportingInstance = event.reportingInstance ?? '';
  return core;
}

function metadataOf(given: JsonObject, stamp: Stamp, event: JsonObject, isCore: boolean): JsonObject {
  const metadata: JsonObject = {};
  set(metadata, 'name', given.name);
  set(metadata, 'generateName', given.generateName);
  set(metadata, 'namespace', given.namespace);
  metadata.uid = stamp.uid;
  metadata.resourceVersion = stamp.resourceVersion;
  metadata.creationTimestamp = stamp.createdAt;
  set(metadata, 'labels', given.labels);
  set(metadata, 'annotations', given.annotations);
  const known = Array.isArray(given.managedFields) ? asObject(given.managedFields[0]) : {};
  metadata.managedFields = [
    {
      manager: known.manager ?? managerOf(event),
      operation: 'Update',
      apiVersion: known.apiVersion ?? (isCore ? 'v1' : 'events.k8s.io/v1'),
      time: stamp.writtenAt,
      fieldsType: 'FieldsV1',
      fieldsV1: managedFieldsOf(event, known.apiVersion === undefined ? isCore : known.apiVersion === 'v1'),
    },
  ];
  return metadata;
}

const referenceFields = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'] as const;

function referenceOf(value: unknown): JsonObject {
  const given = asObject(value);
  const reference: JsonObject = {};
  for (const field of referenceFields) set(reference, field, given[field]);
  return reference;
}

function sourceOf(value: unknown): JsonObject {
  const given = asObject(value);
  const source: JsonObject = {};
  set(source, 'component', given.component);
  set(source, 'host', given.host);
  return source;
}

function seriesOf(value: unknown): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  const { count, lastObservedTime } = asObject(value);
  return { count, lastObservedTime: lastObservedTime ?? null };
}

/** `omitempty`: a field that is empty is not sent. */
function set(target: JsonObject, field: string, value: unknown): void {
  if (value !== undefined && value !== null && value !== '' && value !== 0) target[field] = value;
}
