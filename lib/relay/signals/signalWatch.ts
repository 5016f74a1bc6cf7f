import type { Logger } from 'pino';
import type { RawEvent } from '../../events/readEvent.ts';
import { objectIn, textIn } from '../../events/signals/objectFields.ts';
import { SignalMemory } from '../../events/signals/SignalMemory.ts';
import type { Intake } from '../intake.ts';
import { EventSource, type Origin, type SourceSettings } from '../kubernetes/eventSource.ts';
import type { SourceState } from '../kubernetes/sourceState.ts';
import { compareVersions, type Position, versionFor } from '../position.ts';
import { increment, RelayStats } from '../relayStats.ts';
import type { SignalKind } from './signalKinds.ts';

/** What a {@link SignalWatch} needs. */
export interface SignalWatchSettings
  extends Pick<SourceSettings, 'connection' | 'idleMs' | 'stallMs' | 'headTimeoutMs' | 'pace'> {
  readonly kind: SignalKind;
  /** Where derived events go, as if the API server had sent them. */
  readonly intake: Pick<Intake, 'take'>;
  /** Of the relay: derived events are part of its books. */
  readonly stats: RelayStats;
  readonly room: { readonly isFull: boolean; when(): Promise<void> };
  /** Up to where the last relay of this cluster watched. */
  readonly position: Position | null;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Counts the events by reason. */
  readonly derived: Map<string, number>;
}

/** Events live for an hour: what a signal tells of the time before is no more news than an Event would be. */
const eventLifeMs = 60 * 60_000;

/**
 * Follows one kind of object and derives events from what it sees. It has no position: each list shows what there is to tell
 * again, as the same events, and whatever was handed on before is passed over here or known to the store. So it can break, be
 * forbidden and come back without the stream of Events noticing.
 */
export class SignalWatch {
  /** Of this watch alone: objects and bytes that it cost. */
  readonly stats = new RelayStats();
  readonly #settings: SignalWatchSettings;
  readonly #memory = new SignalMemory();
  readonly #sources: readonly EventSource[];

  constructor(settings: SignalWatchSettings) {
    this.#settings = settings;
    const { kind, logger } = settings;
    const sourceLogger = logger.child({ resource: kind.resource.plural });
    this.#sources = kind.scopes.map((scope) => this.#openSource(scope, sourceLogger));
  }

  get resource(): string {
    return this.#settings.kind.resource.plural;
  }

  get sources(): readonly SourceState[] {
    return this.#sources.map(({ state }) => state);
  }

  /** True while a stream of it does not work, whatever the reason. */
  get isBroken(): boolean {
    return this.sources.some(({ lastError }) => lastError !== undefined);
  }

  /** Runs until `signal` aborts. Never rejects for what the world does. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#sources.map((source) => source.run(signal)));
  }

  #openSource(scope: string, logger: Logger): EventSource {
    const { kind, room, connection, idleMs, stallMs, headTimeoutMs, pace } = this.#settings;
    return new EventSource({
      resource: kind.resource,
      scope,
      connection,
      idleMs,
      stallMs,
      headTimeoutMs,
      pace,
      sink: {
        take: (object, origin) => this.#derive(object, origin, scope),
        remove: (object) => {
          if (kind.tellsAtTheEnd) this.#derive(object, 'watch', scope);
        },
        drop: (reason) => this.stats.drop(reason),
        reach: () => {},
        isFull: () => room.isFull,
        whenRoom: () => room.when(),
        miss: () => {},
      },
      startVersion: undefined,
      // Objects do not expire as Events do: a list shows what there still is to tell.
      currentMsAgo: undefined,
      eventTtlMs: Number.POSITIVE_INFINITY,
      stats: this.stats,
      logger,
    });
  }

  #derive(object: unknown, origin: Origin, scope: string): void {
    const { kind, intake, stats, derived, now, logger } = this.#settings;
    try {
      for (const event of this.#memory.fresh(kind.signalsOf(object, now()))) {
        stats.received += 1;
        increment(derived, textIn(event.reason) ?? '');
        intake.take(event, scope, this.#originOf(event, object, origin, scope), undefined);
      }
    } catch (error) {
      // An object nested ten thousand deep: it may cost its own signal, never the watch.
      this.stats.drop('unreadable');
      logger.warn({ err: error, resource: this.resource }, 'an object cannot be read and is passed over');
    }
  }

  /**
   * On the first list, what happened before anybody watched is backlog (`initial`: kept, and nobody is called). An object that
   * changed after the position that the last relay reached may show what happened while none was there: that is news.
   */
  #originOf(event: RawEvent, object: unknown, origin: Origin, scope: string): Origin {
    if (origin !== 'initial') return origin;
    const seenUpTo = versionFor(this.#settings.position, scope) ?? lowestOf(this.#settings.position);
    const version = textIn(objectIn(objectIn(object).metadata).resourceVersion);
    const isOld = this.#settings.now() - Date.parse(String(event.eventTime)) > eventLifeMs;
    const isNew = seenUpTo !== undefined && version !== undefined && compareVersions(version, seenUpTo) > 0;
    return isNew && !isOld ? 'list' : 'initial';
  }
}

/** What a relay of some namespaces has seen of what is in none. */
function lowestOf(position: Position | null): string | undefined {
  return Object.values(position?.scopes ?? {}).sort(compareVersions)[0];
}
