import type { LocalEvent, LocalTotals } from './localEvent.ts';

/** Counts what happens. */
export class Totals {
  #requests = 0;
  #stored = 0;
  #routed = 0;
  #published = 0;
  #notified = 0;
  #failures = 0;
  #deadLetters = 0;
  readonly #responses = new Map<string, number>();
  readonly #publishedByDetailType = new Map<string, number>();
  readonly #ruleMatches = new Map<string, number>();
  readonly #invocations = new Map<string, number>();

  matched(rule: string): void {
    increment(this.#ruleMatches, rule);
  }

  happened(event: LocalEvent): void {
    switch (event.type) {
      case 'answered':
        this.#requests++;
        increment(this.#responses, String(event.status));
        break;
      case 'routed':
        this.#routed += event.count;
        break;
      case 'stored':
        this.#stored += event.count;
        break;
      case 'published':
        this.#published++;
        increment(this.#publishedByDetailType, event.entry.DetailType);
        break;
      case 'notified':
        this.#notified++;
        break;
      case 'invoked':
        increment(this.#invocations, event.function);
        if (event.error !== undefined) this.#failures++;
        break;
      case 'dead-letter':
        this.#deadLetters += event.count;
        break;
      default:
        break;
    }
  }

  snapshot(): LocalTotals {
    return {
      requests: this.#requests,
      responses: Object.fromEntries(this.#responses),
      stored: this.#stored,
      routed: this.#routed,
      published: this.#published,
      publishedByDetailType: Object.fromEntries(this.#publishedByDetailType),
      ruleMatches: Object.fromEntries(this.#ruleMatches),
      notified: this.#notified,
      invocations: Object.fromEntries(this.#invocations),
      failures: this.#failures,
      deadLetters: this.#deadLetters,
    };
  }
}

function increment(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
