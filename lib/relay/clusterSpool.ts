import path from 'node:path';
import type { Logger } from 'pino';
import type { BatchEnvelope } from '../api/contract.ts';
import { classify, type RuleSet } from '../events/classify.ts';
import { readEvent } from '../events/readEvent.ts';
import { builtInRules, compileRules } from '../events/rules.ts';
import { pause } from './backoff.ts';
import { monotonicMs } from './clock.ts';
import type { RelayConfig } from './config.ts';
import type { Position } from './position.ts';
import { type OpenedSpool, openSpool } from './spool/openSpool.ts';
import { SpoolQueue } from './spool/spoolQueue.ts';

/** What {@link ClusterSpool} needs. */
export interface ClusterSpoolSettings {
  readonly config: RelayConfig;
  readonly logger: Logger;
  readonly envelope: () => Omit<BatchEnvelope, 'events'>;
  /** See {@link SpoolQueue}. */
  readonly onHeld: (id: number, bytes: number) => void;
  readonly onDropped: (events: number) => void;
  readonly onAbsorbed: (id: number) => void;
}

/** How often the position is written to the folder, at most. */
const saveEveryMs = 1_000;

/** The spool of one cluster: its queue, its folder below `spool_dir`, and when it is used. Without `spool_dir` a queue in memory. */
export class ClusterSpool {
  readonly queue: SpoolQueue;
  /** Events given up, by reason. */
  readonly lost = new Map<string, number>();
  /** Why there is no spool although one was asked for. */
  problem: string | undefined;
  /** Who has the folder that this relay waits for. */
  waitsFor: string | undefined;
  readonly #settings: ClusterSpoolSettings;
  #opened: OpenedSpool | undefined;
  #saved = '';
  #savedAt = Number.NEGATIVE_INFINITY;
  #saving: Promise<void> = Promise.resolve();

  constructor(settings: ClusterSpoolSettings) {
    const { config, logger, envelope, onHeld, onAbsorbed } = settings;
    this.#settings = settings;
    let rules: RuleSet | undefined;
    this.queue = new SpoolQueue({
      maxBytes: config.spool_max_bytes,
      retryMs: config.retry_forbidden,
      // Compiled when it is needed for the first time, which is nearly never.
      isOrdinary: (event) => {
        rules ??= config.rules.length === 0 ? builtInRules : compileRules(config.rules);
        return isOrdinary(event, rules, config.cluster_id);
      },
      envelope,
      logger,
      onHeld,
      onAbsorbed,
      onDropped: (reason, events) => {
        if (!this.lost.has(reason))
          logger.error({ reason }, 'events are given up; the backend is told when and how many');
        this.lost.set(reason, (this.lost.get(reason) ?? 0) + events);
        settings.onDropped(events);
      },
    });
  }

  /** Where this cluster's files are. */
  get directory(): string | undefined {
    const { spool_dir, cluster_id } = this.#settings.config;
    return spool_dir === undefined ? undefined : path.join(spool_dir, cluster_id);
  }

  /**
   * Takes the folder into use. A folder that cannot be used leaves the relay with memory only; for one that another relay has,
   * this waits, because what that one leaves has to be sent. `undefined` without a spool, or when `signal` aborts.
   */
  async open(signal: AbortSignal): Promise<OpenedSpool | undefined> {
    const { config, logger } = this.#settings;
    const { directory } = this;
    while (directory !== undefined && !signal.aborted) {
      const opened = await openSpool(directory, logger);
      this.waitsFor = undefined;
      if ('folder' in opened) {
        this.#opened = opened;
        const { folder, restored, nextNumber, foreign } = opened;
        this.queue.open(folder, restored, nextNumber, foreign.bytes);
        return opened;
      }
      if (!opened.isInUse) {
        this.problem = opened.reason;
        logger.error(`no spool: ${opened.reason}. Batches wait in memory only`);
        return undefined;
      }
      this.waitsFor = `the spool ${opened.reason}`;
      logger.error(`waiting for the spool: ${opened.reason}`);
      await pause(config.retry_forbidden, signal);
    }
    return undefined;
  }

  /** To be called every now and then: sends batches to disk when the oldest waits too long, and saves the position. */
  tend(lagMs: number, position: Position | null): void {
    if (this.#opened === undefined) return;
    const { config, logger } = this.#settings;
    if (lagMs >= config.spool_after && !this.queue.isActive) {
      logger.warn({ lagMs: Math.round(lagMs) }, 'the API takes nothing: batches go to the spool');
      this.queue.activate();
    }
    if (monotonicMs() - this.#savedAt >= saveEveryMs) this.#save(position);
  }

  /** Brings everything unsettled to disk, if there is one, and lets go of the folder. */
  async close(position: Position | null): Promise<void> {
    await this.queue.close();
    this.#save(position);
    await this.#saving;
    // A lock that stays behind is taken over like that of a process that died.
    await this.#opened?.lock
      .release()
      .catch((error: unknown) => this.#settings.logger.warn({ err: error }, 'the lock of the spool cannot be removed'));
  }

  /** For `/status`. */
  get status() {
    const { queue } = this;
    const { directory, problem } = this;
    const failure = problem ?? queue.failure ?? this.waitsFor;
    const state =
      directory === undefined ? 'off' : failure !== undefined ? 'failing' : queue.isActive ? 'active' : 'idle';
    return {
      state,
      ...(failure === undefined ? undefined : { reason: failure }),
      directory,
      ...queue.onDisk,
      bytes: queue.bytes,
      maxBytes: this.#settings.config.spool_max_bytes,
      ...(queue.foreignBytes > 0 ? { laterVersionBytes: queue.foreignBytes } : undefined),
      lost: Object.fromEntries(this.lost),
    };
  }

  #save(position: Position | null): void {
    const folder = this.#opened?.folder;
    const text = JSON.stringify(position);
    if (folder === undefined || position === null || text === this.#saved) return;
    this.#savedAt = monotonicMs();
    this.#saving = this.#saving.then(async () => {
      try {
        await folder.savePosition(position);
        this.#saved = text;
      } catch (error) {
        // An older position costs repeats. The queue tells about the disk when it matters.
        this.#settings.logger.debug({ err: error }, 'the position cannot be saved in the spool');
      }
    });
  }
}

/** What is given up first: ordinary news. Node loss, disk pressure and preemption are of type Normal too, and are not. */
function isOrdinary(event: unknown, rules: RuleSet, cluster: string): boolean {
  try {
    const record = readEvent(event);
    return record.type === 'Normal' && classify(record, rules, cluster).severity === 'info';
  } catch {
    return false; // the API says what is wrong with it
  }
}
