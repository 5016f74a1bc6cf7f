import type { IncomingMessage } from 'node:http';
import { monotonicMs } from '../clock.ts';
import { readRetryAfter } from '../delivery/answer.ts';
import { type AttemptEnd, type BrokenEnd, endOfError } from './attemptEnd.ts';
import type { KubernetesConnection } from './connection.ts';
import { LineSplitter } from './lineSplitter.ts';
import { readRefusal, readStatus } from './statusObject.ts';

/** Receives the lines of a watch. */
export interface WatchReader {
  /** One line, as bytes. Returns what ended the stream in-band, if this line did. */
  onLine(bytes: Buffer, start: number, end: number): BrokenEnd | undefined;
  onOversize(bytes: number): void;
  onBytes(count: number): void;
  /** True when no more events can be taken for now. */
  isFull(): boolean;
  whenRoom(): Promise<void>;
}

/** Limits of one watch. */
export interface WatchLimits {
  readonly headTimeoutMs: number;
  readonly idleMs: number;
  /** How long the socket may be held without reading from it. */
  readonly stallMs: number;
}

/** Longest line that is read; etcd itself stops at 1.5 MiB per object. */
const maxLineBytes = 8 * 1024 * 1024;
/** A stream that lived shorter than this and said nothing was not a quiet stream. */
const emptyStreamMs = 1_000;

/** Opens one watch and reads it to its end, whatever that is. Never rejects. */
export async function watchOnce(
  connection: KubernetesConnection,
  path: string,
  limits: WatchLimits,
  reader: WatchReader,
  signal: AbortSignal,
): Promise<AttemptEnd> {
  const closing = new AbortController();
  const stop = (): void => closing.abort();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const response = await connection.get(path, { signal: closing.signal, headTimeoutMs: limits.headTimeoutMs });
    if (response.statusCode === 200) return await readStream(response, limits, reader, signal);
    const status = await readRefusal(response);
    if (status.code === 410) return { kind: 'stale', form: 'http410' };
    const retryAfterMs = readRetryAfter({ headers: response.headers, answeredAt: Date.now() });
    return { kind: 'refused', status, ...(retryAfterMs === undefined ? undefined : { retryAfterMs }) };
  } catch (error) {
    return endOfError(error, signal);
  } finally {
    signal.removeEventListener('abort', stop);
    // Destroys the socket of a stream that we end; a stream that the server ended has none any more.
    closing.abort();
  }
}

function readStream(
  response: IncomingMessage,
  limits: WatchLimits,
  reader: WatchReader,
  signal: AbortSignal,
): Promise<AttemptEnd> {
  const openedAt = monotonicMs();
  let lastByteAt = openedAt;
  let pausedAt: number | undefined;
  let hasLines = false;

  return new Promise((resolve) => {
    const finish = (end: AttemptEnd): void => {
      clearInterval(timer);
      response.removeAllListeners('data');
      response.on('error', () => {}); // the error of our own destroy
      response.destroy();
      resolve(end);
    };
    const lines = new LineSplitter(
      maxLineBytes,
      (bytes, start, end) => {
        hasLines = true;
        // What follows a line that ended the stream is read again: taking it in would pass over what that line stood for.
        inBand ??= reader.onLine(bytes, start, end);
      },
      reader.onOversize,
    );
    let inBand: BrokenEnd | undefined;

    response.on('data', (chunk: Buffer) => {
      lastByteAt = monotonicMs();
      reader.onBytes(chunk.length);
      lines.push(chunk);
      if (inBand) finish(inBand);
      else if (reader.isFull() && pausedAt === undefined) hold();
    });
    response.on('end', () => {
      const isEmpty = !hasLines && monotonicMs() - openedAt < emptyStreamMs;
      finish(isEmpty ? { kind: 'stale', form: 'empty' } : { kind: 'done', next: 'watch' });
    });
    response.on('error', (error) => finish(endOfError(error, signal)));
    response.on('close', () => finish(endOfError(new Error('the stream was cut off'), signal)));

    function hold(): void {
      pausedAt = monotonicMs();
      response.pause();
      void reader.whenRoom().then(() => {
        pausedAt = undefined;
        lastByteAt = monotonicMs();
        response.resume();
      });
    }

    const timer = setInterval(
      () => {
        const now = monotonicMs();
        if (signal.aborted) finish({ kind: 'stopped' });
        else if (pausedAt !== undefined && now - pausedAt > limits.stallMs) finish({ kind: 'stalled' });
        else if (pausedAt === undefined && now - lastByteAt > limits.idleMs) finish({ kind: 'idle' });
      },
      Math.max(10, Math.min(1_000, limits.idleMs / 4, limits.stallMs / 2)),
    );
  });
}

/** Reads the `object` of an ERROR line. */
export function endOfErrorLine(object: unknown): BrokenEnd {
  const status = readStatus(object, 500);
  return status.code === 410 ? { kind: 'stale', form: 'error410' } : { kind: 'refused', status };
}
