import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import type { RelayInfo } from '../api/contract.ts';
import { compileRules } from '../events/rules.ts';
import { backoffDelay, pause } from './backoff.ts';
import { BufferPool, type PlainBatch } from './batchBuilder.ts';
import type { RelayConfig } from './config.ts';
import type { ApiConnection } from './delivery/apiConnection.ts';
import { DeadLetters } from './delivery/deadLetters.ts';
import { Delivery } from './delivery/delivery.ts';
import { fetchPosition } from './delivery/fetchPosition.ts';
import { Encoder } from './encode.ts';
import { compileFilter } from './filter.ts';
import { Intake } from './intake.ts';
import type { KubernetesConnection } from './kubernetes/connection.ts';
import { EventSource, type SourceState } from './kubernetes/eventSource.ts';
import { allNamespaces, PositionLedger, versionFor } from './position.ts';
import { RelayStats } from './relayStats.ts';

/** What one cluster's relay needs. */
export interface ClusterRelayOptions {
  readonly config: RelayConfig;
  readonly kubernetes: KubernetesConnection;
  readonly api: ApiConnection;
  readonly logger: Logger;
  readonly identity: { readonly id: string; readonly version: string; readonly startedAt: Date };
}

/** Events of one cluster on their way from its API server to ours. Several of these can run in one process. */
export class ClusterRelay {
  readonly stats = new RelayStats();
  readonly delivery: Delivery;
  readonly deadLetters: DeadLetters;
  readonly #options: ClusterRelayOptions;
  readonly #pool = new BufferPool();
  readonly #encoder = new Encoder();
  readonly #intakeStop = new AbortController();
  #ledger = new PositionLedger();
  #intake: Intake | undefined;
  #sources: EventSource[] = [];
  #sequence = 0;
  #lingerTimer: NodeJS.Timeout | undefined;
  #waitingForRoom: (() => void)[] = [];

  constructor(options: ClusterRelayOptions) {
    const { config, api, logger } = options;
    this.#options = options;
    this.deadLetters = new DeadLetters({
      file: config.dead_letter_file,
      maxBytes: config.dead_letter_max_bytes,
      clusterId: config.cluster_id,
      logger,
    });
    this.delivery = new Delivery({
      clusterId: config.cluster_id,
      api,
      workers: config.worker_count,
      retry: { baseMs: config.retry_base, maxMs: config.retry_max },
      slowRetryMs: config.retry_forbidden,
      compressionLevel: config.compression_level,
      deadLetters: this.deadLetters,
      stats: this.stats,
      logger,
      onSettled: (id) => this.#settled(id),
    });
  }

  get config(): RelayConfig {
    return this.#options.config;
  }

  get sources(): readonly SourceState[] {
    return this.#sources.map((source) => source.state);
  }

  get position() {
    return this.#ledger.position;
  }

  /** Events taken in and not yet in flight. */
  get buffered(): number {
    return (this.#intake?.waiting ?? 0) + this.delivery.queuedEvents;
  }

  get skewMs(): number | undefined {
    return this.#options.api.skewMs;
  }

  /** Follows the cluster until `signal` aborts, then flushes for at most the grace period. Resolves to what was left over. */
  async run(signal: AbortSignal): Promise<number> {
    const stop = (): void => this.#intakeStop.abort();
    signal.addEventListener('abort', stop, { once: true });
    // One listener per scope that waits; a leak is not what their number would tell.
    setMaxListeners(0, this.#intakeStop.signal);
    if (signal.aborted) stop();
    const start = await fetchPosition(this.#options, this.#intakeStop.signal);
    if (start !== undefined && !this.#intakeStop.signal.aborted) {
      this.#ledger = new PositionLedger(start.position);
      this.#intake = this.#openIntake();
      void this.#beat();
      this.#sources = this.#openSources();
      await Promise.all(this.#sources.map((source) => source.run(this.#intakeStop.signal)));
    }
    return this.#flush();
  }

  #openIntake(): Intake {
    const { config } = this.#options;
    const filter = compileFilter({
      clusterId: config.cluster_id,
      eventTypes: config.event_types,
      reasonFilters: config.reason_filters,
      excludeNamespaces: config.exclude_namespaces,
      minSeverity: config.min_severity,
      // Checked when the configuration was read; compileRules validates the shape itself.
      rules: config.rules.length === 0 ? undefined : compileRules(config.rules as never),
    });
    return new Intake({
      filter,
      ledger: this.#ledger,
      pool: this.#pool,
      stats: this.stats,
      maxEvents: config.batch_max_events,
      maxBytes: config.batch_max_bytes,
      maxEventAgeMs: config.max_event_age,
      now: Date.now,
      onBatch: (id, batch) => this.#send(id, batch),
      onUnreadable: (error) => this.#options.logger.warn({ err: error }, 'an event cannot be read and is dropped'),
      onOpened: () => {
        this.#lingerTimer ??= setTimeout(() => {
          this.#lingerTimer = undefined;
          this.#intake?.seal();
        }, config.linger);
      },
    });
  }

  #openSources(): EventSource[] {
    const { config, kubernetes, logger } = this.#options;
    const scopes = config.namespaces.length === 0 ? [allNamespaces] : [...new Set(config.namespaces)];
    return scopes.map((scope) => {
      return new EventSource({
        scope,
        connection: kubernetes,
        sink: {
          take: (event, origin, version) => this.#intake?.take(event, scope, origin, version),
          drop: (reason, version) => this.#intake?.drop(reason, scope, version),
          reach: (version) => this.#ledger.observe(scope, version),
          isFull: () => this.#isFull(),
          whenRoom: () => this.#whenRoom(),
        },
        startVersion: versionFor(this.#ledger.position, scope),
        idleMs: config.idle_timeout,
        stallMs: config.stall_timeout,
        retry: { baseMs: config.retry_base, maxMs: config.retry_max },
        slowRetryMs: config.retry_forbidden,
        headTimeoutMs: config.request_timeout,
        stats: this.stats,
        logger,
      });
    });
  }

  #send(id: number, batch: PlainBatch): void {
    if (this.#lingerTimer !== undefined) {
      clearTimeout(this.#lingerTimer);
      this.#lingerTimer = undefined;
    }
    const { compression_level } = this.#options.config;
    const envelope = this.#envelope(batch.isBacklog);
    const body = this.#encoder.encode(batch, envelope, compression_level).finally(() => this.#pool.give(batch.buffer));
    this.delivery.offer({ id, count: batch.count, objects: batch.objects, body });
  }

  #envelope(isBacklog: boolean): { relay: RelayInfo; position?: unknown; backlog?: boolean } {
    const { identity } = this.#options;
    this.#sequence += 1;
    const position = this.#ledger.position;
    return {
      relay: {
        id: identity.id,
        version: identity.version,
        startedAt: identity.startedAt.toISOString(),
        sequence: this.#sequence,
        counters: {
          received: this.stats.received,
          dropped: this.stats.totalDropped,
          acknowledged: this.stats.acknowledged,
          refused: this.stats.refused,
        },
      },
      ...(position === null ? undefined : { position }),
      ...(isBacklog ? { backlog: true } : undefined),
    };
  }

  #settled(id: number): void {
    this.#ledger.settle(id);
    if (!this.#isFull()) for (const resume of this.#waitingForRoom.splice(0)) resume();
  }

  #isFull(): boolean {
    return this.buffered >= this.#options.config.buffer_size;
  }

  #whenRoom(): Promise<void> {
    if (!this.#isFull() || this.#intakeStop.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => this.#waitingForRoom.push(resolve));
  }

  /** On quiet clusters an empty batch now and then says that the relay lives and how far it got. */
  async #beat(): Promise<void> {
    const { signal } = this.#intakeStop;
    const { heartbeat_interval } = this.#options.config;
    while (!signal.aborted) {
      const wait = this.delivery.lastPostAt + heartbeat_interval - Date.now();
      if (wait > 0) await pause(wait, signal);
      else if (this.delivery.isIdle) await this.delivery.heartbeat(this.#envelope(false));
      else await pause(heartbeat_interval / 2, signal);
    }
  }

  async #flush(): Promise<number> {
    const { config, logger } = this.#options;
    clearTimeout(this.#lingerTimer);
    for (const resume of this.#waitingForRoom.splice(0)) resume();
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), config.shutdown_grace);
    this.#intake?.seal();
    this.delivery.hurry();
    await Promise.race([this.delivery.whenIdle(), pause(config.shutdown_grace, deadline.signal)]);
    const left = this.buffered + this.delivery.inFlightEvents;
    if (left === 0 && !deadline.signal.aborted && this.#intake !== undefined) {
      await Promise.race([
        this.delivery.heartbeat(this.#envelope(false)),
        pause(config.shutdown_grace, deadline.signal),
      ]);
    }
    clearTimeout(timer);
    deadline.abort();
    this.delivery.abandon();
    const facts = { position: this.position, left, ...totals(this.stats) };
    if (left > 0) logger.warn(facts, 'stopped before everything was acknowledged; the next relay reads it again');
    else logger.info(facts, 'stopped');
    return left;
  }
}

function totals(stats: RelayStats) {
  return {
    received: stats.received,
    acknowledged: stats.acknowledged,
    refused: stats.refused,
    dropped: Object.fromEntries(stats.dropped),
  };
}

/** Waits a jittered while before attempt `attempt`, by the configuration's bounds. */
export function waitToRetry(attempt: number, config: RelayConfig, signal: AbortSignal): Promise<void> {
  const bounds = { baseMs: config.retry_base, maxMs: config.retry_max };
  return pause(backoffDelay(attempt, bounds, Math.random()), signal);
}
