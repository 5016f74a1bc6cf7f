import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import { type BatchQueue, MemoryQueue, type OutgoingBatch } from './batchQueue.ts';
import { OrderGate } from './orderGate.ts';
import type { Poster } from './poster.ts';

/** What {@link Delivery} needs. */
export interface DeliverySettings {
  readonly poster: Pick<Poster, 'post'>;
  /** Batches in flight at once; may change with time. */
  readonly workers: () => number;
  readonly logger: Logger;
  /** Every event of the batch is acknowledged or parked. */
  readonly onSettled: (batchId: number) => void;
  /** @default in memory */
  readonly queue?: BatchQueue;
}

/**
 * Takes sealed batches and has them posted, several at once. A batch that is about an object of an earlier unsettled batch
 * waits for that one, so the backend sees each object's events in order; the next few may overtake it meanwhile.
 */
export class Delivery {
  readonly #settings: DeliverySettings;
  readonly #queue: BatchQueue;
  readonly #order = new OrderGate();
  /** Out of the queue and not in flight yet, with the batches they wait for; at most as many as there are workers. */
  #next: { readonly batch: OutgoingBatch; readonly after: readonly number[] }[] = [];
  readonly #abort = new AbortController();
  #unsettled = 0;
  #inFlight = 0;
  #pumping: 'no' | 'yes' | 'again' = 'no';
  #whenIdle: (() => void)[] = [];

  constructor(settings: DeliverySettings) {
    this.#settings = settings;
    this.#queue = settings.queue ?? new MemoryQueue();
    // Every batch in flight listens; a leak is not what their number would tell.
    setMaxListeners(0, this.#abort.signal);
  }

  /** Events in batches that no worker has taken yet. */
  get queuedEvents(): number {
    return this.#next.reduce((sum, { batch }) => sum + batch.count, this.#queue.events);
  }

  /** Batches that a worker has taken. */
  get inFlight(): number {
    return this.#inFlight;
  }

  get isIdle(): boolean {
    return this.#unsettled === 0;
  }

  /** Aborts when everything unsettled is given up. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Takes over a sealed batch. Batches come in the order of their ids. */
  offer(batch: OutgoingBatch): void {
    this.#unsettled += 1;
    this.#queue.push(batch);
    void this.#pump();
  }

  /** So many batches are in the queue already: an earlier process left them. Their ids come before all others. */
  resume(batches: number): void {
    this.#unsettled += batches;
    void this.#pump();
  }

  /** A batch that was offered is now part of another one and will never leave the queue. */
  absorbed(): void {
    this.#unsettled -= 1;
  }

  /** Resolves when every batch is settled. */
  whenIdle(): Promise<void> {
    if (this.isIdle) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** Gives up on everything unsettled; the position has not passed it. */
  abandon(): void {
    this.#abort.abort();
  }

  /** Starts what may start, then refills. One call at a time: batches must enter the order in the order of their ids. */
  async #pump(): Promise<void> {
    if (this.#pumping !== 'no') {
      this.#pumping = 'again';
      return;
    }
    do {
      this.#pumping = 'yes';
      this.#start();
      while (this.#next.length < this.#settings.workers()) {
        const shifted = this.#queue.shift();
        // Without a needless turn of the event loop for what is in memory.
        const batch = shifted instanceof Promise ? await shifted : shifted;
        if (batch === undefined) break;
        this.#next.push({ batch, after: this.#order.enter(batch.id, batch.objects) });
        this.#start();
      }
    } while (this.#isPumpedAgain());
    this.#pumping = 'no';
  }

  /** Something changed while a batch was being fetched. */
  #isPumpedAgain(): boolean {
    return this.#pumping === 'again';
  }

  #start(): void {
    this.#next = this.#next.filter(({ batch, after }) => {
      const isFree =
        this.#inFlight < this.#settings.workers() && after.every((earlier) => this.#order.isSettled(earlier));
      if (!isFree) return true;
      this.#inFlight += 1;
      void this.#deliver(batch);
      return false;
    });
  }

  async #deliver(batch: OutgoingBatch): Promise<void> {
    try {
      await this.#settings.poster.post(await batch.body, batch.count, this.signal);
    } catch (error) {
      if (this.signal.aborted) return;
      // Only our own defects end here. The process ends with them: the position has not passed this batch, the next one reads it.
      this.#settings.logger.fatal({ err: error, batch: batch.id }, 'a batch could not be handled');
      throw error;
    }
    this.#order.settle(batch.id);
    this.#inFlight -= 1;
    this.#unsettled -= 1;
    this.#queue.settled(batch.id);
    this.#settings.onSettled(batch.id);
    void this.#pump();
    if (this.isIdle) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
