import { hostname } from 'node:os';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import type { Logger } from 'pino';
import { KefError } from '../../errors.ts';
import { pause } from '../backoff.ts';
import { ClusterRelay } from '../clusterRelay.ts';
import type { RelayConfig } from '../config.ts';
import { ApiConnection } from '../delivery/apiConnection.ts';
import { type KubernetesConnection, openKubernetes } from '../kubernetes/connection.ts';
import { relayVersion } from '../version.ts';

/** What all members of a fleet have in common. */
export interface MemberSurroundings {
  readonly logger: Logger;
  readonly startedAt: Date;
  /** Called with the seconds from a batch's first event to its acknowledgement. */
  readonly onDelivered: (clusterId: string, seconds: number) => void;
}

/**
 * One cluster of this process: its relay and the connections that are its own. Nothing is shared with another member that could
 * make one wait for the other.
 */
export class Member {
  readonly config: RelayConfig;
  readonly #surroundings: MemberSurroundings;
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  #done: Promise<number> = Promise.resolve(0);
  /** Absent as long as the kubeconfig cannot be used. */
  relay: ClusterRelay | undefined;
  /** Why there is no relay. */
  problem: string | undefined;

  constructor(config: RelayConfig, surroundings: MemberSurroundings) {
    this.config = config;
    this.#surroundings = surroundings;
    this.#logger = surroundings.logger.child({ cluster: config.cluster_id });
  }

  get id(): string {
    return this.config.cluster_id;
  }

  /**
   * Begins to work.
   *
   * @param isPatient waits for a kubeconfig that can be used, as long as it takes, instead of throwing
   * @throws KefError `ConfigInvalid` when the kubeconfig cannot be used
   */
  start(isPatient: boolean): void {
    if (!isPatient) {
      const kubernetes = openKubernetes(this.config);
      this.#done = this.#run(kubernetes);
      return;
    }
    this.#done = this.#whenKubernetes().then((kubernetes) => (kubernetes === undefined ? 0 : this.#run(kubernetes)));
  }

  /** Takes in nothing more, flushes, reports the position. Resolves to the events that were left over. */
  stop(): Promise<number> {
    this.#stop.abort();
    return this.#done;
  }

  /** Resolves when the member has stopped. */
  get done(): Promise<number> {
    return this.#done;
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
        this.#logger.error(`this cluster is not watched: ${error.message}`);
        await pause(this.config.retry_forbidden * (0.5 + Math.random()), this.#stop.signal);
      }
    }
    return undefined;
  }

  async #run(kubernetes: KubernetesConnection): Promise<number> {
    const { config } = this;
    const { startedAt, onDelivered } = this.#surroundings;
    const api = new ApiConnection({
      apiUrl: config.api_url,
      region: config.aws_region,
      openCredentials: () => fromNodeProviderChain({ clientConfig: { region: config.aws_region } }),
      requestTimeoutMs: config.request_timeout,
      maxConnections: config.worker_count + 1,
    });
    const identity = { id: hostname(), version: relayVersion, startedAt };
    const relay = new ClusterRelay({ config, kubernetes, api, logger: this.#logger, identity });
    relay.onDelivered = (seconds) => onDelivered(config.cluster_id, seconds);
    this.relay = relay;
    this.#logger.info({ kubernetes: kubernetes.server, api: config.api_url }, 'this cluster is watched');
    try {
      return await relay.run(this.#stop.signal);
    } finally {
      api.close();
      kubernetes.close();
    }
  }
}
