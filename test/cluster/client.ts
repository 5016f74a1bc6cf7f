import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Cluster } from '../../lib/local/cluster/index.ts';
import type { JsonObject } from '../../lib/local/cluster/json.ts';

/** Path of events in the new API; `query` without the question mark. */
export const eventsPath = (query = '', namespace?: string): string =>
  `/apis/events.k8s.io/v1/${namespace === undefined ? '' : `namespaces/${namespace}/`}events?${query}`;

/** A list as a client sees it. */
export interface ListBody {
  readonly kind: string;
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items: readonly (JsonObject & {
    readonly metadata: { name: string; namespace: string; resourceVersion: string };
  })[];
}

/** One watch line. */
export interface Line {
  readonly type: string;
  readonly object: JsonObject & {
    readonly metadata: { name: string; resourceVersion: string; annotations?: Record<string, string> };
    readonly code?: number;
    readonly message?: string;
  };
}

/** Asks with the administrator's token. */
export function ask(cluster: Cluster, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(cluster.url + path, { ...init, headers: { authorization: `Bearer ${cluster.token}`, ...init.headers } });
}

export async function list(cluster: Cluster, query = '', namespace?: string): Promise<ListBody> {
  return json<ListBody>(await ask(cluster, eventsPath(query, namespace)));
}

/** The body of an answer. The tests look at what they read; a wrong shape fails them, so no check here. */
export async function json<T = ListBody & StatusBody>(response: Response): Promise<T> {
  return (await response.json()) as T;
}

/** A refusal as a client sees it. */
export interface StatusBody {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
}

/** A watch read line by line, without anything between the socket and the test. */
export interface Stream {
  readonly response: IncomingMessage;
  /** The next line, parsed. */
  next(): Promise<Line>;
  /** Everything until the end of the stream, and whether it ended properly. */
  rest(): Promise<{ text: string; isComplete: boolean }>;
  close(): void;
}

export function watch(cluster: Cluster, query: string, namespace?: string, path = eventsPath): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${cluster.url}${path(`watch=1&${query}`, namespace)}`, {
      headers: { authorization: `Bearer ${cluster.token}` },
      agent: false,
    });
    request.on('error', reject);
    request.on('response', (response) => resolve(streamOf(response, () => request.destroy())));
    request.end();
  });
}

function streamOf(response: IncomingMessage, close: () => void): Stream {
  let text = '';
  let isOver = false;
  let wake: () => void = () => {};
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    text += chunk;
    wake();
  });
  response.on('error', () => {});
  response.on('close', () => {
    isOver = true;
    wake();
  });
  const more = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  return {
    response,
    next: async () => {
      while (!text.includes('\n')) {
        if (isOver) throw new Error(`the stream ended with ${JSON.stringify(text)}`);
        await more();
      }
      const end = text.indexOf('\n');
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      return JSON.parse(line) as Line;
    },
    rest: async () => {
      while (!isOver) await more();
      return { text, isComplete: response.complete };
    },
    close,
  };
}

/** A legacy event of a pod. */
export function podEvent(name: string, fields: JsonObject = {}, namespace = 'shop'): JsonObject {
  return {
    metadata: { name, namespace },
    involvedObject: { kind: 'Pod', namespace, name: 'web-1', uid: 'pod-uid', apiVersion: 'v1' },
    reason: 'BackOff',
    message: 'Back-off restarting failed container app in pod web-1',
    source: { component: 'kubelet', host: 'node-a' },
    firstTimestamp: '2026-11-20T13:00:00Z',
    lastTimestamp: '2026-11-20T13:00:00Z',
    count: 1,
    type: 'Warning',
    eventTime: null,
    reportingComponent: 'kubelet',
    reportingInstance: 'node-a',
    ...fields,
  };
}

/** Waits until something is true. */
export async function until(isTrue: () => boolean, ms = 5000): Promise<void> {
  const end = Date.now() + ms;
  while (!isTrue()) {
    if (Date.now() > end) throw new Error('it did not become true in time');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
