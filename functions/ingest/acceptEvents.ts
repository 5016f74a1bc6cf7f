import { maxEventBytes } from '../../lib/api/limits.ts';
import { KefError } from '../../lib/errors.ts';
import { classify, type RuleSet } from '../../lib/events/classify.ts';
import { type RawEvent, readEvent } from '../../lib/events/readEvent.ts';
import { isSecretEvent, redactEvent } from '../../lib/events/redact.ts';
import { type HistoryItem, type KeepingOptions, toHistoryItem } from '../../lib/store/historyItem.ts';
import { dayOf } from '../../lib/store/keys.ts';

/** One event that was not taken, and why. */
export interface Rejection {
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

/** What becomes of a batch's events. */
export interface AcceptedEvents {
  readonly items: readonly HistoryItem[];
  /** Events taken, including those a rule dropped. */
  readonly accepted: number;
  readonly dropped: number;
  readonly rejected: readonly Rejection[];
  /** UTC day → namespaces with events. */
  readonly namespaces: ReadonlyMap<string, ReadonlySet<string>>;
  /** Time of the newest occurrence taken. */
  readonly newest?: string;
  /** The taken events without secrets, present when the batch as sent had some that must not be archived. */
  readonly cleaned?: readonly RawEvent[];
}

/** What the decisions depend on besides the events. */
export interface AcceptOptions extends KeepingOptions {
  readonly cluster: string;
  readonly rules: RuleSet;
  readonly backlog: boolean;
  /** Told about events that failed for a reason that is ours. */
  readonly onBug?: (error: unknown, index: number) => void;
}

/**
 * Reads, redacts and classifies events one by one. A bad event costs nothing but itself: it is reported with its place in
 * the batch, so the relay can park it and go on.
 */
export function acceptEvents(events: readonly unknown[], options: AcceptOptions): AcceptedEvents {
  const items: HistoryItem[] = [];
  const taken: RawEvent[] = [];
  const rejected: Rejection[] = [];
  const namespaces = new Map<string, Set<string>>();
  let dropped = 0;
  let newest = '';
  let mustClean = false;
  for (const [index, event] of events.entries()) {
    try {
      const accepted = acceptEvent(event, options);
      mustClean ||= accepted.changed;
      taken.push(accepted.raw);
      if (accepted.at > newest) newest = accepted.at;
      if (accepted.item === undefined) {
        dropped++;
        continue;
      }
      items.push(accepted.item);
      const day = dayOf(accepted.item.gsk);
      namespaces.set(day, (namespaces.get(day) ?? new Set()).add(accepted.namespace));
    } catch (error) {
      const rejection = toRejection(error, index, options);
      mustClean ||= rejection.code === 'EventSecretRefused';
      rejected.push(rejection);
    }
  }
  return {
    items,
    accepted: taken.length,
    dropped,
    rejected,
    namespaces,
    ...(newest === '' ? {} : { newest }),
    ...(mustClean ? { cleaned: taken } : {}),
  };
}

interface AcceptedEvent {
  readonly raw: RawEvent;
  readonly at: string;
  readonly namespace: string;
  /** Absent when a rule drops such events. */
  readonly item?: HistoryItem;
  /** True when redaction found something the sender had not. */
  readonly changed: boolean;
}

function acceptEvent(event: unknown, options: AcceptOptions): AcceptedEvent {
  const bytes = Buffer.byteLength(JSON.stringify(event) ?? '');
  if (bytes > maxEventBytes) {
    throw new KefError('EventTooLarge', `An event may take ${maxEventBytes} bytes of JSON; this one takes ${bytes}.`);
  }
  const raw = requireObject(event);
  if (isSecretEvent(raw)) {
    throw new KefError(
      'EventSecretRefused',
      'Events about Secret objects are not kept: they may quote what they are about.',
    );
  }
  const { redactions } = redactEvent(raw);
  const record = readEvent(raw);
  const classification = classify(record, options.rules, options.cluster);
  const item = toHistoryItem({ ...options, record, classification, raw });
  const accepted = {
    raw,
    at: item.sk.slice(0, item.sk.indexOf('#')),
    namespace: record.namespace,
    changed: redactions > 0,
  };
  return classification.drop === true ? accepted : { ...accepted, item };
}

function requireObject(event: unknown): RawEvent {
  if (typeof event === 'object' && event !== null && !Array.isArray(event)) return event as RawEvent; // any JSON object is one
  const what = event === null ? 'null' : Array.isArray(event) ? 'an array' : `a ${typeof event}`;
  throw new KefError('EventNotAnObject', `An event is a JSON object; this one is ${what}.`);
}

/** Our own bugs are reported per event as well: answering 500 would make the relay send the same batch for ever. */
function toRejection(error: unknown, index: number, { onBug }: AcceptOptions): Rejection {
  if (error instanceof KefError) return { index, code: error.code, message: error.message };
  if (error instanceof RangeError) {
    return { index, code: 'EventFieldInvalid', message: 'The event nests more deeply than can be read.' };
  }
  onBug?.(error, index);
  return { index, code: 'Internal', message: 'The event could not be processed; the log has the reason.' };
}
