import { monotonicMs } from '../clock.ts';
import { Window } from './window.ts';

/**
 * Decides when the next request may go out. All batches of a relay share one view of the API: while it answers, as many requests
 * run at once as its {@link Window} allows; a failure narrows that and sets a time before which nobody tries, so during an outage
 * one request at a time asks whether it is over, however many batches wait.
 */
export class Attempts {
  readonly #window: Window;
  readonly #now: () => number;
  #active = 0;
  #notBefore = 0;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #waiting: (() => void)[] = [];

  /** @param usual requests at once to begin with; see {@link Window} */
  constructor(usual: number, now: () => number = monotonicMs) {
    this.#window = new Window(usual);
    this.#now = now;
  }

  /** Requests that may run at once now. */
  get limit(): number {
    return this.#window.limit;
  }

  get active(): number {
    return this.#active;
  }

  /** Failures since the last success; those of requests that ran side by side are one. */
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

  /** @param sentAt when the request was sent, on the clock of this object */
  succeeded(sentAt: number): void {
    this.#failures = 0;
    this.#notBefore = 0;
    this.#window.succeeded(this.#now() - sentAt, this.#active >= this.limit);
    this.#wake();
  }

  /**
   * @param sentAt when the request was sent
   * @param delay given the number of failures in a row, how long nobody may try
   */
  failed(sentAt: number, delay: (failures: number) => number): void {
    // Requests that were under way together fail for one cause: twenty of them are not twenty reasons to wait longer.
    if (this.#window.failed(sentAt, this.#now()) || this.#failures === 0) this.#failures += 1;
    this.#notBefore = Math.max(this.#notBefore, this.#now() + delay(this.#failures));
  }

  /** Lets the next request go now: somebody is waiting for the answer (shutdown). */
  hurry(): void {
    this.#notBefore = 0;
    this.#wake();
  }

  #isOpen(): boolean {
    return this.#active < this.limit && this.#now() >= this.#notBefore && this.#waiting.length === 0;
  }

  #wake(): void {
    while (this.#waiting.length > 0 && this.#active < this.limit && this.#now() >= this.#notBefore) {
      this.#waiting.shift()?.();
    }
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.length === 0 || this.#active >= this.limit) return;
    this.#timer = setTimeout(() => this.#wake(), Math.max(1, this.#notBefore - this.#now()));
  }
}
