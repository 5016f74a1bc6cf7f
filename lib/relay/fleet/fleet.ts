import type { Logger } from 'pino';
import { KefError } from '../../errors.ts';
import type { ClusterRelay } from '../clusterRelay.ts';
import { type RelayConfig, wrongConfig } from '../config.ts';
import { type KubernetesConnection, openKubernetes } from '../kubernetes/connection.ts';
import type { MeasuredRelays } from '../metricSet.ts';
import { SharedMemory } from '../sharedMemory.ts';
import type { FleetConfig } from './fleetConfig.ts';
import { Member, type MemberStart, type MemberSurroundings } from './member.ts';

/** What a reload changed, by cluster ids. */
export interface FleetChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** The clusters of this process. */
export class Fleet implements MeasuredRelays {
  readonly startedAt = new Date();
  onDelivered: MeasuredRelays['onDelivered'] = () => {};
  #config: FleetConfig;
  readonly #surroundings: MemberSurroundings;
  readonly #members = new Map<string, Member>();
  /** Members that are on their way out, flushing. */
  readonly #leaving = new Set<Promise<number>>();
  /** What members on their way out leave behind, by cluster. */
  readonly #departures = new Map<string, Promise<MemberStart['handedOver']>>();
  #sequence = 0;
  #isRunning = false;

  /** @param isLeader whether this process is the one that works, where several take part in an election */
  constructor(config: FleetConfig, logger: Logger, isLeader?: () => boolean) {
    this.#config = config;
    this.#surroundings = {
      logger,
      startedAt: this.startedAt,
      isLeader,
      memory: new SharedMemory(config.buffer_max_bytes),
      nextSequence: () => {
        this.#sequence += 1;
        return this.#sequence;
      },
      onDelivered: (id, seconds) => this.onDelivered(id, seconds),
    };
  }

  get config(): FleetConfig {
    return this.#config;
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
   * Starts a member for every cluster; after {@link stop} once more.
   *
   * @throws KefError `ConfigInvalid` when there is one cluster and its kubeconfig cannot be used. Of several, one may be repaired
   * while the others work.
   */
  start(): void {
    const { clusters, isList } = this.#config;
    this.#isRunning = true;
    for (const cluster of clusters) {
      this.#enter(cluster, isList ? undefined : openKubernetes(cluster));
    }
  }

  /**
   * Goes over to another configuration. Clusters that did not change are not touched; one that did is stopped in good order and
   * goes on from where it was, one that left keeps its position in the API. Nobody waits for another.
   *
   * @throws KefError `ConfigInvalid` when a kubeconfig of a new or changed cluster cannot be used; then nothing has changed
   */
  apply(config: FleetConfig): FleetChanges {
    const opened = openAll(config.clusters.filter((cluster) => this.#isNews(cluster)));
    const wanted = new Set(config.clusters.map(({ cluster_id }) => cluster_id));
    const removed = this.members.filter(({ id }) => !wanted.has(id));
    const added: string[] = [];
    const changed: string[] = [];
    this.#config = config;
    this.#surroundings.memory.budget.resize(config.buffer_max_bytes);
    this.#surroundings.logger.level = config.log_level;
    if (!this.#isRunning) {
      for (const connection of opened.values()) connection.close();
      return { added, removed: [], changed };
    }
    for (const member of removed) this.#dismiss(member);
    for (const cluster of config.clusters) {
      const before = this.#members.get(cluster.cluster_id);
      const kubernetes = opened.get(cluster.cluster_id);
      if (kubernetes === undefined) {
        if (before !== undefined) before.logger.level = config.log_level;
      } else if (before === undefined) {
        added.push(cluster.cluster_id);
        this.#enter(cluster, kubernetes);
      } else {
        changed.push(cluster.cluster_id);
        this.#dismiss(before);
        this.#enter(cluster, kubernetes);
      }
    }
    return { added, removed: removed.map(({ id }) => id), changed };
  }

  /** Stops every member, all at once. Resolves to the events that were left over. */
  stop(): Promise<number> {
    return this.#end((member) => member.stop());
  }

  /** Stops every member without flushing: another process has taken over. */
  abandon(): Promise<number> {
    return this.#end((member) => member.abandon());
  }

  async #end(stop: (member: Member) => Promise<number>): Promise<number> {
    this.#isRunning = false;
    const all = [...this.members.map(stop), ...this.#leaving];
    const left = await Promise.all(all);
    this.#members.clear();
    return left.reduce((sum, count) => sum + count, 0);
  }

  /** The new member shows itself at once, and begins when the one before it is through: two would compete for one position. */
  #enter(config: RelayConfig, kubernetes: KubernetesConnection | undefined): void {
    const member = new Member(config, this.#surroundings);
    this.#members.set(member.id, member);
    const departure = this.#departures.get(member.id);
    if (departure === undefined) {
      member.start({ kubernetes });
      return;
    }
    void departure.then((handedOver) => {
      // Meanwhile the process may have been told to stop, or this cluster to change once more.
      if (!this.#isRunning || this.#members.get(member.id) !== member) kubernetes?.close();
      else member.start({ kubernetes, handedOver });
    });
  }

  /** Lets a member go. What it leaves behind is for the next one of its cluster, even when one in between never began. */
  #dismiss(member: Member): void {
    const { id } = member;
    const before = this.#departures.get(id);
    const left = member.stop();
    const departure = left.then(async () => {
      const carried = await before;
      const { position, epoch } = member.relay ?? {};
      return position == null ? carried : { position, epoch };
    });
    this.#members.delete(id);
    this.#leaving.add(left);
    this.#departures.set(id, departure);
    void departure.then(() => {
      this.#leaving.delete(left);
      if (this.#departures.get(id) === departure) this.#departures.delete(id);
    });
  }

  #isNews(config: RelayConfig): boolean {
    const member = this.#members.get(config.cluster_id);
    if (member === undefined || JSON.stringify(member.config) !== JSON.stringify(config)) return true;
    if (member.kubeconfigDigest === undefined) return false;
    return digestOf(config) !== member.kubeconfigDigest;
  }
}

function digestOf(config: RelayConfig): string | undefined {
  try {
    const connection = openKubernetes(config);
    connection.close();
    return connection.digest;
  } catch (error) {
    if (error instanceof KefError) return undefined; // openAll says what is wrong with it
    throw error;
  }
}

/** Opens every connection, or none. */
function openAll(configs: readonly RelayConfig[]): Map<string, KubernetesConnection> {
  const opened = new Map<string, KubernetesConnection>();
  const problems: string[] = [];
  for (const config of configs) {
    try {
      opened.set(config.cluster_id, openKubernetes(config));
    } catch (error) {
      if (!(error instanceof KefError)) throw error;
      problems.push(`${config.cluster_id}: ${error.message}`);
    }
  }
  if (problems.length === 0) return opened;
  for (const connection of opened.values()) connection.close();
  throw wrongConfig(problems);
}
