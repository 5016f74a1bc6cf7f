import type { Logger } from 'pino';
import type { ClusterRelay } from '../clusterRelay.ts';
import type { MeasuredRelays } from '../metrics.ts';
import type { FleetConfig } from './fleetConfig.ts';
import { Member } from './member.ts';

/** The clusters of this process. */
export class Fleet implements MeasuredRelays {
  readonly config: FleetConfig;
  readonly startedAt = new Date();
  onDelivered: MeasuredRelays['onDelivered'] = () => {};
  readonly #members = new Map<string, Member>();

  constructor(config: FleetConfig, logger: Logger) {
    this.config = config;
    for (const cluster of config.clusters) {
      const { startedAt } = this;
      const onDelivered: MeasuredRelays['onDelivered'] = (id, seconds) => this.onDelivered(id, seconds);
      this.#members.set(cluster.cluster_id, new Member(cluster, { logger, startedAt, onDelivered }));
    }
  }

  get members(): readonly Member[] {
    return [...this.#members.values()];
  }

  get relays(): readonly ClusterRelay[] {
    return this.members.map(({ relay }) => relay).filter((relay) => relay !== undefined);
  }

  get unstarted(): readonly string[] {
    return this.members.filter(({ relay }) => relay === undefined).map(({ id }) => id);
  }

  /**
   * Starts every member.
   *
   * @throws KefError `ConfigInvalid` when there is one cluster and its kubeconfig cannot be used. Of several, one may be repaired
   * while the others work.
   */
  start(): void {
    for (const member of this.#members.values()) member.start(this.config.isList);
  }

  /** Stops every member, all at once. Resolves to the events that were left over. */
  async stop(): Promise<number> {
    const left = await Promise.all(this.members.map((member) => member.stop()));
    return left.reduce((sum, count) => sum + count, 0);
  }
}
