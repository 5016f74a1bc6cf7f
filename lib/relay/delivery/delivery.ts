import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import type { BatchEnvelope } from '../../api/contract.ts';
import { batchContentType } from '../../api/limits.ts';
import { type BackoffBounds, backoffDelay } from '../backoff.ts';
import { plainBatchOf } from '../batchBuilder.ts';
import { decodeBatch, encodeBatch } from '../encode.ts';
import { increment, type RelayStats } from '../relayStats.ts';
import { type Refusal, readAnswer, type Verdict } from './answer.ts';
import type { ApiConnection } from './apiConnection.ts';
import { Attempts } from './attempts.ts';
import type { DeadLetters } from './deadLetters.ts';
import { OrderGate } from './orderGate.ts';

/** A batch on its way: sealed, counted, compressed (or being compressed). */
export interface OutgoingBatch {
  readonly id: number;
  readonly count: number;
  /** Hashes of the objects its events are about. */
  readonly objects: Uint32Array;
  readonly body: Promise<Buffer<ArrayBuffer>>;
}

/** How the API is doing, as readiness and `/status` tell it. */
export interface ApiHealth {
  readonly state: 'unknown' | 'ok' | 'retrying' | 'forbidden' | 'misdirected';
  readonly reason?: string;
  readonly since: number;
}

/** What {@link Delivery} needs. */
export interface DeliverySettings {
  readonly clusterId: string;
  readonly api: ApiConnection;
  readonly workers: number;
  readonly retry: BackoffBounds;
  /** Pace after 401, 403 and answers of something that is not our API. */
  readonly slowRetryMs: number;
  readonly compressionLevel: number;
  readonly deadLetters: DeadLetters;
  readonly stats: RelayStats;
  readonly logger: Logger;
  readonly onSettled: (batchId: number) => void;
}

/** How long a proof that the API takes our batches is good for, before a refused event may be parked. */
const proofMs = 60_000;

/**
 * Posts batches until each is settled. Several are in flight; a batch that is about an object of an earlier unsettled batch
 * waits for that one, so the backend sees each object's events in order. Nothing is ever given up except what the API
 * refuses by itself: a refused batch is halved until the refused event stands alone, and that one is parked.
 */
export class Delivery {
  readonly #settings: DeliverySettings;
  readonly #attempts: Attempts;
  readonly #queue: OutgoingBatch[] = [];
  readonly #order = new OrderGate();
  readonly #waitsFor = new Map<number, readonly number[]>();
  readonly #abort = new AbortController();
  #inFlight = 0;
  #queuedEvents = 0;
  #inFlightEvents = 0;
  #provenAt = Number.NEGATIVE_INFINITY;
  #health: ApiHealth = { state: 'unknown', since: Date.now() };
  #whenIdle: (() => void)[] = [];
  lastAckAt: number | undefined;
  lastPostAt = 0;

  constructor(settings: DeliverySettings) {
    this.#settings = settings;
    this.#attempts = new Attempts(settings.workers);
    setMaxListeners(0, this.#abort.signal);
  }

  get health(): ApiHealth {
    return this.#health;
  }

  /** Events in batches that no worker has taken yet. */
  get queuedEvents(): number {
    return this.#queuedEvents;
  }

  get inFlightEvents(): number {
    return this.#inFlightEvents;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Requests that may run at once now; falls while the API fails. */
  get window(): number {
    return this.#attempts.limit;
  }

  get isIdle(): boolean {
    return this.#order.unsettled === 0;
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

  /** Shutdown has begun: do not sit out a backoff. */
  hurry(): void {
    this.#attempts.hurry();
  }

  /** Gives up on everything unsettled; the position has not passed it. */
  abandon(): void {
    this.#abort.abort();
  }

  /** Posts one empty batch: a sign of life that carries the position. Failures are not retried here. */
  async heartbeat(envelope: Omit<BatchEnvelope, 'events'>): Promise<boolean> {
    this.#settings.stats.heartbeats += 1;
    const body = await encodeBatch(plainBatchOf([]), envelope, 1);
    const verdict = await this.#attempt(body, 0);
    return verdict?.kind === 'acknowledged';
  }

  #pump(): void {
    while (this.#inFlight < this.#settings.workers) {
      const at = this.#queue.findIndex((batch, place) => place < this.#settings.workers * 2 && this.#isFree(batch.id));
      const [batch] = at === -1 ? [] : this.#queue.splice(at, 1);
      if (batch === undefined) return;
      this.#inFlight += 1;
      this.#queuedEvents -= batch.count;
      this.#inFlightEvents += batch.count;
      void this.#deliver(batch);
    }
  }

  #isFree(id: number): boolean {
    return this.#waitsFor.get(id)?.every((earlier) => this.#order.isSettled(earlier)) ?? true;
  }

  async #deliver(batch: OutgoingBatch): Promise<void> {
    try {
      const body = await batch.body;
      await this.#post(body, batch.count);
    } catch (error) {
      if (!this.#abort.signal.aborted) {
        // Only our own defects end here. The batch stays unsettled, so the position cannot pass it.
        this.#settings.logger.fatal({ err: error, batch: batch.id }, 'a batch could not be handled');
        throw error;
      }
      return;
    }
    this.#settle(batch);
  }

  #settle(batch: OutgoingBatch): void {
    this.#waitsFor.delete(batch.id);
    this.#order.settle(batch.id);
    this.#inFlight -= 1;
    this.#settings.stats.batches += 1;
    this.#settings.onSettled(batch.id);
    this.#pump();
    if (this.isIdle) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  /** Posts `count` events until they are acknowledged or parked. Rejects only after {@link abandon}. */
  async #post(body: Buffer<ArrayBuffer>, count: number): Promise<void> {
    for (;;) {
      const verdict = await this.#attempt(body, count);
      if (this.#abort.signal.aborted) throw this.#abort.signal.reason;
      if (verdict?.kind === 'acknowledged') {
        this.#settings.stats.acknowledged += verdict.accepted;
        this.#inFlightEvents -= verdict.accepted;
        if (verdict.rejected.length > 0) await this.#park(body, verdict.rejected);
        return;
      }
      if (verdict?.kind !== 'poison') continue;
      if (count > 1) {
        await this.#postHalves(body);
        return;
      }
      if (await this.#isApiTakingBatches()) {
        await this.#park(body, [{ index: 0, code: verdict.code, message: verdict.message }]);
        return;
      }
    }
  }

  async #postHalves(refused: Buffer<ArrayBuffer>): Promise<void> {
    const { events, ...envelope } = await decodeBatch(refused);
    const middle = Math.ceil(events.length / 2);
    // One after the other, because both halves may be about one object.
    for (const half of [events.slice(0, middle), events.slice(middle)]) {
      const body = await encodeBatch(plainBatchOf(half), envelope, this.#settings.compressionLevel);
      await this.#post(body, half.length);
    }
  }

  async #park(body: Buffer<ArrayBuffer>, refusals: readonly Refusal[]): Promise<void> {
    const { events } = await decodeBatch(body);
    for (const { index, code, message } of refusals) {
      await this.#settings.deadLetters.park(events[index], { code, message }, new Date());
    }
    this.#settings.stats.refused += refusals.length;
    this.#inFlightEvents -= refusals.length;
  }

  /**
   * An event is only to blame when the API takes a batch without it. Otherwise (another version, another product) every
   * event would end in the dead-letter file one by one.
   */
  async #isApiTakingBatches(): Promise<boolean> {
    if (Date.now() - this.#provenAt < proofMs) return true;
    const verdict = await this.#attempt(await encodeBatch(plainBatchOf([]), {}, 1), 0);
    if (verdict?.kind !== 'poison') return verdict?.kind === 'acknowledged';
    this.#fail('misdirected', `even an empty batch is refused: ${verdict.code}: ${verdict.message}`);
    return false;
  }

  /** One request, when its turn comes. `undefined` when shutdown came first. */
  async #attempt(body: Buffer<ArrayBuffer>, count: number): Promise<Verdict | undefined> {
    const { signal } = this.#abort;
    await this.#attempts.acquire(signal);
    try {
      if (signal.aborted) return undefined;
      this.#settings.stats.requests += 1;
      this.lastPostAt = Date.now();
      const verdict = await this.#exchange(body, count);
      this.#learn(verdict);
      return verdict;
    } finally {
      this.#attempts.release();
    }
  }

  async #exchange(body: Buffer<ArrayBuffer>, count: number): Promise<Verdict> {
    const path = `/v1/clusters/${this.#settings.clusterId}/events`;
    try {
      const request = { method: 'POST', path, contentType: batchContentType, body } as const;
      const answer = await this.#settings.api.send(request, this.#abort.signal);
      this.#settings.stats.bytesSent += body.length;
      return readAnswer(answer, count);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof Error && error.name === 'CredentialsProviderError') {
        return { kind: 'forbidden', reason: `no AWS credentials: ${reason}` };
      }
      return { kind: 'retry', isThrottled: false, reason };
    }
  }

  #learn(verdict: Verdict): void {
    if (verdict.kind === 'acknowledged') {
      this.#provenAt = this.lastAckAt = Date.now();
      this.#attempts.succeeded();
      this.#setHealth('ok');
    } else if (verdict.kind === 'retry') {
      const { retry } = this.#settings;
      this.#settings.stats.retries += 1;
      increment(this.#settings.stats.apiFailures, verdict.isThrottled ? 'throttled' : 'unavailable');
      this.#attempts.failed((n) => Math.max(verdict.retryAfterMs ?? 0, backoffDelay(n, retry, Math.random())));
      this.#setHealth('retrying', verdict.reason);
    } else if (verdict.kind === 'poison') {
      increment(this.#settings.stats.apiFailures, 'refused');
    } else {
      this.#fail(verdict.kind, verdict.reason);
    }
  }

  #fail(state: 'forbidden' | 'misdirected', reason: string): void {
    const { slowRetryMs, stats, api, clusterId } = this.#settings;
    increment(stats.apiFailures, state);
    this.#attempts.failed(() => slowRetryMs * (0.5 + Math.random()));
    const skew = api.skewMs === undefined ? 'unknown' : `${Math.round(api.skewMs / 1_000)} s`;
    const help =
      state === 'forbidden'
        ? `The role of this relay needs execute-api:Invoke on POST /v1/clusters/${clusterId}/events, and its clock must be right (measured skew: ${skew}).`
        : 'Is api_url the URL of a kube-event-forwarder API of this version?';
    this.#setHealth(state, `${reason}. ${help}`);
  }

  #setHealth(state: ApiHealth['state'], reason?: string): void {
    const { logger } = this.#settings;
    const changed = state !== this.#health.state;
    this.#health = {
      state,
      since: changed ? Date.now() : this.#health.since,
      ...(reason === undefined ? undefined : { reason }),
    };
    const facts = { skewMs: this.#settings.api.skewMs, failures: this.#attempts.failures };
    if (state === 'ok') {
      if (changed) logger.info('the API takes batches');
    } else if (state === 'retrying') {
      if (changed) logger.warn(facts, `the API does not take batches, trying again: ${reason}`);
    } else {
      logger.error(facts, `the API refuses this relay: ${reason}`);
    }
  }
}
