import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import { OrderGate } from './orderGate.ts';
import type { Poster } from './poster.ts';

/** A batch on its way: sealed, counted, compressed (or being compressed). */
export interface OutgoingBatch {
  readonly id: number;
  readonly count: number;
  /** Hashes of the objects its events are about. */
  readonly objects: Uint32Array;
  readonly body: Promise<Buffer<ArrayBuffer>>;
}

/** What {@link Delivery} needs. */
export interface DeliverySettings {
  readonly poster: Poster;
  /** Batches in flight at once. */
  readonly workers: number;
  readonly logger: Logger;
  /** Every event of the batch is acknowledged or parked. */
  readonly onSettled: (batchId: number) => void;
}

/**
 * Takes sealed batches and has them posted, several at once. A batch that is about an object of an earlier unsettled batch
 * waits for that one, so the backend sees each object's events in order; others overtake it.
 */
export class Delivery {
  readonly #settings: DeliverySettings;
  readonly #queue: OutgoingBatch[] = [];
  readonly #order = new OrderGate();
  readonly #waitsFor = new Map<number, readonly number[]>();
  readonly #abort = new AbortController();
  #inFlight = 0;
  #queuedEvents = 0;
  #whenIdle: (() => void)[] = [];

  constructor(settings: DeliverySettings) {
    this.#settings = settings;
    // Every batch in flight listens; a leak is not what their number would tell.
    setMaxListeners(0, this.#abort.signal);
  }

  /** Events in batches that no worker has taken yet. */
  get queuedEvents(): number {
    return this.#queuedEvents;
  }

  /** Batches that a worker has taken. */
  get inFlight(): number {
    return this.#inFlight;
  }

  get isIdle(): boolean {
    return this.#order.unsettled === 0;
  }

  /** Aborts when everything unsettled is given up. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Takes over a sealed batch. Batches come in the order of their ids. */
  offer(batch: OutgoingBatch): void {
    const before = this.#order.enter(batch.id, batch.objects);
    if (before.length > 0) this.#waitsFor.set(batch.id, before);
    // Awaited when the batch's turn comes; until then a failure has no other listener.
    batch.body.catch(() => {});
    this.#queue.push(batch);
    this.#queuedEvents += batch.count;
    this.#pump();
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

  #pump(): void {
    const { workers } = this.#settings;
    while (this.#inFlight < workers) {
      const at = this.#queue.findIndex((batch, place) => place < workers * 2 && this.#isFree(batch.id));
      const [batch] = at === -1 ? [] : this.#queue.splice(at, 1);
      if (batch === undefined) return;
      this.#inFlight += 1;
      this.#queuedEvents -= batch.count;
      void this.#deliver(batch);
    }
  }

  #isFree(id: number): boolean {
    return this.#waitsFor.get(id)?.every((earlier) => this.#order.isSettled(earlier)) ?? true;
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
    this.#waitsFor.delete(batch.id);
    this.#order.settle(batch.id);
    this.#inFlight -= 1;
    this.#settings.onSettled(batch.id);
    this.#pump();
    if (this.isIdle) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
