import type { RawEvent } from '../events/readEvent.ts';

/**
 * The few fields of an Event that the relay looks at before it forwards it, in both APIs. A view on {@link RawEvent}, not a
 * promise: objects come from the network, so every field may be missing or of another type and is checked where it is used.
 */
export interface WireEvent extends RawEvent {
  readonly metadata?: {
    readonly name?: unknown;
    readonly uid?: unknown;
    readonly creationTimestamp?: unknown;
    readonly namespace?: unknown;
    readonly resourceVersion?: unknown;
  } | null;
  readonly type?: unknown;
  readonly reason?: unknown;
  readonly regarding?: WireReference | null;
  readonly involvedObject?: WireReference | null;
  readonly series?: { readonly count?: unknown } | null;
  readonly count?: unknown;
  readonly deprecatedCount?: unknown;
}

/** See {@link WireEvent}. */
export interface WireReference {
  readonly kind?: unknown;
  readonly name?: unknown;
  readonly namespace?: unknown;
}

/** The object an event is about: `regarding` in events.k8s.io/v1, `involvedObject` in core/v1. */
export function subjectOf(event: WireEvent): WireReference | undefined {
  return event.regarding ?? event.involvedObject ?? undefined;
}

/** The event's resourceVersion, when it has a numeric one. */
export function versionOf(event: WireEvent): string | undefined {
  const version = event.metadata?.resourceVersion;
  return typeof version === 'string' && version !== '' ? version : undefined;
}

/** How often this happened, as far as the object says; the same fall-backs as `readEvent`. */
export function countOf(event: WireEvent): number {
  for (const count of [event.series?.count, event.count, event.deprecatedCount]) {
    if (typeof count === 'number' && count > 0) return count;
  }
  return 1;
}
