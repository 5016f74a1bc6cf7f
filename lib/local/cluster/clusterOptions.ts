/**
 * How a watch from a compacted version is refused: an `ERROR` line with code 410 in a 200 (what API servers do), an HTTP 410
 * (what some proxies and old servers do), or a 200 that closes at once without a line.
 */
export type StaleForm = 'line' | 'http' | 'empty';

/** How to start a demo cluster. Every field is optional. */
export interface ClusterOptions {
  /** @default 0, a free one */
  readonly port?: number;
  /** Serve HTTPS with this certificate. @default plain HTTP */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Bearer token of the cluster's administrator. @default a random one */
  readonly token?: string;
  /** How long events live after their last write; expiry sends `DELETED`. @default 3600000, as `--event-ttl` */
  readonly eventTtlMs?: number;
  /**
   * Bookmarks on Event watches that ask for them, at this interval and at the end of a timed watch.
   * @default none: a stock API server has no watch cache for Events and never sends them
   */
  readonly bookmarkIntervalMs?: number;
  /** Changes kept for watches; older ones are compacted away. @default 500000 */
  readonly historyLimit?: number;
  /** @default 'line' */
  readonly staleForm?: StaleForm;
  /** gzip lists of 128 KiB and more for clients that accept it. @default true */
  readonly gzip?: boolean;
  /** `sendInitialEvents` is understood. @default true, as since Kubernetes 1.32 */
  readonly watchList?: boolean;
  /** Bytes that may wait in one watch connection before the watcher is held back. @default 1048576 */
  readonly watchBufferBytes?: number;
  /** A watcher that is this many changes behind is disconnected. @default the history limit */
  readonly maxWatchLag?: number;
  /** The version before the first write. @default 300 */
  readonly resourceVersion?: number;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}
