import { KefError } from '../errors.ts';
import type { Classification } from '../events/classification.ts';
import { classify, type RuleSet } from '../events/classify.ts';
import type { EventRecord } from '../events/eventRecord.ts';
import { occurrenceKeyOf } from '../events/occurrence.ts';
import { type RawEvent, readEvent } from '../events/readEvent.ts';
import { isSecretEvent, redactEvent } from '../events/redact.ts';
import { isAtLeast } from '../events/severity.ts';
import { IncidentBook, type Published } from './book.ts';
import type { Occurrence } from './occurrence.ts';
import { occurrencesOf } from './occurrencesOf.ts';
import type { Publication } from './publication.ts';
import type { IncidentSettings } from './settings.ts';

/** An event to replay. */
export interface ReplayInput {
  readonly raw: RawEvent;
  /**
   * When the backend got it, epoch milliseconds.
   *
   * @default the time of the occurrence
   */
  readonly receivedAt?: number | undefined;
  /** True when it happened before the relay was watching. @default false */
  readonly backlog?: boolean;
}

/** What {@link replayEvents} decides with. */
export interface ReplayOptions {
  readonly cluster: string;
  readonly rules: RuleSet;
  readonly settings: IncidentSettings;
}

/** What became of one event. */
export interface ReplayedEvent {
  /** Place in the input, from 0. */
  readonly index: number;
  /**
   * `decided` by its incident; only `stored`, being no trouble; `known` already; `dropped` by a rule; `refused`, see `error`.
   */
  readonly outcome: 'decided' | 'stored' | 'known' | 'dropped' | 'refused';
  readonly error?: KefError;
  readonly record?: EventRecord;
  readonly classification?: Classification;
  /** When it was received, epoch milliseconds; 0 for what could not be read. */
  readonly receivedAt: number;
  /** What goes to the event bus because of it, in order. */
  readonly published: readonly Published[];
  /** What would have gone there, were it not for a storm message that speaks for it. */
  readonly withheld: readonly Publication[];
  /** True when it belongs to an incident and said nothing. */
  readonly isSuppressed: boolean;
}

/**
 * Runs events through the whole decision path offline, in the order given: reading, redaction, classification, History's
 * knowledge of what it has, incidents, storm guard. It is the path that `functions/ingest` and `functions/route` take, less
 * their tables: a test holds the two against each other.
 *
 * Memory grows with the number of different occurrences, as the tables would.
 */
export async function* replayEvents(
  events: AsyncIterable<ReplayInput> | Iterable<ReplayInput>,
  options: ReplayOptions,
): AsyncGenerator<ReplayedEvent> {
  const replay = new Replay(options);
  let index = 0;
  let last: ReplayedEvent | undefined;
  for await (const event of events) {
    if (last !== undefined) yield last;
    last = replay.take(event, index);
    index += 1;
  }
  // Nothing more comes: what waited for a recovery, or for others of its kind, is told.
  if (last !== undefined) yield { ...last, published: [...last.published, ...replay.end()] };
}

const silent = { published: [], withheld: [], isSuppressed: false } as const;

class Replay {
  readonly #options: ReplayOptions;
  readonly #known = new Set<string>();
  readonly #book: IncidentBook;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#book = new IncidentBook(options.settings);
  }

  /** What the clock made due since the event before comes first. */
  take(event: ReplayInput, index: number): ReplayedEvent {
    const due = event.receivedAt === undefined ? [] : this.#book.due(event.receivedAt).published;
    const taken = this.#take(event, index);
    return due.length === 0 ? taken : { ...taken, published: [...due, ...taken.published] };
  }

  /** What is told when nothing more comes. */
  end(): readonly Published[] {
    return this.#book.due(Number.POSITIVE_INFINITY).published;
  }

  #take(event: ReplayInput, index: number): ReplayedEvent {
    const { cluster, rules } = this.#options;
    const record = read(event.raw);
    if (record instanceof KefError) return { index, outcome: 'refused', error: record, receivedAt: 0, ...silent };
    const classification = classify(record, rules, cluster);
    const key = occurrenceKeyOf(record);
    const receivedAt = event.receivedAt ?? Date.parse(record.lastOccurrence);
    const about = { index, record, classification, receivedAt };
    if (classification.drop === true) return { ...about, outcome: 'dropped', ...silent };
    // A replayed occurrence is the same History item: the table's stream shows it once.
    const { kind, name } = record.regarding;
    const item = `${record.namespace}/${kind}/${name}/${key}`;
    if (this.#known.has(item)) return { ...about, outcome: 'known', ...silent };
    this.#known.add(item);
    // DynamoDB gives the arrival in whole seconds.
    const arrivedAt = Math.floor(receivedAt / 1000) * 1000;
    const source = { cluster, record, classification, key, backlog: event.backlog === true, arrivedAt };
    const occurrences = occurrencesOf(source, this.#options.settings).filter((occurrence) =>
      this.#concernsIncidents(occurrence),
    );
    if (occurrences.length === 0) return { ...about, outcome: 'stored', ...silent };
    return { ...about, outcome: 'decided', ...this.#decide(occurrences) };
  }

  #concernsIncidents({ isRecovery, severity }: Occurrence): boolean {
    return isRecovery === true || isAtLeast(severity, this.#options.settings.openFrom);
  }

  #decide(occurrences: readonly Occurrence[]): Pick<ReplayedEvent, 'published' | 'withheld' | 'isSuppressed'> {
    const { suppressed, ...outcome } = this.#book.take(occurrences);
    return { ...outcome, isSuppressed: suppressed > 0 };
  }
}

/** As `functions/ingest` does: Secrets never get in, and what they may have left in other texts is masked. */
function read(raw: RawEvent): EventRecord | KefError {
  try {
    if (isSecretEvent(raw)) {
      return new KefError('EventSecretRefused', 'Events about Secret objects are not kept; nothing to do.');
    }
    redactEvent(raw);
    return readEvent(raw);
  } catch (error) {
    if (error instanceof KefError) return error;
    throw error;
  }
}
