import type { RelayConfig } from '../config.ts';
import { signalKindsOf } from './signalKinds.ts';
import { SignalWatch, type SignalWatchSettings } from './signalWatch.ts';

/** What the signals of a cluster need once its position is known. */
export type SignalSurroundings = Omit<
  SignalWatchSettings,
  'kind' | 'derived' | 'idleMs' | 'stallMs' | 'headTimeoutMs' | 'pace' | 'now'
>;

/** Everything that is derived from objects of one cluster, for as long as its relay runs. */
export class ClusterSignals {
  readonly #config: RelayConfig;
  #watches: readonly SignalWatch[] = [];
  /** Derived events by reason. */
  readonly derived = new Map<string, number>();

  constructor(config: RelayConfig) {
    this.#config = config;
  }

  /** One per kind of object; none before the relay has begun. */
  get watches(): readonly SignalWatch[] {
    return this.#watches;
  }

  /** Runs until `signal` aborts. Never rejects for what the world does. */
  async run(surroundings: SignalSurroundings, signal: AbortSignal): Promise<void> {
    const config = this.#config;
    this.#watches = signalKindsOf(config).map(
      (kind) =>
        new SignalWatch({
          ...surroundings,
          kind,
          derived: this.derived,
          idleMs: config.idle_timeout,
          stallMs: config.stall_timeout,
          headTimeoutMs: config.request_timeout,
          pace: { retry: { baseMs: config.retry_base, maxMs: config.retry_max }, slowRetryMs: config.retry_forbidden },
          now: Date.now,
        }),
    );
    await Promise.all(this.#watches.map((watch) => watch.run(signal)));
  }
}
