import type { Logger } from 'pino';
import { pause } from '../backoff.ts';
import { monotonicMs } from '../clock.ts';
import type { DropReason } from '../filter.ts';
import { compareVersions } from '../position.ts';
import { increment, type RelayStats } from '../relayStats.ts';
import { versionOf, type WireEvent } from '../wireEvent.ts';
import type { AttemptEnd, BrokenEnd } from './attemptEnd.ts';
import type { KubernetesConnection } from './connection.ts';
import { type Course, nextCourse, type Pace } from './course.ts';
import { type ListReader, readPage } from './listAttempt.ts';
import { readList } from './readList.ts';
import { eventResource, type Resource, resourcePath } from './resource.ts';
import { skimLine } from './skim.ts';
import { newSourceState, type SourceState } from './sourceState.ts';
import { endOfErrorLine, watchOnce } from './watchAttempt.ts';

/** Where a source puts what it reads, in the order of its stream. */
export interface EventSink {
  /** An object that is new to this relay. `version` is what the stream has reached with it; list items have none. */
  take(object: WireEvent, origin: Origin, version: string | undefined): void;
  /** An object that is no more, as it last was. */
  remove(object: WireEvent, version: string | undefined): void;
  /** Something was received and is not forwarded; `version` as above. */
  drop(reason: DropReason, version: string | undefined): void;
  /** Everything up to `version` was delivered (end of a list, bookmark). */
  reach(version: string): void;
  isFull(): boolean;
  whenRoom(): Promise<void>;
  /** What happened between these two moments has expired unread, if anything did. */
  miss(fromMsAgo: number, toMsAgo: number): void;
}

/** How an object came: as a change, with a list, or with the first list of a relay that knows no position. */
export type Origin = 'watch' | 'list' | 'initial';

/** Settings of a source. */
export interface SourceSettings {
  /** What to follow. @default Events */
  readonly resource?: Resource;
  readonly scope: string;
  readonly connection: KubernetesConnection;
  readonly sink: EventSink;
  /** Version everything up to which is acknowledged, from the last relay of this cluster. */
  readonly startVersion: string | undefined;
  /** How long ago the stream was at that version; `undefined` when nobody knows. */
  readonly currentMsAgo: number | undefined;
  /** How long the API server keeps an event. */
  readonly eventTtlMs: number;
  readonly idleMs: number;
  readonly stallMs: number;
  readonly headTimeoutMs: number;
  readonly pace: Pace;
  readonly stats: RelayStats;
  readonly logger: Logger;
}

/** A watch that lived this long was a good one, even if nothing happened. */
const steadyMs = 5_000;

/**
 * Follows the Events (or other objects) of one scope for ever: list, watch, and whatever it takes to go on after each way a
 * watch can end. One loop owns every request, so there is never more than one at a time. Holds no objects.
 */
export class EventSource {
  readonly state: SourceState;
  readonly #settings: SourceSettings;
  #resource: Resource;
  readonly #mark: Buffer | undefined;
  readonly #listReader: ListReader;
  #course: Course;
  /** Everything up to here was taken in; the next watch starts after it. */
  #reached: string | undefined;
  /** True until a first list without any position is done: what it brings may be old news. */
  #isInitial: boolean;
  #hasDelivered = false;
  /** When the stream last had everything, on the clock of {@link monotonicMs}. */
  #currentAt: number | undefined;
  #chunkAt = 0;

  constructor(settings: SourceSettings) {
    const { scope, sink, startVersion, currentMsAgo, resource = eventResource } = settings;
    this.#settings = settings;
    this.#resource = resource;
    this.#mark = resource.mark === undefined ? undefined : Buffer.from(resource.mark);
    this.#currentAt = currentMsAgo === undefined ? undefined : monotonicMs() - currentMsAgo;
    this.#reached = startVersion;
    this.#isInitial = startVersion === undefined;
    const step = this.#isInitial ? 'list' : 'probe';
    this.#course = { step, api: resource.api, failures: 0, corruptAt: undefined };
    this.state = newSourceState(scope, startVersion, monotonicMs());
    this.#listReader = {
      onItem: (bytes) => this.#takeItem(bytes),
      onBytes: (count) => this.#noteBytes(count),
      isFull: () => sink.isFull(),
      whenRoom: () => sink.whenRoom(),
    };
  }

  /** For how long, in milliseconds, the stream may have missed something. */
  get currentFor(): number | undefined {
    return this.#currentAt === undefined ? undefined : monotonicMs() - this.#currentAt;
  }

  /** Runs until `signal` aborts. Never rejects for what the world does. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#settings.sink.whenRoom();
      if (signal.aborted) break;
      this.state.phase = this.#course.step;
      this.#hasDelivered = false;
      const openedAt = monotonicMs();
      const end = await this.#attempt(signal);
      if (end.kind === 'stopped') break;
      if (this.#isSelectorRefused(end)) continue;
      // The server had everything since the version that was asked for, and had nothing to say.
      if (this.#course.step === 'watch' && (end.kind === 'done' || end.kind === 'idle'))
        this.#currentAt = Math.max(openedAt, this.#currentAt ?? openedAt);
      const isSteady = this.#course.step === 'watch' && monotonicMs() - openedAt > steadyMs;
      const facts = { reached: this.#reached, isRecovery: this.#hasDelivered || isSteady };
      const { course, delayMs } = nextCourse(this.#course, end, facts, this.#settings.pace, Math.random());
      this.#report(end, course);
      this.#course = course;
      if (end.kind !== 'done') this.state.phase = 'waiting';
      await pause(delayMs, signal);
    }
    this.state.phase = 'stopped';
  }

  #attempt(signal: AbortSignal): Promise<AttemptEnd> {
    if (this.#course.step === 'probe') return this.#probe(signal);
    if (this.#course.step === 'list') return this.#list(signal);
    return this.#watch(signal);
  }

  /** A server that does not know a field is asked for everything; our own filters are applied in any case. */
  #isSelectorRefused(end: AttemptEnd): boolean {
    const isRefused =
      end.kind === 'refused' && end.status.code === 400 && end.status.message.includes('field label not supported');
    if (!isRefused || this.#resource.fieldSelector === undefined) return false;
    const { scope, logger } = this.#settings;
    logger.info({ scope, answer: end.status.message }, 'the API server cannot select what is wanted: filtering here');
    this.#resource = { ...this.#resource, fieldSelector: undefined };
    return true;
  }

  /** A one-item list: does the server answer, and is it still the server whose versions we know? */
  async #probe(signal: AbortSignal): Promise<AttemptEnd> {
    const { connection, scope, logger, stats } = this.#settings;
    // Without its selector: to find one object that matches, the server might have to look at all of them.
    const { plural } = this.#resource;
    const path = resourcePath({ plural }, this.#course.api, scope, { limit: '1' });
    const end = await readPage(connection, path, this.#settings, { ...this.#listReader, onItem: () => {} }, signal);
    if (end.kind !== 'page') return end;
    const { version } = end.page;
    if (this.#reached === undefined || compareVersions(version, this.#reached) >= 0)
      return { kind: 'done', next: 'watch' };
    logger.warn(
      { scope, reached: this.#reached, server: version },
      'versions went backwards (was etcd restored?): everything the server has counts as new',
    );
    increment(stats.reconnects, 'backwards');
    this.#reached = undefined;
    return { kind: 'done', next: 'list' };
  }

  async #list(signal: AbortSignal): Promise<AttemptEnd> {
    const { connection, scope, stats, sink } = this.#settings;
    if (this.#reached !== undefined) {
      // Which items are new is decided by version, so the versions have to be of the server we know.
      const probe = await this.#probe(signal);
      if (probe.kind !== 'done') return probe;
    }
    stats.lists += 1;
    const beganAt = monotonicMs();
    const place = { resource: this.#resource, api: this.#course.api, scope };
    const end = await readList(connection, place, this.#settings, this.#listReader, signal);
    if (end.kind !== 'list') return end;
    stats.listPages += end.pages;
    const { currentFor = 0 } = this;
    const readableFor = monotonicMs() - beganAt + this.#settings.eventTtlMs;
    if (this.#reached !== undefined && currentFor > readableFor) sink.miss(currentFor, readableFor);
    this.#currentAt = beganAt;
    this.#advance(end.version);
    sink.reach(end.version);
    this.#isInitial = false;
    return { kind: 'done', next: 'watch' };
  }

  #watch(signal: AbortSignal): Promise<AttemptEnd> {
    const { connection, scope, sink, stats } = this.#settings;
    this.state.hasStarted = true;
    const path = resourcePath(this.#resource, this.#course.api, scope, {
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: this.#reached,
      // The server ends the stream in good order after five to ten minutes, so that no connection lives for ever.
      timeoutSeconds: String(300 + Math.floor(Math.random() * 300)),
    });
    const reader = {
      onLine: (bytes: Buffer, start: number, end: number) => this.#takeLine(bytes, start, end),
      onOversize: () => {
        stats.received += 1;
        sink.drop('oversize', undefined);
      },
      onBytes: (count: number) => {
        this.#noteBytes(count);
        this.#chunkAt = monotonicMs();
      },
      isFull: () => sink.isFull(),
      whenRoom: () => sink.whenRoom(),
    };
    return watchOnce(connection, path, this.#settings, reader, signal);
  }

  #takeLine(bytes: Buffer, start: number, end: number): BrokenEnd | undefined {
    const { sink, stats } = this.#settings;
    const skimmed = this.#mark === undefined ? undefined : skimLine(bytes, start, end, this.#mark);
    if (skimmed !== undefined) {
      this.#hasDelivered = true;
      this.#currentAt = this.#chunkAt;
      this.#advance(skimmed);
      stats.received += 1;
      this.state.lastEventAt = this.state.lastByteAt;
      return undefined;
    }
    const text = bytes.toString('utf8', start, end);
    const line: { type?: unknown; object?: WireEvent } | null | undefined = parseJson(text);
    if (line === undefined || line === null) return { kind: 'corrupt' };
    const { type, object } = line;
    if (type === 'ERROR') return endOfErrorLine(object);
    if (typeof object !== 'object' || object === null) return { kind: 'corrupt' };
    const version = versionOf(object);
    this.#hasDelivered = true;
    this.#currentAt = this.#chunkAt;
    this.#advance(version);
    if (type === 'BOOKMARK') {
      if (version !== undefined) sink.reach(version);
      return undefined;
    }
    stats.received += 1;
    this.state.lastEventAt = this.state.lastByteAt;
    if (type === 'DELETED') sink.remove(object, version);
    else sink.take(object, 'watch', version);
    return undefined;
  }

  #takeItem(bytes: Buffer): void {
    const { sink, stats } = this.#settings;
    stats.received += 1;
    if (this.#mark !== undefined && !bytes.includes(this.#mark)) return;
    const item: WireEvent | null | undefined = parseJson(bytes.toString('utf8'));
    if (item === undefined || item === null) {
      sink.drop('unreadable', undefined);
      return;
    }
    const version = versionOf(item);
    const isKnown =
      this.#reached !== undefined && version !== undefined && compareVersions(version, this.#reached) <= 0;
    if (isKnown) {
      sink.drop('known', undefined);
      return;
    }
    this.state.lastEventAt = this.state.lastByteAt;
    sink.take({ ...this.#kind, ...item }, this.#isInitial ? 'initial' : 'list', undefined);
  }

  /** A list names the kind of its items once, a watch with each: one occurrence must be one item, whichever way it came. */
  get #kind(): { kind: string; apiVersion: string } {
    return { kind: this.#resource.kind, apiVersion: this.#course.api };
  }

  #advance(version: string | undefined): void {
    if (version !== undefined) this.#reached = this.state.version = version;
  }

  #noteBytes(count: number): void {
    this.#settings.stats.bytesRead += count;
    this.state.lastByteAt = monotonicMs();
    this.state.failingSince = undefined;
    this.state.lastError = undefined;
  }

  /** Counts, logs and shows how an attempt ended. */
  #report(end: Exclude<AttemptEnd, { kind: 'stopped' }>, next: Course): void {
    const { logger, scope, stats, connection } = this.#settings;
    if (end.kind === 'done') {
      if (this.#course.step === 'watch') increment(stats.reconnects, 'ended');
      return;
    }
    increment(stats.reconnects, end.kind === 'stale' ? `stale-${end.form}` : end.kind);
    if (end.kind === 'refused' && end.status.code === 401) connection.reload();
    const isFallback = next.api !== this.#course.api;
    const isFirst = this.state.failingSince === undefined || next.failures === 1;
    if (isLoss(end) && !isFallback) {
      this.state.failingSince ??= monotonicMs();
      this.state.lastError = describeEnd(end, this.#resource);
    }
    const level = !isLoss(end) || isFallback ? 'info' : isForbidden(end) ? 'error' : isFirst ? 'warn' : 'debug';
    const message = isFallback ? 'the server has no events.k8s.io/v1: using core/v1' : describeEnd(end, this.#resource);
    logger[level]({ scope, reached: this.#reached, failures: next.failures }, message);
  }
}

/** True for ends after which the stream is lost until the next attempt works. */
function isLoss(end: BrokenEnd): boolean {
  return end.kind === 'refused' || end.kind === 'failed' || end.kind === 'corrupt';
}

function isForbidden(end: BrokenEnd): boolean {
  return end.kind === 'refused' && end.status.code === 403;
}

function describeEnd(end: BrokenEnd, { plural, help }: Resource): string {
  switch (end.kind) {
    case 'stale':
      return `the position is too old to watch from (${end.form}): listing`;
    case 'idle':
      return 'the stream is silent: probing the server and reconnecting';
    case 'stalled':
      return `no room for events: the watch of ${plural} is closed until there is`;
    case 'corrupt':
      return 'a line of the watch is no JSON: reading again from before it';
    case 'failed':
      return `the API server is lost: ${end.reason}`;
    case 'refused': {
      const { code, reason, message } = end.status;
      const way = isForbidden(end) ? `. ${help}` : '';
      return `the API server answered ${code} ${reason}: ${message}${way}`;
    }
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
