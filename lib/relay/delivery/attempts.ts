import { monotonicMs } from '../clock.ts';

/**
 * Decides when the next request may go out. All batches of a relay share one view of the API: while it answers, up to `limit`
 * requests run at once; a failure halves that and sets a time before which nobody tries, so during an outage one request at a
 * time asks whether it is over, however many batches wait. Each success gives one place back.
 */
export class Attempts {
  readonly #most: number;
  readonly #now: () => number;
  #limit: number;
  #active = 0;
  #notBefore = 0;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number, now: () => number = monotonicMs) {
    this.#most = this.#limit = most;
    this.#now = now;
  }

  /** Requests that may run at once now. */
  get limit(): number {
    return this.#limit;
  }

  get active(): number {
    return this.#active;
  }

  /** Failures since the last success. */
  get failures(): number {
    return this.#failures;
  }

  /** Resolves to true when a request may be made, and `release` must follow; to false when the signal aborts first. */
  acquire(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    if (this.#isOpen()) {
      this.#active += 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const go = (): void => {
        signal.removeEventListener('abort', giveUp);
        this.#active += 1;
        resolve(true);
      };
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        resolve(false);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(go);
      this.#schedule();
    });
  }

  release(): void {
    this.#active -= 1;
    this.#wake();
  }

  succeeded(): void {
    this.#failures = 0;
    this.#notBefore = 0;
    this.#limit = Math.min(this.#most, this.#limit + 1);
    this.#wake();
  }

  /** @param delay given the number of failures in a row, how long nobody may try */
  failed(delay: (failures: number) => number): void {
    this.#failures += 1;
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    this.#notBefore = Math.max(this.#notBefore, this.#now() + delay(this.#failures));
  }

  /** Lets the next request go now: somebody is waiting for the answer (shutdown). */
  hurry(): void {
    this.#notBefore = 0;
    this.#wake();
  }

  #isOpen(): boolean {
    return this.#active < this.#limit && this.#now() >= this.#notBefore && this.#waiting.length === 0;
  }

  #wake(): void {
    while (this.#waiting.length > 0 && this.#active < this.#limit && this.#now() >= this.#notBefore) {
      this.#waiting.shift()?.();
    }
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.length === 0 || this.#active >= this.#limit) return;
    this.#timer = setTimeout(() => this.#wake(), Math.max(1, this.#notBefore - this.#now()));
  }
}
