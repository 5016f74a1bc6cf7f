import type { StandardEvent } from '../events/standardEvent.ts';

/** The counts of a local run. Every occurrence is in exactly one place; `docs/local.md` names the sums. */
export interface Tally {
  /** Occurrences that reached the API: stored + known + refused. */
  readonly in: number;
  /** New items in History: routine + suppressed + announced + waiting. */
  readonly stored: number;
  /** Accepted, but in History already (replays), or dropped by a rule. */
  readonly known: number;
  /** Answered in `rejected`, with a reason each. */
  readonly refused: number;
  /** Stored and of no concern to route. */
  readonly routine: number;
  /** Decided upon, and quiet: a repeat inside its window, or part of a storm. */
  readonly suppressed: number;
  /** Occurrences that caused at least one publication. */
  readonly announced: number;
  /** On the stream, not decided upon yet. */
  readonly waiting: number;
  /** Entries EventBridge took. */
  readonly published: number;
  readonly publishedByType: Readonly<Record<string, number>>;
  /** Messages SNS took. */
  readonly notified: number;
}

/** Keeps the {@link Tally} of a run from what happens at the edges of the emulated services. */
export class TallyKeeper {
  #accepted = 0;
  #refused = 0;
  #stored = 0;
  #streamed = 0;
  #decided = 0;
  #notified = 0;
  readonly #publishedByType: Record<string, number> = {};
  readonly #announced = new Set<string>();

  /** A batch was answered with 200. */
  answered(accepted: number, refused: number): void {
    this.#accepted += accepted;
    this.#refused += refused;
  }

  /** Items were inserted into History. */
  stored(items: number): void {
    this.#stored += items;
  }

  /** The stream mapping's filter let records through to route. */
  streamed(records: number): void {
    this.#streamed += records;
  }

  /** Route is done with this many stream records: decided upon, or given up into the on-failure destination. */
  decided(records: number): void {
    this.#decided += records;
  }

  /** EventBridge took an entry. */
  published(detailType: string, event: StandardEvent): void {
    this.#publishedByType[detailType] = (this.#publishedByType[detailType] ?? 0) + 1;
    if (detailType !== stormType) this.#announced.add(occurrenceOf(event));
  }

  /** SNS took a message. */
  notified(): void {
    this.#notified += 1;
  }

  current(): Tally {
    const announced = Math.min(this.#announced.size, this.#decided);
    // An item is stored a moment before its batch is answered.
    const accepted = Math.max(this.#accepted, this.#stored);
    return {
      in: accepted + this.#refused,
      stored: this.#stored,
      known: accepted - this.#stored,
      refused: this.#refused,
      routine: this.#stored - this.#streamed,
      suppressed: this.#decided - announced,
      announced,
      waiting: this.#streamed - this.#decided,
      published: Object.values(this.#publishedByType).reduce((sum, count) => sum + count, 0),
      publishedByType: { ...this.#publishedByType },
      notified: this.#notified,
    };
  }
}

/** A storm's publication speaks of many occurrences and is caused by none. */
const stormType = 'event.k8s.storm';

/** One occurrence may be published more than once (a recovery that resolves two incidents), and counts once. */
function occurrenceOf(event: StandardEvent): string {
  return `${event.labels.event_uid}#${event.labels.count}#${event.annotations.last_timestamp}`;
}
