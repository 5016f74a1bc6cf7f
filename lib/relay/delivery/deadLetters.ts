import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import type { Refusal } from './answer.ts';

/**
 * Parks what the API refuses for good, one JSON line per event with the reason. Bounded: a full file replaces the previous
 * one, so at most two files of `maxBytes` exist. Parking never blocks delivery: when the disk fails, the event's identity
 * goes to the log instead.
 */
export class DeadLetters {
  readonly #file: string;
  readonly #maxBytes: number;
  readonly #clusterId: string;
  readonly #logger: Logger;
  #tail: Promise<void> = Promise.resolve();
  written = 0;
  failed = 0;

  constructor(settings: { file: string; maxBytes: number; clusterId: string; logger: Logger }) {
    this.#file = settings.file;
    this.#maxBytes = settings.maxBytes;
    this.#clusterId = settings.clusterId;
    this.#logger = settings.logger;
  }

  /** Appends one event. Resolves when it is on disk (or has been logged instead); writes keep their order. */
  park(event: unknown, refusal: Omit<Refusal, 'index'>, at: Date): Promise<void> {
    const line = JSON.stringify({ at: at.toISOString(), cluster: this.#clusterId, ...refusal, event });
    this.#tail = this.#tail.then(() => this.#append(`${line}\n`, event, refusal));
    return this.#tail;
  }

  async #append(line: string, event: unknown, refusal: Omit<Refusal, 'index'>): Promise<void> {
    const identity = { ...identityOf(event), code: refusal.code, reason: refusal.message };
    try {
      await mkdir(path.dirname(this.#file), { recursive: true });
      await this.#rotateBefore(line.length);
      await appendFile(this.#file, line, { mode: 0o600 });
      this.written += 1;
      this.#logger.warn({ ...identity, file: this.#file }, 'the API refused an event; it is in the dead-letter file');
    } catch (error) {
      this.failed += 1;
      this.#logger.error(
        { ...identity, err: error },
        'the API refused an event and the dead-letter file cannot be written',
      );
    }
  }

  async #rotateBefore(bytes: number): Promise<void> {
    const size = await stat(this.#file).then(
      (stats) => stats.size,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return 0;
        throw error;
      },
    );
    if (size > 0 && size + bytes > this.#maxBytes) await rename(this.#file, `${this.#file}.1`);
  }
}

/** Names the event for the log, without its text. */
function identityOf(event: unknown): { event: string } {
  const metadata: unknown =
    typeof event === 'object' && event !== null && 'metadata' in event ? event.metadata : undefined;
  if (typeof metadata !== 'object' || metadata === null) return { event: '(no metadata)' };
  const { namespace, name } = metadata as { namespace?: unknown; name?: unknown };
  return { event: `${String(namespace)}/${String(name)}`.slice(0, 256) };
}
