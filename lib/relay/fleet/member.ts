import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { KefError } from '../../errors.ts';
import { pause } from '../backoff.ts';
import { ClusterRelay, type ClusterRelayOptions } from '../clusterRelay.ts';
import type { RelayConfig } from '../config.ts';
import { ApiConnection } from '../delivery/apiConnection.ts';
import { credentialsOf } from '../delivery/credentials.ts';
import { widest } from '../delivery/window.ts';
import { type KubernetesConnection, openKubernetes } from '../kubernetes/connection.ts';
import type { SharedMemory } from '../sharedMemory.ts';
import { relayVersion } from '../version.ts';

/** What all members of a fleet have in common. */
export interface MemberSurroundings {
  readonly logger: Logger;
  readonly startedAt: Date;
  readonly memory: SharedMemory;
  readonly nextSequence: () => number;
  /** True while this process is the one that works. Absent without an election. */
  readonly isLeader?: (() => boolean) | undefined;
  /** Called with the seconds from a batch's first event to its acknowledgement. */
  readonly onDelivered: (clusterId: string, seconds: number) => void;
}

/** How a member begins. */
export interface MemberStart {
  /** Where the member before it left off. @default what the API knows */
  readonly handedOver?: ClusterRelayOptions['handedOver'];
  /** A connection that is open already. @default opened when the kubeconfig can be used, as long as that takes */
  readonly kubernetes?: KubernetesConnection | undefined;
}

/**
 * One cluster of this process: its relay and the connections that are its own. Nothing is shared with another member that could
 * make one wait for the other.
 */
export class Member {
  readonly config: RelayConfig;
  readonly logger: Logger;
  readonly #surroundings: MemberSurroundings;
  readonly #stop = new AbortController();
  #done: Promise<number> = Promise.resolve(0);
  /** Absent as long as the kubeconfig cannot be used. */
  relay: ClusterRelay | undefined;
  /** Tells the kubeconfig that is in use from a changed one. */
  kubeconfigDigest: string | undefined;
  /** Why there is no relay. */
  problem: string | undefined;

  constructor(config: RelayConfig, surroundings: MemberSurroundings) {
    this.config = config;
    this.#surroundings = surroundings;
    this.logger = surroundings.logger.child({ cluster: config.cluster_id });
  }

  get id(): string {
    return this.config.cluster_id;
  }

  /** Begins to work. Never throws for what the world does. */
  start({ handedOver, kubernetes }: MemberStart = {}): void {
    const open = kubernetes === undefined ? this.#whenKubernetes() : Promise.resolve(kubernetes);
    this.#done = open.then((connection) => (connection === undefined ? 0 : this.#run(connection, handedOver)));
  }

  /** Takes in nothing more, flushes, reports the position. Resolves to the events that were left over. */
  stop(): Promise<number> {
    this.#stop.abort();
    return this.#done;
  }

  /** Stops at once: what is not acknowledged is for whoever took over. */
  abandon(): Promise<number> {
    this.relay?.abandon();
    return this.stop();
  }

  /** A file that is not there yet or being replaced is no reason for the other clusters to wait. */
  async #whenKubernetes(): Promise<KubernetesConnection | undefined> {
    while (!this.#stop.signal.aborted) {
      try {
        const kubernetes = openKubernetes(this.config);
        this.problem = undefined;
        return kubernetes;
      } catch (error) {
        if (!(error instanceof KefError)) throw error;
        this.problem = error.message;
        this.logger.error(`this cluster is not watched: ${error.message}`);
        await pause(this.config.retry_forbidden * (0.5 + Math.random()), this.#stop.signal);
      }
    }
    return undefined;
  }

  async #run(kubernetes: KubernetesConnection, handedOver: MemberStart['handedOver']): Promise<number> {
    const { config, logger } = this;
    const { startedAt, memory, nextSequence, isLeader, onDelivered } = this.#surroundings;
    const identity = { id: process.env.POD_NAME || hostname(), version: relayVersion, startedAt };
    const api = new ApiConnection({
      apiUrl: config.api_url,
      region: config.aws_region,
      openCredentials: () => credentialsOf(config, `kef-relay-${config.cluster_id}-${identity.id}`),
      requestTimeoutMs: config.request_timeout,
      maxConnections: config.worker_count * widest + 1,
    });
    this.kubeconfigDigest = kubernetes.digest;
    const relay = new ClusterRelay({
      config,
      kubernetes,
      api,
      logger,
      identity,
      memory,
      nextSequence,
      handedOver,
      ...(isLeader === undefined ? undefined : { isLeader }),
    });
    relay.onDelivered = (seconds) => onDelivered(config.cluster_id, seconds);
    this.relay = relay;
    logger.info({ kubernetes: kubernetes.server, api: config.api_url }, 'this cluster is watched');
    try {
      return await relay.run(this.#stop.signal);
    } finally {
      api.close();
      kubernetes.close();
    }
  }
}
