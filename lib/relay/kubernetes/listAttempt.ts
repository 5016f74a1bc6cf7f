import type { IncomingMessage } from 'node:http';
import { readRetryAfter } from '../delivery/answer.ts';
import { type AttemptEnd, endOfError } from './attemptEnd.ts';
import type { KubernetesConnection } from './connection.ts';
import { ListSplitter } from './listSplitter.ts';
import { readRefusal } from './statusObject.ts';

/** What a page says about the list besides its items. */
export interface PageEnvelope {
  readonly version: string;
  readonly continueToken?: string;
}

/** A page that arrived, or how it did not. */
export type PageEnd = { readonly kind: 'page'; readonly page: PageEnvelope } | Exclude<AttemptEnd, { kind: 'done' }>;

/** Receives the items of a list. */
export interface ListReader {
  onItem(bytes: Buffer): void;
  onBytes(count: number): void;
  isFull(): boolean;
  whenRoom(): Promise<void>;
}

/** Reads one page, item by item as it arrives. Never rejects. */
export async function readPage(
  connection: KubernetesConnection,
  path: string,
  limits: { readonly headTimeoutMs: number; readonly idleMs: number },
  reader: ListReader,
  signal: AbortSignal,
): Promise<PageEnd> {
  const closing = new AbortController();
  const stop = (): void => closing.abort();
  signal.addEventListener('abort', stop, { once: true });
  const silence = new Silence(limits.idleMs, () => closing.abort(new Error(`a list stopped for ${limits.idleMs} ms`)));
  try {
    const response = await connection.get(path, { signal: closing.signal, headTimeoutMs: limits.headTimeoutMs });
    if (response.statusCode === 200) {
      silence.start();
      return { kind: 'page', page: await readBody(response, reader, silence) };
    }
    const status = await readRefusal(response);
    const retryAfterMs = readRetryAfter({ headers: response.headers, answeredAt: Date.now() });
    return { kind: 'refused', status, ...(retryAfterMs === undefined ? undefined : { retryAfterMs }) };
  } catch (error) {
    return endOfError(silence.hasFired ? closing.signal.reason : error, signal);
  } finally {
    silence.stop();
    signal.removeEventListener('abort', stop);
  }
}

function readBody(response: IncomingMessage, reader: ListReader, silence: Silence): Promise<PageEnvelope> {
  const items = new ListSplitter((bytes) => reader.onItem(bytes));
  return new Promise((resolve, reject) => {
    // Events instead of `for await`: a chunk is used and forgotten before the next one is read.
    response.on('data', (chunk: Buffer) => {
      reader.onBytes(chunk.length);
      items.push(chunk);
      if (reader.isFull()) hold();
      else silence.start();
    });
    response.on('end', () => {
      try {
        resolve(readEnvelope(items.end()));
      } catch (error) {
        reject(error);
      }
    });
    response.on('error', reject);
    response.on('close', () => reject(new Error('a list was cut off')));
  });

  function hold(): void {
    silence.stop();
    response.pause();
    void reader.whenRoom().then(() => {
      silence.start();
      response.resume();
    });
  }
}

function readEnvelope(envelope: unknown): PageEnvelope {
  const { metadata } = envelope as { metadata?: { resourceVersion?: unknown; continue?: unknown } | null };
  const version = metadata?.resourceVersion;
  if (typeof version !== 'string' || version === '') throw new Error('a list came without metadata.resourceVersion');
  const token = metadata?.continue;
  return { version, ...(typeof token === 'string' && token !== '' ? { continueToken: token } : undefined) };
}

/** Calls back when `start` was not called again for a while. */
class Silence {
  readonly #ms: number;
  readonly #onSilence: () => void;
  #timer: NodeJS.Timeout | undefined;
  hasFired = false;

  constructor(ms: number, onSilence: () => void) {
    this.#ms = ms;
    this.#onSilence = onSilence;
  }

  start(): void {
    if (this.#timer) this.#timer.refresh();
    else
      this.#timer = setTimeout(() => {
        this.hasFired = true;
        this.#onSilence();
      }, this.#ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
