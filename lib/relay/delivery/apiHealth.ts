import type { Logger } from 'pino';
import { monotonicMs } from '../clock.ts';

/** How the API is doing, as readiness and `/status` tell it. */
export interface ApiHealth {
  readonly state: 'unknown' | 'ok' | 'retrying' | 'forbidden' | 'misdirected';
  readonly reason?: string;
  /** On the clock of {@link monotonicMs}. */
  readonly since: number;
}

/** Keeps the health of the API and says every change of it once; what only a person can repair is said every time. */
export class ApiHealthLog {
  readonly #logger: Logger;
  #health: ApiHealth = { state: 'unknown', since: monotonicMs() };

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  get current(): ApiHealth {
    return this.#health;
  }

  set(state: ApiHealth['state'], reason?: string, facts: object = {}): void {
    const isChange = state !== this.#health.state;
    const since = isChange ? monotonicMs() : this.#health.since;
    this.#health = { state, since, ...(reason === undefined ? undefined : { reason }) };
    if (state === 'forbidden' || state === 'misdirected') {
      this.#logger.error(facts, `the API refuses this relay: ${reason}`);
    } else if (isChange && state === 'retrying') {
      this.#logger.warn(facts, `the API does not take batches, trying again: ${reason}`);
    } else if (isChange && state === 'ok') {
      this.#logger.info(facts, 'the API takes batches');
    }
  }
}
