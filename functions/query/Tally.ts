import type { StatsResult } from '../../lib/api/readContract.ts';
import { maxSeverity, type Severity } from '../../lib/events/severity.ts';
import type { HistoryItem } from '../../lib/store/historyItem.ts';
import { parseObjectKey } from '../../lib/store/keys.ts';
import { timeText } from './parameters.ts';

/** Widths of a slice of time, in minutes; the smallest that needs at most {@link maxSlices} is taken. */
const sliceMinutes = [1, 5, 15, 60, 180, 720, 1_440, 10_080];
const maxSlices = 60;

type Counts = Map<string, number>;

/** Counts occurrences, newest first, by what people ask about. */
export class Tally {
  readonly #sinceMs: number;
  readonly #sliceMs: number;
  readonly #nowSeconds: number;
  readonly #bySeverity: Counts = new Map();
  readonly #byType: Counts = new Map();
  readonly #byNamespace: Counts = new Map();
  readonly #byReason: Counts = new Map();
  readonly #worst = new Map<string, Severity>();
  readonly #slices = new Map<number, Counts>();
  #total = 0;
  #oldest: string;

  constructor(since: string, until: string, nowSeconds: number) {
    this.#sinceMs = Date.parse(since);
    const minutes = (Date.parse(until) - this.#sinceMs) / 60_000;
    const width = sliceMinutes.find((candidate) => minutes / candidate <= maxSlices) ?? Math.ceil(minutes / maxSlices);
    this.#sliceMs = width * 60_000;
    this.#nowSeconds = nowSeconds;
    this.#oldest = until;
  }

  /** Counts one occurrence, unless it has expired. */
  add(item: HistoryItem): void {
    this.#oldest = item.gsk.slice(0, item.gsk.indexOf('#'));
    if (item.ttl <= this.#nowSeconds) return;
    const reason = item.e ?? item.r;
    this.#total++;
    count(this.#bySeverity, item.s);
    count(this.#byType, item.t);
    count(this.#byReason, reason);
    count(this.#byNamespace, parseObjectKey(item.pk).namespace);
    this.#worst.set(reason, maxSeverity(item.s, this.#worst.get(reason) ?? 'info'));
    const slice = Math.floor((Date.parse(this.#oldest) - this.#sinceMs) / this.#sliceMs);
    const counts = this.#slices.get(slice) ?? new Map();
    count(counts, item.s);
    this.#slices.set(slice, counts);
  }

  /** Time of the last occurrence added. */
  get oldest(): string {
    return this.#oldest;
  }

  /** The counts; of reasons and namespaces the `top` most frequent. */
  result(top: number): Omit<StatsResult, 'since' | 'until' | 'truncated' | 'coveredSince'> {
    return {
      occurrences: this.#total,
      bySeverity: Object.fromEntries(this.#bySeverity),
      byType: Object.fromEntries(this.#byType),
      topReasons: mostFrequent(this.#byReason, top).map(([reason, occurrences]) => ({
        reason,
        severity: this.#worst.get(reason) ?? 'info',
        occurrences,
      })),
      topNamespaces: mostFrequent(this.#byNamespace, top).map(([name, occurrences]) => ({ name, occurrences })),
      overTime: [...this.#slices]
        .sort(([a], [b]) => a - b)
        .map(([slice, counts]) => ({
          start: timeText(this.#sinceMs + slice * this.#sliceMs),
          bySeverity: Object.fromEntries(counts),
        })),
    };
  }
}

function count(counts: Counts, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function mostFrequent(counts: Counts, top: number): [string, number][] {
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, top);
}
