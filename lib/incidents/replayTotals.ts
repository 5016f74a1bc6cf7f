import { isAtLeast, type Severity } from '../events/severity.ts';
import { type Publication, type PublicationKind, publicationKinds } from './publication.ts';
import type { ReplayedEvent } from './replay.ts';

/** What a replay came to. */
export interface ReplayTotals {
  readonly eventsIn: number;
  readonly refused: number;
  /** Dropped by a rule. */
  readonly dropped: number;
  /** Occurrences that came twice. */
  readonly known: number;
  /** Different incidents that were published about. */
  readonly incidents: number;
  readonly publications: Readonly<Record<PublicationKind, number>>;
  /** Publications that people get. */
  readonly notified: number;
  /** Occurrences that said nothing because their incident had spoken. */
  readonly suppressed: number;
  /** Publications that a storm message spoke for. */
  readonly withheld: number;
  /** 1 − notified / events in; 1 when nothing came in. */
  readonly noiseRatio: number;
}

/** True for what people get by the default rules: news for people, from `notifyFrom` up. */
export function isNotified(
  publication: Pick<Publication, 'notify' | 'severity'>,
  notifyFrom: Severity = 'high',
): boolean {
  return publication.notify && isAtLeast(publication.severity, notifyFrom);
}

/** Adds up a replay as it goes. */
export class ReplayTally {
  readonly #notifyFrom: Severity;
  readonly #incidents = new Set<string>();
  readonly #outcomes = { decided: 0, stored: 0, known: 0, dropped: 0, refused: 0 };
  readonly #publications = Object.fromEntries(publicationKinds.map((kind) => [kind, 0])) as Record<
    PublicationKind,
    number
  >; // all kinds are there
  #notified = 0;
  #suppressed = 0;
  #withheld = 0;

  /** @param notifyFrom least severity that people hear of. @default 'high' */
  constructor(notifyFrom: Severity = 'high') {
    this.#notifyFrom = notifyFrom;
  }

  add({ outcome, published, withheld, isSuppressed }: ReplayedEvent): void {
    this.#outcomes[outcome] += 1;
    if (isSuppressed) this.#suppressed += 1;
    this.#withheld += withheld.length;
    for (const publication of published) {
      this.#publications[publication.detailType] += 1;
      this.#incidents.add(publication.fingerprint);
      if (isNotified(publication, this.#notifyFrom)) this.#notified += 1;
    }
  }

  totals(): ReplayTotals {
    const { decided, stored, known, dropped, refused } = this.#outcomes;
    const eventsIn = decided + stored + known + dropped + refused;
    return {
      eventsIn,
      refused,
      dropped,
      known,
      incidents: this.#incidents.size,
      publications: { ...this.#publications },
      notified: this.#notified,
      suppressed: this.#suppressed,
      withheld: this.#withheld,
      noiseRatio: eventsIn === 0 ? 1 : 1 - this.#notified / eventsIn,
    };
  }
}
