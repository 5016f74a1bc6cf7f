import type { Random } from './random.ts';
import type { StoredEvent, Write } from './storedEvent.ts';
import type { Happening } from './timeline.ts';

/** client-go tools/record/events_cache.go: `maxBurst`, one token per 300 s, ten similar events within 600 s. */
const burst = 25;
const refillMs = 300_000;
const similarEvents = 10;
const similarMs = 600_000;

/** From 1.33 on the spam filter counts Normal and Warning apart. */
const minorWithTypeInSpamKey = 33;

interface Observed {
  event: StoredEvent;
  isWritten: boolean;
}

/**
 * One process with client-go's legacy recorder: merges ten or more different messages into "(combined from similar
 * events)", counts what repeats, and lets at most 25 writes per object through, then one in five minutes. What it keeps
 * back still counts, so counts leap.
 */
export class LegacyRecorder {
  readonly #random: Random;
  readonly #minor: number;
  readonly #similar = new Map<string, { messages: Set<string>; last: number }>();
  readonly #observed = new Map<string, Observed>();
  readonly #tokens = new Map<string, { tokens: number; at: number }>();

  constructor(random: Random, minor: number) {
    this.#random = random;
    this.#minor = minor;
  }

  record(happening: Happening): Write | undefined {
    const { key, isCombined } = this.#aggregate(happening);
    const observed = this.#observe(key, happening, isCombined);
    if (!this.#takeToken(happening)) return undefined;
    const type = observed.isWritten ? 'MODIFIED' : 'ADDED';
    observed.isWritten = true;
    return { at: happening.at, type, event: observed.event };
  }

  #aggregate(happening: Happening): { key: string; isCombined: boolean } {
    const { component, host, object, type, reason, message, at } = happening;
    const { fieldPath, ...identity } = object;
    const similarKey = JSON.stringify([component, host, identity, type, reason]);
    const before = this.#similar.get(similarKey);
    const record =
      before === undefined || at - before.last > similarMs ? { messages: new Set<string>(), last: at } : before;
    record.messages.add(message);
    record.last = at;
    this.#similar.set(similarKey, record);
    if (record.messages.size < similarEvents)
      return { key: JSON.stringify([similarKey, fieldPath, message]), isCombined: false };
    const [oldest] = record.messages;
    if (oldest !== undefined) record.messages.delete(oldest);
    return { key: similarKey, isCombined: true };
  }

  #observe(key: string, happening: Happening, isCombined: boolean): Observed {
    const known = this.#observed.get(key);
    const { at, message } = happening;
    const event: StoredEvent =
      known === undefined
        ? this.#create(happening, isCombined)
        : { ...known.event, count: known.event.count + 1, last: at, message: isCombined ? combined(message) : message };
    const observed = { event, isWritten: known?.isWritten ?? false };
    this.#observed.set(key, observed);
    return observed;
  }

  #create(happening: Happening, isCombined: boolean): StoredEvent {
    const { at, message } = happening;
    return {
      shape: 'legacy',
      uid: this.#random.uuid(),
      suffix: this.#random.hex(16),
      happening,
      message: isCombined ? combined(message) : message,
      first: at,
      last: at,
      count: 1,
      isCombined,
    };
  }

  #takeToken({ component, host, object, type, at }: Happening): boolean {
    const { fieldPath: _, resourceVersion: __, ...identity } = object;
    const key = JSON.stringify([component, host, identity, this.#minor >= minorWithTypeInSpamKey ? type : '']);
    const bucket = this.#tokens.get(key) ?? { tokens: burst, at };
    bucket.tokens = Math.min(burst, bucket.tokens + (at - bucket.at) / refillMs);
    bucket.at = at;
    this.#tokens.set(key, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}

function combined(message: string): string {
  return `(combined from similar events): ${message}`;
}
