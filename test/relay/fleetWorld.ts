import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Cluster, startCluster } from '../../lib/local/cluster/index.ts';
import { type RelayProcess, startRelay } from './relayProcess.ts';
import { type Sink, startSink } from './sink.ts';

/** One cluster of a fleet: its API server, its way into the API, and its entry in the configuration. */
export interface Place {
  readonly id: string;
  readonly cluster: Cluster;
  readonly sink: Sink;
  readonly kubeconfig: string;
  /** The entry under `clusters`. */
  readonly entry: Record<string, unknown>;
  /** Makes events in the cluster. */
  make(count: number, manifest?: Record<string, unknown>): void;
  readonly made: number;
}

/** Several clusters and a relay for all of them. Each has an API of its own, so that each can go wrong by itself. */
export class FleetWorld {
  readonly places: Place[] = [];
  readonly relays: RelayProcess[] = [];
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(): Promise<FleetWorld> {
    return new FleetWorld(await mkdtemp(path.join(tmpdir(), 'kef-fleet-')));
  }

  async place(id: string, settings: Record<string, unknown> = {}): Promise<Place> {
    const cluster = await startCluster();
    const sink = await startSink();
    const kubeconfig = await this.file(`${id}.kubeconfig`, cluster.kubeconfig());
    let made = 0;
    const place: Place = {
      id,
      cluster,
      sink,
      kubeconfig,
      entry: { cluster_id: id, kubeconfig, api_url: sink.url, ...settings },
      make: (count, manifest = {}) => {
        for (let index = 0; index < count; index += 1) {
          made += 1;
          cluster.create({
            metadata: { name: `${id}-${made}`, namespace: 'shop' },
            regarding: { kind: 'Pod', namespace: 'shop', name: `pod-${made % 50}` },
            reason: 'Unhealthy',
            type: 'Warning',
            note: `number ${made}`,
            ...manifest,
          });
        }
      },
      get made() {
        return made;
      },
    };
    this.places.push(place);
    return place;
  }

  /** Writes a file of the relay's surroundings. @returns its path */
  async file(name: string, text: string): Promise<string> {
    const file = path.join(this.#directory, name);
    await writeFile(file, text);
    return file;
  }

  pathOf(name: string): string {
    return path.join(this.#directory, name);
  }

  /** Starts one relay for these entries. */
  async start(
    entries: readonly Record<string, unknown>[],
    settings: Record<string, unknown> = {},
    env?: Record<string, string>,
  ): Promise<RelayProcess> {
    const relay = await startRelay(
      { kubeconfig: () => '' },
      { url: 'http://127.0.0.1:1' },
      { ...this.settingsOf(entries), ...settings },
      undefined,
      env,
    );
    this.relays.push(relay);
    return relay;
  }

  /** The configuration for these entries, as `RelayProcess.reload` takes it. */
  settingsOf(entries: readonly Record<string, unknown>[]): Record<string, unknown> {
    return { cluster_id: undefined, kubeconfig: undefined, clusters: entries };
  }

  async close(): Promise<void> {
    for (const relay of this.relays) relay.kill('SIGKILL');
    for (const { sink, cluster } of this.places) {
      await sink.close();
      await cluster.close();
    }
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** What `/status` says of one cluster of a fleet. */
export interface ClusterStatus {
  readonly clusterId: string;
  readonly isReady: boolean;
  readonly reasons: string[];
  readonly events: { received: number; dropped: Record<string, number>; acknowledged: number; unacknowledged: number };
  readonly buffer: { bytes: number };
}

/** `/status` of a fleet. */
export interface FleetStatus {
  readonly isReady: boolean;
  readonly reasons: string[];
  readonly config: { isSuccessful: boolean; succeededAt: string; error?: string };
  readonly clusters: ClusterStatus[];
}

/** Reads `/status` of a relay with a list of clusters. */
export async function fleetStatusOf(relay: RelayProcess): Promise<FleetStatus> {
  return JSON.parse((await relay.get('/status')).body);
}
