import type { EventBridgeEvent } from 'aws-lambda';
import { describeIssues } from '../../lib/api/issues.ts';
import { KefError } from '../../lib/errors.ts';
import { type StandardEvent, standardEventSchema } from '../../lib/events/standardEvent.ts';

/** A publication as the event bus delivers it. */
export interface DeliveredPublication {
  /** Such as `event.k8s.received`. */
  readonly detailType: string;
  readonly detail: StandardEvent;
}

/** Reads an event bus delivery. @throws KefError `BodyInvalid` when its detail is no standard event */
export function readPublication(event: EventBridgeEvent<string, unknown>): DeliveredPublication {
  const parsed = standardEventSchema.safeParse(event.detail);
  if (parsed.success) return { detailType: event['detail-type'], detail: parsed.data };
  throw new KefError('BodyInvalid', `event ${event.id} carries no standard event: ${describeIssues(parsed.error)}`);
}
