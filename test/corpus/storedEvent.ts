import type { RawEvent } from '../../lib/events/readEvent.ts';
import type { Happening } from './timeline.ts';

/** An Event object as the API server stores it, before it is written out in either API. */
export interface StoredEvent {
  readonly shape: 'legacy' | 'series';
  readonly uid: string;
  /** Random part of its name. */
  readonly suffix: string;
  readonly happening: Happening;
  readonly message: string;
  /** Epoch milliseconds. */
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly isCombined: boolean;
}

/** One write to the API server. */
export interface Write {
  readonly at: number;
  readonly type: 'ADDED' | 'MODIFIED';
  readonly event: StoredEvent;
}

/** The Event as the API shows it. Unset times are JSON null, as servers write them. */
export function toRawEvent(
  event: StoredEvent,
  resourceVersion: number,
  api: 'events.k8s.io/v1' | 'v1',
  minor: number,
): RawEvent {
  const { happening, suffix, uid, isCombined, shape } = event;
  const { object, component, host, annotations } = happening;
  const isLegacy = shape === 'legacy';
  const metadata = {
    name: `${object.name}.${suffix}`,
    namespace: object.namespace ?? 'default',
    uid,
    resourceVersion: String(resourceVersion),
    creationTimestamp: seconds(event.first),
    ...(annotations === undefined ? {} : { annotations }),
  };
  // Combined events and servers before 1.27 leave the reporter of legacy events empty.
  const reporter = isLegacy && (isCombined || minor < 27) ? '' : component;
  const instance = isLegacy ? (reporter === '' ? '' : (host ?? '')) : `${component}-${host ?? 'ip-10-0-1-23'}`;
  const source = isLegacy ? { component, ...(host === undefined ? {} : { host }) } : {};
  const common = {
    kind: 'Event',
    apiVersion: api,
    metadata,
    type: happening.type,
    reason: happening.reason,
    eventTime: isLegacy ? null : micros(event.first),
    ...(isLegacy || event.count === 1 ? {} : { series: { count: event.count, lastObservedTime: micros(event.last) } }),
    ...(happening.action === undefined ? {} : { action: happening.action }),
  };
  const times = { first: isLegacy ? seconds(event.first) : null, last: isLegacy ? seconds(event.last) : null };
  if (api === 'v1') {
    return {
      ...common,
      involvedObject: object,
      message: event.message,
      source,
      firstTimestamp: times.first,
      lastTimestamp: times.last,
      ...(isLegacy ? { count: event.count } : {}),
      reportingComponent: reporter,
      reportingInstance: instance,
    };
  }
  return {
    ...common,
    regarding: object,
    note: event.message,
    ...(reporter === '' ? {} : { reportingController: reporter }),
    ...(instance === '' ? {} : { reportingInstance: instance }),
    deprecatedSource: source,
    deprecatedFirstTimestamp: times.first,
    deprecatedLastTimestamp: times.last,
    ...(isLegacy ? { deprecatedCount: event.count } : {}),
  };
}

function seconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

function micros(at: number): string {
  return `${new Date(at).toISOString().slice(0, 23)}000Z`;
}
