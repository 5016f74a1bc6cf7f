import type { Random } from './random.ts';
import type { StoredEvent, Write } from './storedEvent.ts';
import type { Happening } from './timeline.ts';

/** client-go tools/events/event_broadcaster.go: `finishTime` and `refreshTime`. */
const finishMs = 360_000;
const refreshMs = 1_800_000;

interface Cached {
  event: StoredEvent;
  /** Count in the API server. */
  written: number;
}

/**
 * One process with client-go's new recorder: the first repeat is written at once as a series of two, everything after it
 * only when the series is refreshed (half an hour) or over (six quiet minutes, looked for every six). The note is no part
 * of what makes events alike; the version of the object is.
 */
export class SeriesRecorder {
  readonly #random: Random;
  readonly #cache = new Map<string, Cached>();
  #nextFinish: number;
  #nextRefresh: number;

  /** @param start when the process started, epoch milliseconds: its timers count from then */
  constructor(random: Random, start: number) {
    this.#random = random;
    this.#nextFinish = start + finishMs;
    this.#nextRefresh = start + refreshMs;
  }

  record(happening: Happening): Write | undefined {
    const { component, object, type, reason, action, at } = happening;
    const key = JSON.stringify([component, object, type, reason, action]);
    const known = this.#cache.get(key);
    if (known === undefined) {
      const event = this.#create(happening);
      this.#cache.set(key, { event, written: 1 });
      return { at, type: 'ADDED', event };
    }
    const isFirstRepeat = known.event.count === 1;
    known.event = { ...known.event, count: known.event.count + 1, last: at };
    if (!isFirstRepeat) return undefined;
    known.written = known.event.count;
    return { at, type: 'MODIFIED', event: known.event };
  }

  /** What the timers write up to `now`. */
  tick(now: number): Write[] {
    const writes: Write[] = [];
    for (; this.#nextFinish <= now; this.#nextFinish += finishMs) writes.push(...this.#finish(this.#nextFinish));
    for (; this.#nextRefresh <= now; this.#nextRefresh += refreshMs)
      writes.push(...this.#write(this.#nextRefresh, this.#cache.values()));
    return writes.sort((a, b) => a.at - b.at);
  }

  #finish(at: number): Write[] {
    const over = [...this.#cache].filter(([, { event }]) => event.last < at - finishMs);
    for (const [key] of over) this.#cache.delete(key);
    return this.#write(
      at,
      over.map(([, cached]) => cached),
    );
  }

  #write(at: number, all: Iterable<Cached>): Write[] {
    const behind = [...all].filter(({ event, written }) => event.count > written);
    for (const cached of behind) cached.written = cached.event.count;
    return behind.map(({ event }) => ({ at, type: 'MODIFIED' as const, event }));
  }

  #create(happening: Happening): StoredEvent {
    const { at, message } = happening;
    return {
      shape: 'series',
      uid: this.#random.uuid(),
      suffix: this.#random.hex(16),
      happening,
      message,
      first: at,
      last: at,
      count: 1,
      isCombined: false,
    };
  }
}
