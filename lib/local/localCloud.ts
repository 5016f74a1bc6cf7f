import type { LocalEvent, LocalTotals } from './localEvent.ts';

/** Keys a client signs with. */
export interface LocalKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The synthesized stacks, running in this process. */
export interface LocalCloud extends LocalKeys {
  /** The HTTP API. */
  readonly url: string;
  readonly region: string;
  readonly account: string;
  readonly clusterId: string;
  /** Endpoint for SDK clients that look at the tables, queues and buckets, with the keys of `adminKeys`. */
  readonly endpointUrl: string;
  on(listener: (event: LocalEvent) => void): void;
  totals(): LocalTotals;
  /** Keys of another cluster of the configuration; undefined when it has no relay role. */
  keysOf(clusterId: string): LocalKeys | undefined;
  /** Resolves when requests, streams, asynchronous invocations, rules and inboxes are all empty. */
  drain(): Promise<void>;
  /** Deletes expired items now instead of at the next sweep; returns how many. */
  expire(): Promise<number>;
  /** Stops everything. What is unfinished waits in the data directory, if there is one. */
  close(): Promise<void>;
}
