import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Keeps the young generation of the heap at its initial 2 MiB instead of letting it grow to 64 MiB. An event's garbage is dead
 * within microseconds, so a larger nursery only holds more of it, together with the 64 KiB network buffers it refers to. In a
 * burst that is 50 MB less, and faster, because the nursery stays in the processor's cache. Imported before anything else.
 */
setFlagsFromString('--semi-space-growth-factor=1');

type Collect = (options: { type: 'major'; flavor?: 'last-resort' }) => void;

function openCollector(): Collect {
  setFlagsFromString('--expose-gc');
  // The function appears in contexts that are made after the flag was set.
  const collect: Collect = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  return collect;
}

const collect = openCollector();

/**
 * Gives back what loading left behind. Modules and schemas are made once and leave garbage that V8 would collect only under
 * pressure, which a relay at rest never has: 81 MB of memory become 66 MB, for 30 ms at start.
 */
export function compactHeap(): void {
  collect({ type: 'major', flavor: 'last-resort' });
}

/** Bytes of buffers, most of them dead, that may pile up before they are collected. */
const usualBuffers = 16 * 1024 * 1024;
/** The same for objects and text: some 13 MiB are code and settings, which live for ever. */
const usualHeap = 32 * 1024 * 1024;

/**
 * Collects what is dead before it becomes memory that is never given back. V8 sees only the small handles of network buffers and
 * waits for 64 MiB of them; by then malloc has grown by as much. The texts of events of hundreds of kilobytes go past the young
 * generation and pile up in the same way. In a burst this costs a collection of about 10 ms twice a second, at ordinary rates
 * none at all.
 */
export class MemoryGuard {
  #buffers = usualBuffers;
  #heap = usualHeap;

  /** To be called now and then, such as once per batch and after each event that was much too large. */
  check(): void {
    const before = process.memoryUsage();
    if (before.arrayBuffers < this.#buffers && before.heapUsed < this.#heap) return;
    collect({ type: 'major' });
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    // What is alive now cannot be collected: trying again at once would only burn time.
    this.#buffers = Math.max(usualBuffers, arrayBuffers * 1.5);
    this.#heap = Math.max(usualHeap, heapUsed * 1.5);
  }
}
