import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Activity } from '../activity.ts';
import { canonicalItem } from '../dynamodb/item.ts';
import type { LambdaFunction } from '../lambda/LambdaFunction.ts';
import type { FunctionError } from '../lambda/protocol.ts';
import type { JsonObject } from '../pattern/json.ts';
import { afterAttempt, type Batch, verdictOf } from './batchRetry.ts';
import type { MappingSettings } from './mappingSettings.ts';
import type { StreamRecord } from './record.ts';
import type { StreamLog } from './StreamLog.ts';

/** Lambda's limit for a synchronous payload; a batch is cut before it. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxPayloadBytes = 6 * 1024 * 1024;

/** Records that were given up. */
export interface AbandonedBatch {
  readonly settings: MappingSettings;
  readonly records: readonly StreamRecord[];
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  readonly requestId: string;
  readonly attempts: number;
  readonly lane: number;
  readonly error?: FunctionError;
}

/** What an {@link EventSourceMapping} works with. */
export interface EventSourceMappingOptions {
  readonly settings: MappingSettings;
  readonly log: StreamLog;
  readonly function: LambdaFunction;
  readonly activity: Activity;
  readonly now: () => number;
  /** First wait before a repeated delivery; doubles up to 30 times as long. */
  readonly retryDelayMs: number;
  /** Called with the number of records that passed the filter and will be delivered. */
  readonly onReceived: (count: number) => void;
  /** Called with the number of records a function has dealt with. */
  readonly onDelivered: (count: number) => void;
  /** Delivers to the on-failure destination. */
  readonly onAbandoned: (abandoned: AbandonedBatch) => Promise<void>;
}

/**
 * Feeds the records of a stream to a function: filters, batches, retries, bisects and gives up as the mapping says.
 * Records are spread over `parallelization` lanes by item key, so changes of one item stay in order.
 */
export class EventSourceMapping {
  readonly #options: EventSourceMappingOptions;
  readonly #lanes: Lane[];
  readonly #abort = new AbortController();
  #underWay = 0;

  constructor(options: EventSourceMappingOptions) {
    this.#options = options;
    this.#lanes = Array.from({ length: options.settings.parallelization }, (_, index) => new Lane(index));
    options.log.subscribe((records) => this.#receive(records));
  }

  /** Stops delivering; a running invocation is not waited for, and its records stay unfinished. */
  close(): void {
    this.#abort.abort();
    this.#options.activity.end(this.#underWay);
    this.#underWay = 0;
  }

  #receive(records: readonly StreamRecord[]): void {
    const { settings, log, activity } = this.#options;
    const { passing = [], dropped = [] } = Object.groupBy(records, (record) =>
      this.#passes(record) ? 'passing' : 'dropped',
    );
    if (dropped.length > 0) log.finish(dropped.map(({ dynamodb }) => dynamodb.SequenceNumber));
    if (passing.length === 0 || this.#abort.signal.aborted) return;
    activity.begin(passing.length);
    this.#underWay += passing.length;
    this.#options.onReceived(passing.length);
    for (const record of passing) {
      const lane = this.#lanes[laneOf(record, settings.parallelization)];
      lane?.queue.push(record);
      if (lane !== undefined && lane.queue.length >= settings.batchSize) lane.wake();
    }
    for (const lane of this.#lanes) if (!lane.running && lane.queue.length > 0) void this.#run(lane);
  }

  #passes(record: StreamRecord): boolean {
    const { filters } = this.#options.settings;
    // A record is a JSON object by construction; its static type is only narrower.
    return filters.length === 0 || filters.some((filter) => filter.matches(record as unknown as JsonObject));
  }

  async #run(lane: Lane): Promise<void> {
    lane.running = true;
    while (lane.queue.length > 0 && !this.#abort.signal.aborted) {
      await this.#fillWindow(lane);
      await this.#deliver(lane, { records: this.#take(lane), attempts: 0 });
    }
    lane.running = false;
  }

  async #fillWindow(lane: Lane): Promise<void> {
    const { windowMs, batchSize } = this.#options.settings;
    if (windowMs === 0 || lane.queue.length >= batchSize) return;
    await Promise.race([this.#pause(windowMs), new Promise<void>((resolve) => lane.onFull(resolve))]);
  }

  #take(lane: Lane): StreamRecord[] {
    const { batchSize } = this.#options.settings;
    let bytes = 0;
    let count = 0;
    while (count < Math.min(batchSize, lane.queue.length)) {
      bytes += JSON.stringify(lane.queue[count]).length;
      if (count > 0 && bytes > maxPayloadBytes) break;
      count++;
    }
    return lane.queue.splice(0, count);
  }

  async #deliver(lane: Lane, first: Batch): Promise<void> {
    const { settings, function: target, onDelivered } = this.#options;
    const pending: Batch[] = [first];
    let waits = 0;
    let calls = 0;
    for (let batch = pending.shift(); batch !== undefined; batch = pending.shift()) {
      const fresh = await this.#dropExpired(lane, batch);
      if (fresh.records.length === 0) continue;
      const requestId = randomUUID();
      const result = await target.invoke(JSON.stringify({ Records: fresh.records }), requestId);
      // A shutdown ends environments: those records are not failed, only unfinished.
      if (this.#abort.signal.aborted) return;
      calls++;
      const verdict = verdictOf(fresh, result, settings.reportItemFailures);
      const step = afterAttempt(fresh, verdict, settings);
      if (step.done.length > 0) {
        this.#finish(step.done);
        onDelivered(step.done.length);
      }
      if (step.abandoned !== undefined) {
        const error = verdict.kind === 'failure' ? { error: verdict.error } : {};
        await this.#abandon(lane, step.abandoned.records, {
          condition: 'RetryAttemptsExhausted',
          requestId,
          attempts: calls,
          ...error,
        });
      }
      pending.unshift(...step.next);
      if (step.wait) await this.#pause(this.#options.retryDelayMs * Math.min(30, 2 ** waits++));
      if (this.#abort.signal.aborted) return;
    }
  }

  async #dropExpired(lane: Lane, batch: Batch): Promise<Batch> {
    const oldest = this.#options.now() - this.#options.settings.maxRecordAgeMs;
    const isFresh = (record: StreamRecord): boolean => record.dynamodb.ApproximateCreationDateTime * 1000 >= oldest;
    const expired = batch.records.filter((record) => !isFresh(record));
    if (expired.length === 0) return batch;
    await this.#abandon(lane, expired, {
      condition: 'RecordAgeExceeded',
      requestId: randomUUID(),
      attempts: batch.attempts,
    });
    return { ...batch, records: batch.records.filter(isFresh) };
  }

  async #abandon(
    lane: Lane,
    records: readonly StreamRecord[],
    details: Pick<AbandonedBatch, 'condition' | 'requestId' | 'attempts' | 'error'>,
  ): Promise<void> {
    await this.#options.onAbandoned({ settings: this.#options.settings, records, lane: lane.index, ...details });
    this.#finish(records);
  }

  #finish(records: readonly StreamRecord[]): void {
    if (this.#abort.signal.aborted) return;
    this.#underWay -= records.length;
    this.#options.log.finish(records.map(({ dynamodb }) => dynamodb.SequenceNumber));
    this.#options.activity.end(records.length);
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#abort.signal }).catch(() => {
      // Aborted: the caller looks at the signal.
    });
  }
}

/** One sequence of deliveries. */
class Lane {
  readonly index: number;
  readonly queue: StreamRecord[] = [];
  running = false;
  #full: (() => void) | undefined;

  constructor(index: number) {
    this.index = index;
  }

  onFull(callback: () => void): void {
    this.#full = callback;
  }

  wake(): void {
    this.#full?.();
    this.#full = undefined;
  }
}

function laneOf(record: StreamRecord, lanes: number): number {
  if (lanes === 1) return 0;
  return createHash('md5').update(canonicalItem(record.dynamodb.Keys)).digest().readUInt32BE() % lanes;
}
