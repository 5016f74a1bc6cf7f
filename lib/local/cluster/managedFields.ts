import { asObject, type JsonObject, textAt } from './json.ts';

/**
 * The `fieldsV1` set that server-side apply tracking keeps for an event: names of the API it was written through, sorted.
 *
 * @param isCore written through `/api/v1` (the legacy recorder) instead of `events.k8s.io/v1`
 */
export function managedFieldsOf(event: JsonObject, isCore: boolean): JsonObject {
  const fields: string[] = [];
  for (const [field, coreField] of Object.entries(coreNames)) {
    const value = event[field];
    if (value === undefined || value === null || isEmptyObject(value)) continue;
    fields.push(isCore ? coreField : field);
  }
  const set: JsonObject = {};
  for (const field of fields.sort()) set[`f:${field}`] = membersOf(field, event);
  return set;
}

const coreNames: Readonly<Record<string, string>> = {
  action: 'action',
  deprecatedCount: 'count',
  deprecatedFirstTimestamp: 'firstTimestamp',
  deprecatedLastTimestamp: 'lastTimestamp',
  deprecatedSource: 'source',
  eventTime: 'eventTime',
  note: 'message',
  reason: 'reason',
  regarding: 'involvedObject',
  related: 'related',
  reportingController: 'reportingComponent',
  reportingInstance: 'reportingInstance',
  series: 'series',
  type: 'type',
};

function membersOf(field: string, event: JsonObject): JsonObject {
  if (field === 'series') return { '.': {}, 'f:count': {}, 'f:lastObservedTime': {} };
  if (field !== 'source' && field !== 'deprecatedSource') return {};
  const source = asObject(event.deprecatedSource);
  return { ...(source.component ? { 'f:component': {} } : {}), ...(source.host ? { 'f:host': {} } : {}) };
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** The user agent's first word, which the server records as manager: the binary, not the component inside it. */
export function managerOf(event: JsonObject): string {
  const component = textAt(event, ['deprecatedSource', 'component']) || textAt(event, ['reportingController']);
  if (component === 'default-scheduler') return 'kube-scheduler';
  if (component.endsWith('-controller') || component === 'controllermanager') return 'kube-controller-manager';
  return component || 'kubectl-create';
}
