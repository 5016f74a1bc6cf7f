import { BufferPool } from './batchBuilder.ts';
import { ByteBudget } from './byteBudget.ts';
import { Encoder } from './encode.ts';
import { MemoryGuard } from './tuneMemory.ts';

/**
 * What the clusters of one process share, so that its memory does not grow with their number: buffers, compressions at a time, and
 * the budget of bytes. None of it is waited for longer than a compression takes.
 */
export class SharedMemory {
  readonly pool = new BufferPool();
  readonly encoder = new Encoder();
  readonly guard = new MemoryGuard();
  readonly budget: ByteBudget;

  /** @param maxBytes of all batches of all clusters, waiting and in flight */
  constructor(maxBytes: number) {
    this.budget = new ByteBudget(maxBytes);
  }
}
