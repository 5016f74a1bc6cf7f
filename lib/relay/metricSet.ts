import { Counter, Gauge, type Registry } from 'prom-client';
import type { ClusterRelay } from './clusterRelay.ts';

/** The relays whose metrics are shown: the one of this process, or one per cluster. */
export interface MeasuredRelays {
  readonly relays: readonly ClusterRelay[];
  /** Ids of the clusters whose relay could not start yet. */
  readonly unstarted: readonly string[];
  /** Called with the seconds from a batch's first event to its acknowledgement. */
  onDelivered: (clusterId: string, seconds: number) => void;
}

/** Makes metrics that read one figure of each relay, labelled with its cluster, when somebody scrapes. */
export class MetricSet {
  readonly #registry: Registry;
  readonly #measured: MeasuredRelays;

  constructor(registry: Registry, measured: MeasuredRelays) {
    this.#registry = registry;
    this.#measured = measured;
  }

  total(name: string, help: string, read: (relay: ClusterRelay) => number): void {
    const measured = this.#measured;
    new Counter({
      name,
      help,
      labelNames: ['cluster_id'],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const relay of measured.relays) this.inc({ cluster_id: relay.config.cluster_id }, read(relay));
      },
    });
  }

  totals(name: string, help: string, label: string, read: (relay: ClusterRelay) => Iterable<[string, number]>): void {
    const measured = this.#measured;
    new Counter({
      name,
      help,
      labelNames: ['cluster_id', label],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const relay of measured.relays) {
          for (const [key, count] of read(relay)) {
            this.inc({ cluster_id: relay.config.cluster_id, [label]: key }, count);
          }
        }
      },
    });
  }

  /**
   * @param read the figure; none is shown when it is unknown, rather than a zero that would be a lie
   * @param unstarted the figure of a cluster whose relay could not start yet; without, there is none
   */
  gauge(name: string, help: string, read: (relay: ClusterRelay) => number | undefined, unstarted?: number): void {
    const measured = this.#measured;
    new Gauge({
      name,
      help,
      labelNames: ['cluster_id'],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const relay of measured.relays) {
          const value = read(relay);
          if (value !== undefined) this.set({ cluster_id: relay.config.cluster_id }, value);
        }
        if (unstarted === undefined) return;
        for (const cluster_id of measured.unstarted) this.set({ cluster_id }, unstarted);
      },
    });
  }
}
