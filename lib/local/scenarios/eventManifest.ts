import { microsText, secondsText } from '../cluster/eventWriter.ts';
import type { JsonObject } from '../cluster/json.ts';
import { type Actor, type Cast, textFor } from './cast.ts';
import { type Emitter, emitters, referenceDetail } from './emitters.ts';
import { hexOf, type Random, uuidOf } from './random.ts';
import type { ScenarioEvent } from './scenarioFile.ts';

/**
 * The manifest that a component would send for an event: core/v1 from the legacy recorder, events.k8s.io/v1 from the new one.
 *
 * @param at milliseconds since the epoch
 */
export function manifestOf(
  event: ScenarioEvent,
  about: Actor,
  cast: Cast,
  namespace: string,
  at: number,
  random: Random,
): JsonObject {
  const emitter: Emitter = emitters[event.by];
  const message = textFor(event.message, about, cast, namespace);
  const reference = referenceOf(event, about);
  const metadata = {
    name: `${about.name}.${nanosHex(at, random)}`,
    // Events about cluster-scoped objects live in `default`.
    namespace: about.namespace || 'default',
    uid: uuidOf(random),
  };
  const { type, reason } = event;
  if (emitter.recorder === 'new') {
    return {
      metadata,
      eventTime: microsText(at + random()),
      reportingController: emitter.component,
      reportingInstance: emitter.instance ?? '',
      action: event.action ?? reason,
      reason,
      regarding: reference,
      note: message,
      type,
    };
  }
  const host = emitter.namesHost === true ? (about.node ?? '') : '';
  const time = secondsText(at);
  return {
    metadata,
    involvedObject: reference,
    reason,
    message,
    source: { component: emitter.component, ...(host === '' ? {} : { host }) },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
    type,
    eventTime: null,
    reportingComponent: emitter.component,
    reportingInstance: host,
  };
}

function referenceOf(event: ScenarioEvent, about: Actor): JsonObject {
  const { kind, namespace, name, uid, apiVersion, resourceVersion, container } = about;
  const detail = referenceDetail(event.by, kind);
  return {
    kind,
    ...(namespace === '' ? {} : { namespace }),
    name,
    ...(detail.uid ? { uid } : {}),
    apiVersion,
    ...(detail.version ? { resourceVersion } : {}),
    ...(event.isAboutContainer && container !== undefined ? { fieldPath: `spec.containers{${container.name}}` } : {}),
  };
}

/** Recorders name events by the object and the time in nanoseconds, sixteen hexadecimal digits since 2004. */
export function nanosHex(at: number, random: Random): string {
  const nanos = BigInt(Math.floor(at)) * 1_000_000n + (BigInt(`0x${hexOf(random, 5)}`) % 1_000_000n);
  return nanos.toString(16).padStart(16, '0').slice(-16);
}
