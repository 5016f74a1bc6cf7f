import type { RawEvent } from '../readEvent.ts';
import { objectIn, textIn } from './objectFields.ts';

/**
 * Which derived events were handed on lately. An object is seen many times with the same state; its event is the same each
 * time, so this only saves sending what History already has. Forgetting costs a repeat, never a loss.
 */
export class SignalMemory {
  readonly #limit: number;
  /** Uids, oldest first. */
  readonly #known = new Set<string>();

  /** @param limit Events remembered, about 100 bytes each. @default 10,000 */
  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  /** Events remembered. */
  get size(): number {
    return this.#known.size;
  }

  /** Those of the events that were not handed on before. */
  fresh(events: readonly RawEvent[]): RawEvent[] {
    return events.filter((event) => {
      const uid = textIn(objectIn(event.metadata).uid) ?? '';
      if (this.#known.has(uid)) {
        // Seen again, it stays among the young ones for as long as its object lives.
        this.#known.delete(uid);
        this.#known.add(uid);
        return false;
      }
      this.#known.add(uid);
      for (const oldest of this.#known) {
        if (this.#known.size <= this.#limit) break;
        this.#known.delete(oldest);
      }
      return true;
    });
  }
}
