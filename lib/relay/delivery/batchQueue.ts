import type { Position } from '../position.ts';

/** A batch on its way: sealed, counted, compressed (or being compressed). */
export interface OutgoingBatch {
  readonly id: number;
  readonly count: number;
  /** Where the streams are when this batch and all before it are settled; `null` inside a first list. */
  readonly position: Position | null;
  /** When its first event came, milliseconds since 1970. */
  readonly openedAt: number;
  /** Hashes of the objects its events are about. */
  readonly objects: Uint32Array;
  readonly body: Promise<Buffer<ArrayBuffer>>;
}

/**
 * Where sealed batches wait for delivery, first in, first out. The port between filling and emptying: delivery asks for a
 * batch only when it is about to send it, so an implementation may keep bodies anywhere in between.
 */
export interface BatchQueue {
  /** Events that wait in memory. */
  readonly events: number;
  push(batch: OutgoingBatch): void;
  /** The oldest batch, or `undefined` when none waits. */
  shift(): OutgoingBatch | undefined | Promise<OutgoingBatch | undefined>;
  /** A batch that was shifted is done with: nobody needs it any more. */
  settled(id: number): void;
}

/** Keeps batches in memory; the relay's room for events bounds it. */
export class MemoryQueue implements BatchQueue {
  readonly #batches: OutgoingBatch[] = [];
  #events = 0;

  get events(): number {
    return this.#events;
  }

  push(batch: OutgoingBatch): void {
    // Awaited when the batch's turn comes; until then a failure has no other listener.
    batch.body.catch(() => {});
    this.#batches.push(batch);
    this.#events += batch.count;
  }

  shift(): OutgoingBatch | undefined {
    const batch = this.#batches.shift();
    if (batch !== undefined) this.#events -= batch.count;
    return batch;
  }

  settled(): void {}
}
