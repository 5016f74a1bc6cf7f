/** The window may grow to so many times what it begins with. */
export const widest = 4;

/** Weight of the newest answer in the usual time of one. */
const weight = 1 / 8;
/** How much longer than the best an answer may take before the API counts as crowded: scheduling alone costs some milliseconds. */
const patience = { times: 2, ms: 50 };
/** Every so many answers the best time moves a tenth toward the usual one: a path to the API that became longer is no crowd. */
const memory = 2_000;

/**
 * How many requests may run at once: additive increase, multiplicative decrease. It begins with what is usual. While every place
 * is taken and answers come as fast as they ever did, one more place per round trip finds the throughput that a slow but
 * capable API allows. When answers take more than twice as long as the best, the requests only wait for each other, and
 * places are given back one per round trip, down to the usual. A failure halves it, once per round trip; after that each success
 * gives one place back until the usual is reached again.
 */
export class Window {
  readonly #usual: number;
  #limit: number;
  #bestMs = Number.POSITIVE_INFINITY;
  #usualMs: number | undefined;
  #answers = 0;
  /** Answers since the limit was changed for their sake. */
  #round = 0;
  #halvedAt = Number.NEGATIVE_INFINITY;

  constructor(usual: number) {
    this.#usual = this.#limit = usual;
  }

  get limit(): number {
    return this.#limit;
  }

  /**
   * @param tookMs time to the answer
   * @param isFull every place was taken when the answer came
   */
  succeeded(tookMs: number, isFull: boolean): void {
    this.#note(tookMs);
    if (this.#limit < this.#usual) {
      this.#limit += 1;
      this.#round = 0;
      return;
    }
    this.#round += 1;
    if (this.#round < this.#limit) return;
    this.#round = 0;
    if (this.#isCrowded) this.#limit = Math.max(this.#usual, this.#limit - 1);
    else if (isFull) this.#limit = Math.min(this.#usual * widest, this.#limit + 1);
  }

  /** @returns false when the request was on its way with one that failed before */
  failed(sentAt: number, now: number): boolean {
    if (sentAt <= this.#halvedAt) return false;
    this.#halvedAt = now;
    this.#limit = Math.max(1, Math.floor(Math.min(this.#limit, this.#usual) / 2));
    this.#round = 0;
    return true;
  }

  get #isCrowded(): boolean {
    return (this.#usualMs ?? 0) > this.#bestMs * patience.times + patience.ms;
  }

  #note(tookMs: number): void {
    this.#usualMs = this.#usualMs === undefined ? tookMs : this.#usualMs + (tookMs - this.#usualMs) * weight;
    this.#bestMs = Math.min(this.#bestMs, tookMs);
    this.#answers += 1;
    if (this.#answers % memory === 0) this.#bestMs += (this.#usualMs - this.#bestMs) / 10;
  }
}
