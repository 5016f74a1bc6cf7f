import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import { type BatchEnvelope, type Gap, holderOf, type PositionKeeper } from '../api/contract.ts';
import { pause } from './backoff.ts';
import type { PlainBatch } from './batchBuilder.ts';
import type { Share } from './byteBudget.ts';
import { monotonicMs } from './clock.ts';
import { ClusterSpool } from './clusterSpool.ts';
import type { RelayConfig } from './config.ts';
import type { ApiConnection } from './delivery/apiConnection.ts';
import { DeadLetters } from './delivery/deadLetters.ts';
import { Delivery } from './delivery/delivery.ts';
import { fetchPosition, type Resumption } from './delivery/fetchPosition.ts';
import { Poster } from './delivery/poster.ts';
import { fieldSelectorOf } from './fieldSelector.ts';
import { filterOf } from './filter.ts';
import { Intake } from './intake.ts';
import type { KubernetesConnection } from './kubernetes/connection.ts';
import { EventSource } from './kubernetes/eventSource.ts';
import { eventResource } from './kubernetes/resource.ts';
import type { SourceState } from './kubernetes/sourceState.ts';
import { allNamespaces, furthest, type Position, PositionLedger, reportable, versionFor } from './position.ts';
import { increment, RelayStats } from './relayStats.ts';
import { Room } from './room.ts';
import type { SharedMemory } from './sharedMemory.ts';
import { ClusterSignals } from './signals/clusterSignals.ts';
import type { OpenedSpool } from './spool/openSpool.ts';

/** What one cluster's relay needs. */
export interface ClusterRelayOptions {
  readonly config: RelayConfig;
  readonly kubernetes: KubernetesConnection;
  readonly api: ApiConnection;
  readonly logger: Logger;
  /** Shared with the other clusters of the process. */
  readonly memory: SharedMemory;
  /** Numbers batches in the order in which this process makes them. */
  readonly nextSequence: () => number;
  /** Where a relay of this process left off a moment ago. @default what the API knows */
  readonly handedOver?: Resumption | undefined;
  /** True when this relay is the one that should work: it then claims its epoch back. @default false */
  readonly isLeader?: () => boolean;
  readonly identity: { readonly id: string; readonly version: string; readonly startedAt: Date };
}

/** Events of one cluster on their way from its API server to ours. Several of these can run in one process. */
export class ClusterRelay {
  readonly stats = new RelayStats();
  readonly delivery: Delivery;
  readonly poster: Poster;
  readonly spool: ClusterSpool;
  readonly signals: ClusterSignals;
  readonly #options: ClusterRelayOptions;
  readonly #scopes: readonly string[];
  readonly #room: Room;
  readonly #share: Share;
  readonly #intakeStop = new AbortController();
  /** Unsettled batches: bytes held, and when the first event came. */
  readonly #held = new Map<number, { bytes: number; readonly openedAt: number }>();
  /** Sum of their bytes: asked for with every chunk that is read, while there may be tens of thousands of them. */
  #heldBytes = 0;
  /** What the API has to be told with the next batch or heartbeat. */
  #gaps: Gap[] = [];
  #ledger = new PositionLedger();
  #startedFrom: Position | null = null;
  #intake: Intake | undefined;
  #sources: EventSource[] = [];
  #isAbandoned = false;
  #inFlightEvents = 0;
  #openedAt: number | undefined;
  #lingerTimer: NodeJS.Timeout | undefined;
  /** Claimed with every batch, so that a relay that was thought dead cannot set the position back. */
  epoch: number | undefined;
  /** The relay whose position the API keeps instead of this one's. */
  supersededBy: string | undefined;
  /** Why the position could not be read from the API so far. */
  startProblem: string | undefined;
  /** Called with the seconds from a batch's first event to its acknowledgement. */
  onDelivered: (seconds: number) => void = () => {};

  constructor(options: ClusterRelayOptions) {
    const { config, api, logger } = options;
    this.#options = options;
    this.signals = new ClusterSignals(config);
    this.#scopes = config.namespaces.length === 0 ? [allNamespaces] : [...new Set(config.namespaces)];
    const share = options.memory.budget.join(
      () => this.bytesHeld,
      () => this.#room.changed(),
    );
    const limits = {
      events: config.buffer_size,
      get bytes() {
        return share.limit;
      },
    };
    this.#share = share;
    this.#room = new Room(limits, () => ({ events: this.buffered, bytes: this.bytesHeld }));
    this.poster = new Poster({
      clusterId: config.cluster_id,
      api,
      workers: config.worker_count,
      retry: { baseMs: config.retry_base, maxMs: config.retry_max },
      slowRetryMs: config.retry_forbidden,
      compressionLevel: config.compression_level,
      deadLetters: new DeadLetters({
        file: config.dead_letter_file,
        maxBytes: config.dead_letter_max_bytes,
        clusterId: config.cluster_id,
        logger,
      }),
      stats: this.stats,
      logger,
      onSuperseded: (keeper) => this.#superseded(keeper),
      onDone: (count) => {
        this.#inFlightEvents -= count;
      },
    });
    this.spool = new ClusterSpool({
      config,
      logger,
      envelope: () => this.#envelope(false),
      onHeld: (id, bytes) => this.#hold(id, bytes),
      onDropped: (events) => {
        this.stats.drop('spool', events);
        this.#inFlightEvents -= events;
      },
      onAbsorbed: (id) => {
        this.#hold(id, 0);
        this.#held.delete(id);
        this.#ledger.absorb(id);
        this.delivery.absorbed();
      },
    });
    this.delivery = new Delivery({
      poster: this.poster,
      workers: () => this.poster.window,
      logger,
      queue: this.spool.queue,
      onSettled: (id) => this.#settled(id),
    });
    // One listener per scope that waits; a leak is not what their number would tell.
    setMaxListeners(0, this.#intakeStop.signal);
  }

  get config(): RelayConfig {
    return this.#options.config;
  }

  get sources(): readonly SourceState[] {
    return this.#sources.map((source) => source.state);
  }

  /** Everything up to here is acknowledged or parked. */
  get position(): Position | null {
    return this.#ledger.position;
  }

  /** Events taken in that no worker has taken yet. */
  get buffered(): number {
    return (this.#intake?.waiting ?? 0) + this.delivery.queuedEvents;
  }

  /** Events taken in and neither acknowledged nor parked. */
  get unacknowledged(): number {
    return (this.#intake?.waiting ?? 0) + this.#inFlightEvents;
  }

  /** Bytes of all batches, waiting and in flight. */
  get bytesHeld(): number {
    return (this.#intake?.waitingBytes ?? 0) + this.#heldBytes;
  }

  /** How long the oldest unacknowledged event has been here. */
  get lagSeconds(): number {
    const [oldest] = this.#held.values();
    const since = oldest?.openedAt ?? this.#openedAt;
    return since === undefined ? 0 : (monotonicMs() - since) / 1_000;
  }

  /** Versions of the API server between what its streams have brought and what is acknowledged; of the scope where it is most. */
  get lagVersions(): number {
    const { position } = this;
    const lags = this.sources.map(({ scope, version }) => {
      const acknowledged = versionFor(position, scope);
      return version === undefined || acknowledged === undefined ? 0 : Number(BigInt(version) - BigInt(acknowledged));
    });
    return Math.max(0, ...lags);
  }

  /** The API's clock minus ours, in milliseconds. */
  get skewMs(): number | undefined {
    return this.#options.api.skewMs;
  }

  /** Until when the AWS keys are good; `undefined` before the first request, and for keys that do not expire. */
  get keysExpireAt(): Date | undefined {
    return this.#options.api.keysExpireAt;
  }

  /** The way to the API server. */
  get kubernetes(): Pick<KubernetesConnection, 'server' | 'skewMs' | 'expiry'> {
    return this.#options.kubernetes;
  }

  /** Follows the cluster until `signal` aborts, then flushes for at most the grace period. Resolves to what was left over. */
  async run(signal: AbortSignal): Promise<number> {
    const stop = (): void => {
      this.#intakeStop.abort();
      this.#room.close();
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const opened = await this.spool.open(this.#intakeStop.signal);
    const start = await this.#findStart(opened);
    if (start !== undefined && !this.#intakeStop.signal.aborted) {
      this.epoch = start.epoch;
      this.#resume(start.position, opened);
      this.#intake = this.#openIntake();
      void this.#beat();
      const tending = setInterval(
        () => this.spool.tend(this.lagSeconds * 1_000, this.#dated),
        Math.min(1_000, this.config.spool_after / 4),
      );
      this.#sources = this.#scopes.map((scope) => this.#openSource(scope));
      await Promise.all([
        ...this.#sources.map((source) => source.run(this.#intakeStop.signal)),
        this.#runSignals(this.#intake),
      ]);
      clearInterval(tending);
    }
    return this.#flush();
  }

  /** Gives up at once, in the middle of whatever is going on: another relay has taken over. To be followed by the end of {@link run}. */
  abandon(): void {
    this.#isAbandoned = true;
    this.delivery.abandon();
  }

  /**
   * Where to begin, from the API. A relay with a spool does not wait for it as long as the API server keeps events: what it reads
   * without knowing the position is in the store already or new, and the store tells.
   */
  async #findStart(opened: OpenedSpool | undefined): Promise<Resumption | undefined> {
    const { signal } = this.#intakeStop;
    const { spool_after, start_timeout } = this.config;
    const onProblem = (problem: string): void => {
      this.startProblem = problem;
    };
    if (this.#options.handedOver !== undefined) return this.#options.handedOver;
    if (opened === undefined) return fetchPosition({ ...this.#options, stats: this.stats, onProblem }, signal);
    const patience = AbortSignal.timeout(opened.position === undefined ? start_timeout : spool_after);
    const asking = { ...this.#options, stats: this.stats, onProblem };
    const answer = await fetchPosition(asking, AbortSignal.any([signal, patience]));
    if (answer !== undefined) return answer;
    void fetchPosition(asking, signal).then((late) => {
      this.epoch ??= late?.epoch;
    });
    return { position: null, epoch: undefined };
  }

  /** Takes up what is known: the position of the API, the unsent batches of an earlier process, and its position. */
  #resume(acknowledged: Position | null, opened: OpenedSpool | undefined): void {
    const { position = null, restored = [] } = opened ?? {};
    const known = restored.length === 0 ? furthest(acknowledged, position) : acknowledged;
    const unsent = restored.map((entry) => furthest(entry.position, known));
    this.#startedFrom = furthest(known, position);
    this.#ledger = new PositionLedger(known, unsent, this.#startedFrom);
    for (const { id, count, openedAt } of restored) {
      this.#held.set(id, { bytes: 0, openedAt: monotonicMs() - Math.max(0, Date.now() - openedAt) });
      this.stats.restored += count;
      this.#inFlightEvents += count;
    }
    if (restored.length === 0) return;
    const { logger } = this.#options;
    logger.info(
      { batches: restored.length, events: this.stats.restored, position },
      'sending what an earlier relay left',
    );
    this.delivery.resume(restored.length);
  }

  #runSignals(intake: Intake): Promise<void> {
    const { kubernetes, logger } = this.#options;
    const { position } = this.#ledger;
    const surroundings = { connection: kubernetes, intake, stats: this.stats, room: this.#room, position, logger };
    return this.signals.run(surroundings, this.#intakeStop.signal);
  }

  #openIntake(): Intake {
    const { config, logger } = this.#options;
    return new Intake({
      filter: filterOf(config),
      ledger: this.#ledger,
      pool: this.#options.memory.pool,
      stats: this.stats,
      maxEvents: config.batch_max_events,
      maxBytes: config.batch_max_bytes,
      maxEventAgeMs: config.max_event_age,
      now: Date.now,
      onBatch: (id, batch) => this.#send(id, batch),
      onLarge: () => this.#options.memory.guard.check(),
      onUnreadable: (error) => logger.warn({ err: error }, 'an event cannot be read and is dropped'),
      onOpened: () => {
        this.#openedAt = monotonicMs();
        this.#lingerTimer ??= setTimeout(() => {
          this.#lingerTimer = undefined;
          this.#intake?.seal();
        }, config.linger);
      },
    });
  }

  #openSource(scope: string): EventSource {
    const { config, kubernetes, logger } = this.#options;
    const at = this.#startedFrom?.at;
    return new EventSource({
      resource: { ...eventResource, fieldSelector: (api) => fieldSelectorOf(config, api) },
      scope,
      connection: kubernetes,
      sink: {
        take: (event, origin, version) => this.#intake?.take(event, scope, origin, version),
        remove: (_event, version) => this.#intake?.drop('deleted', scope, version),
        drop: (reason, version) => this.#intake?.drop(reason, scope, version),
        reach: (version) => {
          this.#ledger.observe(scope, version);
          // The end of a list. With one scope there is nothing more to wait for; with hundreds it would be a batch for each.
          if (this.#scopes.length === 1) this.#intake?.seal();
        },
        isFull: () => this.#room.isFull,
        whenRoom: () => this.#room.when(),
        miss: (fromMsAgo, toMsAgo) => this.#miss(scope, fromMsAgo, toMsAgo),
      },
      // What is not in the store may still be there for as long as the API server keeps it.
      currentMsAgo: at === undefined ? undefined : Math.max(0, Date.now() - Date.parse(at)),
      eventTtlMs: config.event_ttl,
      startVersion: this.#ledger.reached(scope) ?? this.#ledger.reached(allNamespaces),
      idleMs: config.idle_timeout,
      stallMs: config.stall_timeout,
      headTimeoutMs: config.request_timeout,
      pace: { retry: { baseMs: config.retry_base, maxMs: config.retry_max }, slowRetryMs: config.retry_forbidden },
      stats: this.stats,
      logger,
    });
  }

  #send(id: number, batch: PlainBatch): void {
    const { config, memory } = this.#options;
    clearTimeout(this.#lingerTimer);
    this.#lingerTimer = undefined;
    memory.guard.check();
    const held = { bytes: 0, openedAt: this.#openedAt ?? monotonicMs() };
    this.#held.set(id, held);
    this.#hold(id, batch.length);
    this.#openedAt = undefined;
    this.#inFlightEvents += batch.count;
    const body = memory.encoder
      .encode(batch, this.#envelope(batch.isBacklog), config.compression_level)
      .then((encoded) => {
        memory.pool.give(batch.buffer);
        // Unless it is on disk already.
        if (held.bytes > 0) this.#hold(id, encoded.length);
        return encoded;
      });
    this.delivery.offer({
      id,
      count: batch.count,
      position: dated(this.#ledger.positionAfter(id)),
      openedAt: Date.now() - (monotonicMs() - held.openedAt),
      objects: batch.objects,
      body,
    });
  }

  /** The position as the next relay should find it. */
  get #dated(): Position | null {
    const position = reportable(this.#ledger.position, this.#scopes);
    const knownFor = this.#sources.map(({ currentFor }) => currentFor);
    if (position === null || knownFor.length === 0 || knownFor.includes(undefined)) return position;
    const ageMs = Math.max(this.lagSeconds * 1_000, ...knownFor.filter((ms) => ms !== undefined));
    return { ...position, at: new Date(Date.now() - ageMs).toISOString() };
  }

  #envelope(isBacklog: boolean, gaps: readonly Gap[] = this.#gaps.splice(0)): Omit<BatchEnvelope, 'events'> {
    const { identity, nextSequence } = this.#options;
    const position = this.#dated;
    return {
      relay: {
        id: identity.id,
        version: identity.version,
        startedAt: identity.startedAt.toISOString(),
        sequence: nextSequence(),
        ...(this.epoch === undefined ? undefined : { epoch: this.epoch }),
        counters: {
          received: this.stats.received,
          dropped: this.stats.totalDropped,
          acknowledged: this.stats.acknowledged,
          refused: this.stats.refused,
        },
        ...(gaps.length === 0 ? undefined : { gaps: [...gaps] }),
      },
      ...(position === null ? undefined : { position }),
      ...(isBacklog ? { backlog: true } : undefined),
    };
  }

  /** The API server has forgotten what it had in between. */
  #miss(scope: string, fromMsAgo: number, toMsAgo: number): void {
    const from = new Date(Date.now() - fromMsAgo).toISOString();
    const to = new Date(Date.now() - toMsAgo).toISOString();
    const reason = 'expired on the API server before it could be read';
    this.#options.logger.error({ scope, from, to }, `events of this time are lost if there were any: ${reason}`);
    increment(this.stats.gaps, 'expired');
    // The API takes twenty of them; with more scopes than that, the first ones have to do.
    if (this.#gaps.length < 20) this.#gaps.push({ from, to, reason });
  }

  #settled(id: number): void {
    const held = this.#held.get(id);
    if (held !== undefined) this.onDelivered((monotonicMs() - held.openedAt) / 1_000);
    this.#hold(id, 0);
    this.#held.delete(id);
    this.stats.batches += 1;
    this.#ledger.settle(id);
    this.#share.changed();
  }

  /** Notes how many bytes of a batch are in memory. */
  #hold(id: number, bytes: number): void {
    const held = this.#held.get(id);
    if (held === undefined) return;
    this.#heldBytes += bytes - held.bytes;
    held.bytes = bytes;
    this.#share.changed();
  }

  /**
   * Another relay of this cluster has taken over. Without a leader there is nothing to do about it but to say so: what is delivered
   * is stored all the same. A leader was only overtaken by one that began at the same moment and is none, and goes one further.
   */
  #superseded({ epoch, holder }: PositionKeeper): void {
    const { identity, isLeader, logger } = this.#options;
    const own = holderOf({ id: identity.id, startedAt: identity.startedAt.toISOString() });
    // Batches from the spool still claim what the process before this one did.
    if (this.epoch === undefined || epoch < this.epoch || (epoch === this.epoch && holder === own)) return;
    if (isLeader?.() === true) {
      this.epoch = epoch + 1;
      logger.info({ epoch: this.epoch, before: holder }, 'claiming the position from a relay that does not lead');
    } else if (this.supersededBy === undefined) {
      this.supersededBy = holder;
      logger.warn({ epoch, holder }, 'another relay of this cluster began later: the API keeps its position');
    }
  }

  /** On quiet clusters an empty batch now and then says that the relay lives and how far it got. */
  async #beat(): Promise<void> {
    const { signal } = this.#intakeStop;
    const { heartbeat_interval } = this.#options.config;
    let lastBeatAt = monotonicMs();
    while (!signal.aborted) {
      // What comes from the spool tells how things were when it went there: the backend has to hear how they are.
      const isCatchingUp = this.spool.queue.isActive && this.poster.health.state === 'ok';
      const wait = (isCatchingUp ? lastBeatAt : this.poster.lastPostAt) + heartbeat_interval - monotonicMs();
      if (wait > 0) await pause(wait, signal);
      else if (this.delivery.isIdle || isCatchingUp) {
        lastBeatAt = monotonicMs();
        await this.#heartbeat(signal);
      } else await pause(heartbeat_interval / 2, signal);
    }
  }

  /** Heartbeats are not repeated: what one did not get across has to go with the next. */
  async #heartbeat(signal: AbortSignal): Promise<void> {
    const gaps = this.#gaps.splice(0);
    if (!(await this.poster.heartbeat(this.#envelope(false, gaps), signal))) this.#gaps.unshift(...gaps);
  }

  async #flush(): Promise<number> {
    const { config, logger } = this.#options;
    const deadline = AbortSignal.timeout(config.shutdown_grace);
    this.#intake?.seal();
    clearTimeout(this.#lingerTimer);
    this.poster.hurry();
    // At once, not at the end of the grace period: whoever is impatient kills before that.
    this.spool.queue.activate();
    const over = pause(config.shutdown_grace, this.delivery.signal);
    await Promise.race([this.delivery.whenIdle(), over]);
    if (this.unacknowledged === 0 && this.#intake !== undefined && !this.#isAbandoned) await this.#heartbeat(deadline);
    this.delivery.abandon();
    await this.spool.close(this.#dated);
    const left = this.spool.queue.unsavedEvents;
    this.#share.leave();
    const { received, acknowledged, refused, dropped } = this.stats;
    const facts = {
      position: this.position,
      left,
      spooled: this.spool.queue.onDisk.events,
      received,
      acknowledged,
      refused,
      dropped: Object.fromEntries(dropped),
    };
    if (left > 0) logger.warn(facts, 'stopped before everything was acknowledged; the next relay reads it again');
    else if (facts.spooled > 0) logger.info(facts, 'stopped; the next relay sends what is in the spool');
    else logger.info(facts, 'stopped');
    return left;
  }
}

/** Marks a position as that of now. */
function dated(position: Position | null): Position | null {
  return position && { ...position, at: new Date().toISOString() };
}
