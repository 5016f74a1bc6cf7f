import { hash } from 'node:crypto';
import { KefError } from '../errors.ts';
import { eventLimits } from './eventLimits.ts';
import type { EventRecord, ObjectReference } from './eventRecord.ts';
import { isTimeText, isUnsetTime } from './occurrenceTime.ts';

/** An Event object as parsed from JSON, of either API: core/v1 or events.k8s.io/v1. */
export type RawEvent = Record<string, unknown>;

/** client-go puts this before the latest message when it merges ten or more different ones (events_cache.go). */
const combinedPrefix = '(combined from similar events): ';

/**
 * Reads an Event of either API into the one model of this product. The API is told by the fields that are present, not
 * by `apiVersion`: items of a list carry none, and both APIs show the same stored object.
 *
 * @throws KefError `EventNotAnObject` when it is no JSON object, `EventFieldMissing` when it lacks what identifies an
 * occurrence (name, subject, any time), `EventFieldInvalid` when a field has another JSON type than Kubernetes gives it
 * or a name is longer than Kubernetes allows.
 */
export function readEvent(raw: unknown): EventRecord {
  if (!isObject(raw)) throw new KefError('EventNotAnObject', `an Event is a JSON object; got ${describe(raw)}`);
  const kind = text(raw, 'kind');
  if (kind !== undefined && kind !== 'Event') {
    throw new KefError('EventFieldInvalid', `kind must be Event; got ${JSON.stringify(kind.slice(0, 63))}`);
  }
  const metadata = child(raw, 'metadata') ?? missing('metadata', 'an object with the name of the Event');
  const name = identity(metadata, 'name', 'metadata.name', eventLimits.name) ?? missing('metadata.name', 'a name');
  const regarding = child(raw, 'regarding') ?? child(raw, 'involvedObject');
  if (regarding === undefined) return missing('regarding (core/v1: involvedObject)', 'the object the Event is about');
  const subject = reference(regarding, 'regarding');
  const namespace =
    identity(metadata, 'namespace', 'metadata.namespace', eventLimits.namespace) ?? subject.namespace ?? 'default';
  const series = child(raw, 'series');
  const source = child(raw, 'source') ?? child(raw, 'deprecatedSource');
  const message = text(raw, 'note') ?? text(raw, 'message') ?? '';
  const isCombined = message.startsWith(combinedPrefix);

  const eventTime = time(raw, 'eventTime');
  const first = time(raw, 'firstTimestamp') ?? time(raw, 'deprecatedFirstTimestamp');
  const last =
    (series && time(series, 'lastObservedTime')) ??
    time(raw, 'lastTimestamp') ??
    time(raw, 'deprecatedLastTimestamp') ??
    eventTime ??
    first ??
    time(metadata, 'creationTimestamp');
  if (last === undefined) {
    return missing('time', 'one of series.lastObservedTime, lastTimestamp, eventTime or metadata.creationTimestamp');
  }

  const component =
    text(raw, 'reportingController') ?? text(raw, 'reportingComponent') ?? (source && text(source, 'component'));
  const host = text(raw, 'reportingInstance') ?? (source && text(source, 'host'));
  const resourceVersion = text(metadata, 'resourceVersion');
  const related = child(raw, 'related');
  const action = text(raw, 'action');
  const labels = child(metadata, 'labels');
  return {
    uid: identity(metadata, 'uid', 'metadata.uid', eventLimits.uid) ?? substituteUid(namespace, name),
    name,
    namespace,
    ...(resourceVersion === undefined ? undefined : { resourceVersion: cut(resourceVersion, eventLimits.uid) }),
    type: cut(text(raw, 'type') ?? 'Normal', eventLimits.type),
    reason: cut(text(raw, 'reason') ?? '', eventLimits.reason),
    message: cut(isCombined ? message.slice(combinedPrefix.length) : message, eventLimits.message),
    isCombined,
    component: cut(component ?? '', eventLimits.component),
    ...(host === undefined ? undefined : { host: cut(host, eventLimits.host) }),
    regarding: subject,
    ...(related === undefined ? undefined : { related: reference(related, 'related') }),
    ...(action === undefined ? undefined : { action: cut(action, eventLimits.action) }),
    ...(labels === undefined ? undefined : { labels: labelsOf(labels) }),
    count: (series && count(series, 'count')) ?? count(raw, 'count') ?? count(raw, 'deprecatedCount') ?? 1,
    firstOccurrence: first ?? eventTime ?? time(metadata, 'creationTimestamp') ?? last,
    lastOccurrence: last,
  };
}

/** An ObjectReference. Kind and name may be empty: core/v1 servers accept an Event about nothing in particular. */
function reference(object: RawEvent, path: string): ObjectReference {
  const namespace = identity(object, 'namespace', `${path}.namespace`, eventLimits.namespace);
  const uid = identity(object, 'uid', `${path}.uid`, eventLimits.uid);
  const apiVersion = text(object, 'apiVersion');
  const resourceVersion = text(object, 'resourceVersion');
  const fieldPath = text(object, 'fieldPath');
  return {
    kind: identity(object, 'kind', `${path}.kind`, eventLimits.kind) ?? '',
    name: identity(object, 'name', `${path}.name`, eventLimits.name) ?? '',
    ...(namespace === undefined ? undefined : { namespace }),
    ...(uid === undefined ? undefined : { uid }),
    ...(apiVersion === undefined ? undefined : { apiVersion: cut(apiVersion, eventLimits.name) }),
    ...(resourceVersion === undefined ? undefined : { resourceVersion: cut(resourceVersion, eventLimits.uid) }),
    ...(fieldPath === undefined ? undefined : { fieldPath: cut(fieldPath, eventLimits.fieldPath) }),
  };
}

/** Labels that are text, as the API server would have it; whatever else a file holds there is no label. */
function labelsOf(labels: RawEvent): Record<string, string> {
  const texts = Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(texts.slice(0, eventLimits.labels).map(([key, value]) => [key, value.toWellFormed()]));
}

/** Stable for one Event object, so a replay of it is the same occurrence. The prefix keeps it apart from real uids. */
function substituteUid(namespace: string, name: string): string {
  return `none-${hash('sha256', `${namespace}/${name}`).slice(0, 32)}`;
}

function isObject(value: unknown): value is RawEvent {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Unset fields arrive as JSON null, as empty text or not at all, depending on the API and on who wrote the Event:
// the four readers below treat the three alike.

function child(object: RawEvent, key: string): RawEvent | undefined {
  const value = object[key];
  if (value === undefined || value === null) return undefined;
  return isObject(value) ? value : wrongType(key, 'an object', value);
}

function text(object: RawEvent, key: string): string | undefined {
  const value = object[key];
  if (typeof value === 'string') return value === '' ? undefined : value.isWellFormed() ? value : value.toWellFormed();
  return value === undefined || value === null ? undefined : wrongType(key, 'text', value);
}

function time(object: RawEvent, key: string): string | undefined {
  const value = object[key];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string' || !isTimeText(value)) return wrongType(key, 'an RFC 3339 time', value);
  return isUnsetTime(value) ? undefined : value;
}

function count(object: RawEvent, key: string): number | undefined {
  const value = object[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return wrongType(key, 'a whole number', value);
  return value > 0 ? value : undefined;
}

function identity(object: RawEvent, key: string, path: string, limit: number): string | undefined {
  const value = text(object, key);
  if (value === undefined || value.length <= limit) return value;
  throw new KefError(
    'EventFieldInvalid',
    `${path} may have ${limit} characters; got ${value.length}: ${JSON.stringify(value.slice(0, 40))}…`,
  );
}

/** Cuts text without leaving half a character behind. */
function cut(value: string, limit: number): string {
  return value.length <= limit ? value : value.slice(0, limit).toWellFormed();
}

function missing(path: string, rule: string): never {
  throw new KefError('EventFieldMissing', `${path} is required: ${rule}; the object has none`);
}

function wrongType(key: string, rule: string, value: unknown): never {
  throw new KefError('EventFieldInvalid', `${key} must be ${rule}; got ${describe(value)}`);
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : typeof value;
}
