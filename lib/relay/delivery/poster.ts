import type { Logger } from 'pino';
import type { BatchEnvelope, PositionKeeper } from '../../api/contract.ts';
import { batchContentType } from '../../api/limits.ts';
import { type BackoffBounds, backoffDelay } from '../backoff.ts';
import { plainBatchOf } from '../batchBuilder.ts';
import { monotonicMs } from '../clock.ts';
import { decodeBatch, encodeBatch } from '../encode.ts';
import { increment, type RelayStats } from '../relayStats.ts';
import { type Refusal, readAnswer, type Verdict } from './answer.ts';
import type { ApiConnection } from './apiConnection.ts';
import { type ApiHealth, ApiHealthLog } from './apiHealth.ts';
import { Attempts } from './attempts.ts';
import type { DeadLetters } from './deadLetters.ts';

/** What a {@link Poster} needs. */
export interface PosterSettings {
  readonly clusterId: string;
  readonly api: ApiConnection;
  /** Requests at once to begin with. */
  readonly workers: number;
  readonly retry: BackoffBounds;
  /** Pace after 401, 403 and answers of something that is not our API. */
  readonly slowRetryMs: number;
  readonly compressionLevel: number;
  readonly deadLetters: DeadLetters;
  readonly stats: RelayStats;
  readonly logger: Logger;
  /** The API keeps another relay's position, at least as far as this batch is concerned. */
  readonly onSuperseded?: (keeper: PositionKeeper) => void;
  /** `count` events are done with. */
  readonly onDone: (count: number) => void;
}

/** How long a proof that the API takes our batches is good for, before a refused event may be parked. */
const proofMs = 60_000;

/**
 * Posts a batch until every event of it is acknowledged or parked. Nothing is given up except what the API refuses by itself:
 * a batch that is refused whole is halved until the refused event stands alone, and that one goes to the dead letters.
 */
export class Poster {
  readonly #settings: PosterSettings;
  readonly #attempts: Attempts;
  readonly #health: ApiHealthLog;
  #provenAt = Number.NEGATIVE_INFINITY;
  /** On the clock of {@link monotonicMs}. */
  lastAckAt: number | undefined;
  /** On the clock of {@link monotonicMs}. */
  lastPostAt = Number.NEGATIVE_INFINITY;

  constructor(settings: PosterSettings) {
    this.#settings = settings;
    this.#attempts = new Attempts(settings.workers);
    this.#health = new ApiHealthLog(settings.logger);
  }

  get health(): ApiHealth {
    return this.#health.current;
  }

  /** Requests that may run at once now: more when the API is slow and takes them, fewer when it fails. */
  get window(): number {
    return this.#attempts.limit;
  }

  /** Shutdown has begun: do not sit out a backoff. */
  hurry(): void {
    this.#attempts.hurry();
  }

  /** Posts one empty batch: a sign of life that carries the position. Not retried. @returns whether the API took it */
  async heartbeat(envelope: Omit<BatchEnvelope, 'events'>, signal: AbortSignal): Promise<boolean> {
    this.#settings.stats.heartbeats += 1;
    const verdict = await this.#attempt(await encodeBatch(plainBatchOf([]), envelope, 1), 0, signal);
    return verdict?.kind === 'acknowledged';
  }

  /** Posts `count` events. Rejects with the signal's reason when that aborts first. */
  async post(body: Buffer<ArrayBuffer>, count: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      const verdict = await this.#attempt(body, count, signal);
      signal.throwIfAborted();
      if (verdict?.kind === 'acknowledged') {
        this.#settings.stats.acknowledged += verdict.accepted;
        this.#settings.onDone(verdict.accepted);
        if (verdict.rejected.length > 0) await this.#park(body, verdict.rejected);
        return;
      }
      if (verdict?.kind !== 'poison') continue;
      if (count > 1) return this.#postHalves(body, signal);
      if (await this.#isAboutTheEvent(body, signal)) {
        return this.#park(body, [{ index: 0, code: verdict.code, message: verdict.message }]);
      }
    }
  }

  async #postHalves(refused: Buffer<ArrayBuffer>, signal: AbortSignal): Promise<void> {
    const { events, ...envelope } = await decodeBatch(refused);
    const middle = Math.ceil(events.length / 2);
    // One after the other, because both halves may be about one object.
    for (const half of [events.slice(0, middle), events.slice(middle)]) {
      const body = await encodeBatch(plainBatchOf(half), envelope, this.#settings.compressionLevel);
      await this.post(body, half.length, signal);
    }
  }

  async #park(body: Buffer<ArrayBuffer>, refusals: readonly Refusal[]): Promise<void> {
    const { events } = await decodeBatch(body);
    for (const { index, code, message } of refusals) {
      await this.#settings.deadLetters.park(events[index], { code, message }, new Date());
    }
    this.#settings.stats.refused += refusals.length;
    this.#settings.onDone(refusals.length);
  }

  /**
   * An event is only to blame when the API takes the same envelope without it. Otherwise (another version, another product,
   * a position it does not like) every event would end in the dead-letter file one by one.
   */
  async #isAboutTheEvent(body: Buffer<ArrayBuffer>, signal: AbortSignal): Promise<boolean> {
    if (monotonicMs() - this.#provenAt < proofMs) return true;
    const { events: _left, ...envelope } = await decodeBatch(body);
    const verdict = await this.#attempt(await encodeBatch(plainBatchOf([]), envelope, 1), 0, signal);
    if (verdict?.kind === 'poison') {
      this.#failForPeople('misdirected', `even an empty batch is refused: ${verdict.code}: ${verdict.message}`);
    }
    return verdict?.kind === 'acknowledged';
  }

  /** One request, when its turn comes. `undefined` when the signal came first. */
  async #attempt(body: Buffer<ArrayBuffer>, count: number, signal: AbortSignal): Promise<Verdict | undefined> {
    if (!(await this.#attempts.acquire(signal))) return undefined;
    try {
      this.#settings.stats.requests += 1;
      const sentAt = monotonicMs();
      this.lastPostAt = sentAt;
      const verdict = await this.#exchange(body, count, signal);
      if (!signal.aborted) this.#learn(verdict, sentAt);
      return verdict;
    } finally {
      this.#attempts.release();
    }
  }

  async #exchange(body: Buffer<ArrayBuffer>, count: number, signal: AbortSignal): Promise<Verdict> {
    const path = `/v1/clusters/${this.#settings.clusterId}/events`;
    try {
      const request = { method: 'POST', path, contentType: batchContentType, body } as const;
      const answer = await this.#settings.api.send(request, signal);
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

  #learn(verdict: Verdict, sentAt: number): void {
    const { stats, retry } = this.#settings;
    if (verdict.kind === 'acknowledged') {
      this.#provenAt = monotonicMs();
      this.lastAckAt = monotonicMs();
      this.#attempts.succeeded(sentAt);
      this.#health.set('ok');
      if (verdict.superseded !== undefined) this.#settings.onSuperseded?.(verdict.superseded);
    } else if (verdict.kind === 'retry') {
      stats.retries += 1;
      increment(stats.apiFailures, verdict.isThrottled ? 'throttled' : 'unavailable');
      this.#attempts.failed(sentAt, (n) => Math.max(verdict.retryAfterMs ?? 0, backoffDelay(n, retry, Math.random())));
      this.#health.set('retrying', verdict.reason);
    } else if (verdict.kind === 'poison') {
      increment(stats.apiFailures, 'refused');
    } else {
      this.#failForPeople(verdict.kind, verdict.reason, sentAt);
    }
  }

  #failForPeople(state: 'forbidden' | 'misdirected', reason: string, sentAt = monotonicMs()): void {
    const { slowRetryMs, stats, api, clusterId } = this.#settings;
    increment(stats.apiFailures, state);
    this.#attempts.failed(sentAt, () => slowRetryMs * (0.5 + Math.random()));
    // Whatever was cached may be what is wrong: a role that was bound meanwhile, a login that was renewed.
    if (state === 'forbidden') api.forgetCredentials();
    const skew = api.skewMs === undefined ? 'unknown' : `${Math.round(api.skewMs / 1_000)} s`;
    const help =
      state === 'forbidden'
        ? `The role of this relay needs execute-api:Invoke on POST /v1/clusters/${clusterId}/events, and its clock must be right (measured skew: ${skew}).`
        : 'Is api_url the URL of a kube-event-forwarder API of this version?';
    this.#health.set(state, `${reason}. ${help}`, { skewMs: api.skewMs, failures: this.#attempts.failures });
  }
}
