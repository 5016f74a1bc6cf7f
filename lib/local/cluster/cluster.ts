import type { Access } from './access.ts';
import type { Bump } from './eventWriter.ts';
import type { CutForm, FaultPlan } from './faults.ts';
import type { JsonObject } from './json.ts';
import type { KubeconfigOptions } from './kubeconfig.ts';
import type { RequestLog } from './requestLog.ts';
import type { ResourceName } from './resources.ts';

/** Names one object. Cluster-scoped ones have an empty namespace. */
export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

/** What a write made. */
export interface Written extends ObjectName {
  readonly resourceVersion: string;
}

/** A running demo cluster: an HTTP server that speaks Kubernetes list and watch, and this handle to make things happen in it. */
export interface Cluster {
  readonly url: string;
  readonly port: number;
  /** The administrator's bearer token. */
  readonly token: string;
  /** The version of the newest write. */
  readonly resourceVersion: string;
  /** How many events live now. */
  readonly eventCount: number;
  /** Watches that are open now. */
  readonly watcherCount: number;
  readonly requests: RequestLog;
  readonly faults: FaultPlan;
  readonly access: Access;

  /** A kubeconfig for this cluster, by default with the administrator's token. */
  kubeconfig(options?: Partial<KubeconfigOptions>): string;

  /** Creates an event from a manifest of either API, or replaces the one with its name. */
  create(event: JsonObject): Written;
  /** Creates an event exactly as given, however wrong; the server adds only its resourceVersion. */
  createVerbatim(event: JsonObject): Written;
  /** Creates an event whose body is already in the server's own encoding, for load. */
  createEncoded(namespace: string, name: string, encode: (resourceVersion: string) => string): Written;
  /** Repeats an event: counts grow, `MODIFIED` follows. @throws RangeError when there is no such event */
  bump(event: ObjectName, change?: Bump): Written;
  /** Deletes an event. @throws RangeError when there is no such event */
  delete(event: ObjectName): void;
  /**
   * Lets events expire now, all in one revision as an etcd lease does.
   *
   * @param which chooses events; all without it
   * @returns how many expired
   */
  expire(which?: (event: ObjectName) => boolean): number;
  /** A stored event as `events.k8s.io/v1`, or `undefined`. */
  get(event: ObjectName): JsonObject | undefined;

  /** Creates or replaces a pod or node. uid and creationTimestamp are added once, when missing. */
  apply(resource: Exclude<ResourceName, 'events'>, object: JsonObject): Written;
  /** Whether there is such an object. */
  has(resource: ResourceName, object: ObjectName): boolean;
  /** Deletes a pod or node, if it is there. */
  remove(resource: Exclude<ResourceName, 'events'>, object: ObjectName): void;

  /** Forgets history: older watches and continue tokens are expired. @param resourceVersion the newest version by default */
  compact(resourceVersion?: string | number): void;
  /**
   * Breaks all connections and comes back as from an old backup: versions restart at the given one.
   *
   * @param keepsEvents live events are written again, under lower versions; otherwise they are gone
   */
  rewind(resourceVersion: number, keepsEvents: boolean): void;
  /** Ends all open watches. @default 'end' */
  disconnect(how?: CutForm): void;
  /** Open watches stay connected but get nothing more, until they are woken up. */
  silence(isSilent: boolean): void;
  /** Sends bytes as they are to all open watches. See `badLines`. */
  inject(bytes: Buffer): void;
  /** Stops listening and breaks all connections, as a server that is down. */
  stop(): Promise<void>;
  /** Listens again on the same port, with everything stored still there. */
  resume(): Promise<void>;
  /** Stops for good. */
  close(): Promise<void>;
}
