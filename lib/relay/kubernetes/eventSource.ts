import type { Logger } from 'pino';
import { type BackoffBounds, backoffDelay, pause } from '../backoff.ts';
import type { DropReason } from '../filter.ts';
import { compareVersions } from '../position.ts';
import { increment, type RelayStats } from '../relayStats.ts';
import { versionOf, type WireEvent } from '../wireEvent.ts';
import type { AttemptEnd } from './attemptEnd.ts';
import type { KubernetesConnection } from './connection.ts';
import { readPage } from './listAttempt.ts';
import { type EventApi, eventsPath } from './resource.ts';
import { endOfErrorLine, watchOnce } from './watchAttempt.ts';

/** Where a source puts what it reads, in the order of its stream. */
export interface EventSink {
  /** An event that is new to this relay. `version` is what the stream has reached with it; list items have none. */
  take(event: WireEvent, origin: 'watch' | 'list' | 'initial', version: string | undefined): void;
  /** Something was received and is not forwarded; `version` as above. */
  drop(reason: DropReason, version: string | undefined): void;
  /** Everything up to `version` was delivered (end of a list, bookmark). */
  reach(version: string): void;
  isFull(): boolean;
  whenRoom(): Promise<void>;
}

/** Settings of a source. */
export interface SourceSettings {
  readonly scope: string;
  readonly connection: KubernetesConnection;
  readonly sink: EventSink;
  /** Version everything up to which is acknowledged, from the last relay of this cluster. */
  readonly startVersion: string | undefined;
  readonly idleMs: number;
  readonly stallMs: number;
  readonly retry: BackoffBounds;
  readonly slowRetryMs: number;
  readonly headTimeoutMs: number;
  readonly stats: RelayStats;
  readonly logger: Logger;
}

/** What a source is doing, for readiness and `/status`. */
export interface SourceState {
  readonly scope: string;
  phase: 'starting' | 'probing' | 'listing' | 'watching' | 'waiting' | 'stopped';
  /** True once the first list is done, or a position was resumed from. */
  hasStarted: boolean;
  lastByteAt: number | undefined;
  lastEventAt: number | undefined;
  lastError: string | undefined;
  /** When the source last stopped working; undefined while it works. */
  failingSince: number | undefined;
  version: string | undefined;
}

const pageLimit = '500';
/** A watch that lived this long was a good one, even if nothing happened. */
const steadyMs = 5_000;

/**
 * Follows the Events of one scope for ever: list, watch, and whatever it takes to go on after each way a watch can end. One
 * loop owns every request, so there is never more than one at a time and never a storm of them. Holds no objects.
 */
export class EventSource {
  readonly state: SourceState;
  readonly #settings: SourceSettings;
  #api: EventApi = 'events.k8s.io/v1';
  /** Everything up to here was taken in; the next watch starts after it. */
  #reached: string | undefined;
  #next: 'probe' | 'list' | 'watch';
  /** True until a first list without any position is done: what it brings may be old news. */
  #isInitial: boolean;
  #failures = 0;
  #corruptAt: string | undefined;
  #watchOpenedAt = 0;

  constructor(settings: SourceSettings) {
    this.#settings = settings;
    this.#reached = settings.startVersion;
    this.#isInitial = settings.startVersion === undefined;
    this.#next = this.#isInitial ? 'list' : 'probe';
    this.state = {
      scope: settings.scope,
      phase: 'starting',
      hasStarted: false,
      lastByteAt: undefined,
      lastEventAt: undefined,
      lastError: undefined,
      failingSince: Date.now(),
      version: settings.startVersion,
    };
  }

  /** Runs until `signal` aborts. Never rejects for what the world does. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#settings.sink.whenRoom();
      const end = await this.#step(signal);
      const delay = this.#decide(end);
      if (delay > 0 && !signal.aborted) {
        if (end.kind !== 'done') this.state.phase = 'waiting';
        await pause(delay, signal);
      }
    }
    this.state.phase = 'stopped';
  }

  async #step(signal: AbortSignal): Promise<AttemptEnd> {
    if (this.#next === 'probe') return this.#probe(signal);
    if (this.#next === 'list') return this.#list(signal);
    return this.#watch(signal);
  }

  /** A one-item list: does the server answer, and is it still the server whose versions we know? */
  async #probe(signal: AbortSignal): Promise<AttemptEnd> {
    this.state.phase = 'probing';
    const end = await readPage(
      this.#settings.connection,
      eventsPath(this.#api, this.#settings.scope, { limit: '1' }),
      { headTimeoutMs: this.#settings.headTimeoutMs, idleMs: this.#settings.idleMs },
      { onItem: () => {}, onBytes: () => this.#noteByte(), isFull: () => false, whenRoom: () => Promise.resolve() },
      signal,
    );
    if (end.kind !== 'page') return end;
    this.#next = 'watch';
    if (this.#reached !== undefined && compareVersions(end.page.version, this.#reached) < 0) {
      this.#settings.logger.warn(
        { reached: this.#reached, server: end.page.version },
        'versions went backwards (was etcd restored?): everything the server has counts as new',
      );
      increment(this.#settings.stats.reconnects, 'backwards');
      this.#reached = undefined;
      this.#next = 'list';
    }
    return { kind: 'done' };
  }

  async #list(signal: AbortSignal): Promise<AttemptEnd> {
    const { connection, scope, sink, stats } = this.#settings;
    this.state.phase = 'listing';
    if (this.#reached !== undefined) {
      const probe = await this.#probe(signal);
      if (probe.kind !== 'done') return probe;
      this.#next = 'list';
      this.state.phase = 'listing';
    }
    stats.lists += 1;
    const reader = {
      onItem: (bytes: Buffer) => this.#takeItem(bytes),
      onBytes: () => this.#noteByte(),
      isFull: () => sink.isFull(),
      whenRoom: () => sink.whenRoom(),
    };
    let token: string | undefined;
    let version: string | undefined;
    do {
      await sink.whenRoom();
      if (signal.aborted) return { kind: 'stopped' };
      const path = eventsPath(this.#api, scope, { limit: pageLimit, continue: token });
      const limits = { headTimeoutMs: this.#settings.headTimeoutMs, idleMs: this.#settings.idleMs };
      const end = await readPage(connection, path, limits, reader, signal);
      if (end.kind === 'refused' && end.status.code === 410 && end.status.continueToken !== undefined) {
        // The list outlived its snapshot. The rest comes from newer data; the watch still starts at the first page's version.
        token = end.status.continueToken;
        continue;
      }
      if (end.kind !== 'page') return end;
      stats.listPages += 1;
      version ??= end.page.version;
      token = end.page.continueToken;
    } while (token !== undefined);
    if (version !== undefined) this.#reach(version);
    this.#isInitial = false;
    this.#next = 'watch';
    return { kind: 'done' };
  }

  async #watch(signal: AbortSignal): Promise<AttemptEnd> {
    const { connection, scope, sink, stats } = this.#settings;
    this.state.phase = 'watching';
    this.state.hasStarted = true;
    const path = eventsPath(this.#api, scope, {
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: this.#reached,
      // The server ends the stream in good order after five to ten minutes, so that no connection lives for ever.
      timeoutSeconds: String(300 + Math.floor(Math.random() * 300)),
    });
    const { headTimeoutMs, idleMs, stallMs } = this.#settings;
    this.#watchOpenedAt = Date.now();
    return watchOnce(
      connection,
      path,
      { headTimeoutMs, idleMs, stallMs },
      {
        onLine: (bytes, start, end) => this.#takeLine(bytes, start, end),
        onOversize: () => {
          stats.received += 1;
          sink.drop('oversize', undefined);
        },
        onBytes: () => this.#noteByte(),
        isFull: () => sink.isFull(),
        whenRoom: () => sink.whenRoom(),
      },
      signal,
    );
  }

  #takeLine(bytes: Buffer, start: number, end: number): AttemptEnd | undefined {
    const { sink, stats } = this.#settings;
    const line: { type?: unknown; object?: WireEvent } | null | undefined = parseJson(
      bytes.toString('utf8', start, end),
    );
    if (line === undefined || line === null) return { kind: 'corrupt' };
    const { type, object } = line;
    if (type === 'ERROR') return endOfErrorLine(object);
    if (typeof object !== 'object' || object === null) return { kind: 'corrupt' };
    const version = versionOf(object);
    if (type === 'BOOKMARK') {
      if (version !== undefined) this.#reach(version);
      return undefined;
    }
    stats.received += 1;
    this.#failures = 0; // only a watch that delivers is a recovery: lists may work while every watch ends at once
    this.#advance(version);
    if (type === 'DELETED') sink.drop('deleted', version);
    else {
      this.state.lastEventAt = this.state.lastByteAt;
      sink.take(object, 'watch', version);
    }
    return undefined;
  }

  #takeItem(bytes: Buffer): void {
    const { sink, stats } = this.#settings;
    stats.received += 1;
    const item: WireEvent | undefined = parseJson(bytes.toString('utf8'));
    if (item === undefined) {
      sink.drop('unreadable', undefined);
      return;
    }
    const version = versionOf(item);
    const isKnown =
      this.#reached !== undefined && version !== undefined && compareVersions(version, this.#reached) <= 0;
    if (isKnown) sink.drop('known', undefined);
    else sink.take(item, this.#isInitial ? 'initial' : 'list', undefined);
  }

  #reach(version: string): void {
    this.#advance(version);
    this.#settings.sink.reach(version);
  }

  #advance(version: string | undefined): void {
    if (version !== undefined) this.#reached = this.state.version = version;
  }

  #noteByte(): void {
    this.state.lastByteAt = Date.now();
    this.state.failingSince = undefined;
    this.state.lastError = undefined;
  }

  /** Looks at how an attempt ended, chooses the next one and returns how long to wait before it. */
  #decide(end: AttemptEnd): number {
    const { stats, logger, scope } = this.#settings;
    if (end.kind === 'stopped') return 0;
    const wasWatch = this.state.phase === 'watching';
    if (wasWatch && Date.now() - this.#watchOpenedAt > steadyMs) this.#failures = 0;
    if (end.kind === 'done') {
      if (wasWatch) increment(stats.reconnects, 'ended');
      return wasWatch ? this.#delay(1) : 0;
    }
    increment(stats.reconnects, end.kind === 'stale' ? `stale-${end.form}` : end.kind);
    if (end.kind === 'stale') {
      logger.info({ scope, form: end.form, reached: this.#reached }, 'the version to resume from is gone: listing');
      this.#next = 'list';
      this.#failures += 1;
      return this.#failures === 1 ? 0 : this.#delay(this.#failures - 1);
    }
    if (end.kind === 'idle') {
      logger.info(
        { scope, idleMs: this.#settings.idleMs },
        'the stream is silent: probing the server and reconnecting',
      );
      this.#next = 'probe';
      return this.#delay(1);
    }
    if (end.kind === 'stalled') {
      logger.warn({ scope }, 'no room for events: the watch is closed until there is');
      this.#next = 'probe';
      return 0; // the loop waits for room first
    }
    if (end.kind === 'corrupt') {
      // Once may be the network's doing; the same place twice is the server's, and a list isolates the object.
      this.#next = this.#corruptAt === (this.#reached ?? '') ? 'list' : 'watch';
      this.#corruptAt = this.#reached ?? '';
    }
    return this.#fail(end);
  }

  #fail(end: Exclude<AttemptEnd, { kind: 'done' | 'stopped' | 'stale' | 'idle' | 'stalled' }>): number {
    const { logger, scope, connection, slowRetryMs } = this.#settings;
    this.#failures += 1;
    const isFirst = this.state.failingSince === undefined || this.#failures === 1;
    this.state.failingSince ??= Date.now();
    if (end.kind !== 'refused') {
      this.state.lastError = end.kind === 'failed' ? end.reason : 'a line of the watch was no JSON';
      if (end.kind === 'failed' && this.#next === 'watch') this.#next = 'probe';
      if (isFirst) logger.warn({ scope }, `the connection to the API server broke: ${this.state.lastError}`);
      return this.#delay(this.#failures);
    }
    const { code, reason, message } = end.status;
    this.state.lastError = `HTTP ${code} ${reason}: ${message}`;
    if (code === 410) this.#next = 'list';
    // Any other refusal of a watch may mean that the server does not know the version (yet, or any more): ask before insisting.
    else if (this.#next === 'watch') this.#next = 'probe';
    if (code === 404 && this.#api === 'events.k8s.io/v1') {
      logger.info({ scope }, 'the server has no events.k8s.io/v1: using core/v1');
      this.#api = 'v1';
      return 0;
    }
    if (code === 401) connection.reload();
    const help =
      code === 403
        ? ` The service account needs: apiGroups ["", "events.k8s.io"], resources ["events"], verbs [get, list, watch].`
        : '';
    if (isFirst || code === 403) logger.error({ scope }, `the API server refused: ${this.state.lastError}.${help}`);
    const least = code === 403 || code === 404 ? slowRetryMs * (0.5 + Math.random() / 2) : this.#delay(this.#failures);
    return Math.max(end.retryAfterMs ?? 0, least);
  }

  #delay(attempt: number): number {
    return backoffDelay(attempt, this.#settings.retry, Math.random());
  }
}

/** The value of JSON text, or `undefined` when it is none. Typed as what the caller expects and then checks. */
function parseJson<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
