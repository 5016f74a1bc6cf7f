import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Activity } from '../activity.ts';
import type { Journal } from '../journal.ts';
import type { AsyncSettings } from './functionDefinition.ts';
import type { LambdaFunction } from './LambdaFunction.ts';
import type { FunctionError } from './protocol.ts';

/** An accepted event that its function has not dealt with yet. */
export interface QueuedInvocation {
  readonly functionName: string;
  readonly event: string;
  /** Epoch milliseconds. */
  readonly acceptedAt: number;
}

/** An event that left the queue without success. */
export interface LostInvocation {
  readonly functionName: string;
  readonly requestId: string;
  readonly event: string;
  readonly condition: 'RetriesExhausted' | 'EventAgeExceeded';
  readonly attempts: number;
  readonly error: FunctionError;
}

/** What {@link AsyncInvoker} works with. */
export interface AsyncInvokerOptions {
  readonly activity: Activity;
  readonly journal: Journal<QueuedInvocation>;
  /** Wait before each retry. AWS waits 60 s and 120 s. */
  readonly retryDelaysMs: readonly number[];
  readonly now: () => number;
  functionNamed(name: string): { readonly function: LambdaFunction; readonly settings: AsyncSettings };
  /** Delivers to the dead-letter queue and the on-failure destination. */
  readonly onLost: (lost: LostInvocation, settings: AsyncSettings) => Promise<void>;
}

/** Lambda's asynchronous invocation: accepts at once, retries on error, then gives the event to its destinations. */
export class AsyncInvoker {
  readonly #options: AsyncInvokerOptions;
  readonly #abort = new AbortController();

  constructor(options: AsyncInvokerOptions) {
    this.#options = options;
  }

  /** Takes up what an earlier process had accepted. */
  resume(): void {
    for (const [id, queued] of this.#options.journal.unfinished) this.#run(id, queued);
  }

  /** Accepts an event; returns its request id. */
  enqueue(functionName: string, event: string): string {
    const requestId = randomUUID();
    const queued = { functionName, event, acceptedAt: this.#options.now() };
    this.#options.journal.add([[requestId, queued]]);
    this.#run(requestId, queued);
    return requestId;
  }

  /** Stops waiting for retries; what is unfinished stays in the journal. */
  close(): void {
    this.#abort.abort();
  }

  #run(requestId: string, queued: QueuedInvocation): void {
    void this.#options.activity.track(async () => {
      const finished = await this.#attempt(requestId, queued);
      if (finished) this.#options.journal.finish([requestId]);
    });
  }

  async #attempt(requestId: string, { functionName, event, acceptedAt }: QueuedInvocation): Promise<boolean> {
    const { function: target, settings } = this.#options.functionNamed(functionName);
    for (let attempt = 1; ; attempt++) {
      if (this.#abort.signal.aborted) return false;
      const result = await target.invoke(event, requestId);
      if (result.ok) return true;
      // A shutdown kills environments: that is no failure of the event.
      if (this.#abort.signal.aborted) return false;
      const tooOld = this.#options.now() - acceptedAt > settings.maxAgeMs;
      if (attempt > settings.maxRetries || tooOld) {
        const condition = tooOld ? 'EventAgeExceeded' : 'RetriesExhausted';
        await this.#options.onLost(
          { functionName, requestId, event, condition, attempts: attempt, error: result.error },
          settings,
        );
        return true;
      }
      const wait = this.#options.retryDelaysMs[attempt - 1] ?? this.#options.retryDelaysMs.at(-1) ?? 0;
      const woken = await delay(wait, true, { signal: this.#abort.signal }).catch(() => false);
      if (!woken) return false;
    }
  }
}
