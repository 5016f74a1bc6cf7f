/** How many requests a stage takes. */
export interface ThrottleLimits {
  /** Requests per second in the long run. */
  readonly rate: number;
  /** Requests at once. */
  readonly burst: number;
}

/**
 * API Gateway's token bucket.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
export class Throttle {
  readonly #limits: ThrottleLimits;
  #tokens: number;
  #filledAt: number;

  constructor(limits: ThrottleLimits, now: number) {
    this.#limits = limits;
    this.#tokens = limits.burst;
    this.#filledAt = now;
  }

  /** Takes a request, or refuses it. `now` in milliseconds. */
  admits(now: number): boolean {
    const { rate, burst } = this.#limits;
    this.#tokens = Math.min(burst, this.#tokens + (Math.max(0, now - this.#filledAt) / 1000) * rate);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
