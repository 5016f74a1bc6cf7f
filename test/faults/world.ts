import { setTimeout as sleep } from 'node:timers/promises';
import type { Gap } from '../../lib/api/contract.ts';
import { type Cluster, type ClusterOptions, type ObjectName, startCluster } from '../../lib/local/cluster/index.ts';
import { type RelayProcess, startRelay } from '../relay/relayProcess.ts';
import { type Fault as ApiFault, type Sink, startSink } from '../relay/sink.ts';
import { Account } from './account.ts';
import { eventuallyBalanced, keepBooks } from './books.ts';
import { randomOf } from './random.ts';

/** How a world is made. */
export interface WorldOptions {
  readonly seed: number;
  readonly cluster?: ClusterOptions;
  /** Relay settings, over the quick ones of the relay tests. */
  readonly settings?: Record<string, unknown>;
  /** A program that is started instead of the bundled relay, and starts it. */
  readonly entry?: () => Promise<string>;
  /** Adds to the kubeconfig, for example a token file. */
  readonly kubeconfig?: (cluster: Cluster) => string;
}

/** A cluster, a relay in a process of its own, an API, and the books on what went in and what came out. */
export class World {
  readonly account = new Account();
  readonly random: () => number;
  readonly cluster: Cluster;
  readonly relays: RelayProcess[] = [];
  /** What the API does wrong now. */
  apiFault: ApiFault | undefined;
  /** Events the API refuses by name, with a code. */
  refuse: (event: Record<string, unknown>) => string | undefined = () => undefined;
  sink: Sink;
  readonly #options: WorldOptions;
  readonly #living: ObjectName[] = [];
  #made = 0;
  /** Gaps that relays reported. */
  readonly gaps: Gap[] = [];

  private constructor(options: WorldOptions, cluster: Cluster, sink: Sink) {
    this.#options = options;
    this.random = randomOf(options.seed);
    this.cluster = cluster;
    this.sink = sink;
    keepBooks(this);
  }

  static async start(options: WorldOptions): Promise<World> {
    return new World(options, await startCluster(options.cluster), await startSink());
  }

  /** The relay that runs, or ran last. */
  get relay(): RelayProcess {
    const relay = this.relays.at(-1);
    if (relay === undefined) throw new Error('no relay was started');
    return relay;
  }

  /** Lists and watches the cluster was asked for, beyond the first of each. */
  get reconnects(): number {
    return Math.max(0, (this.cluster.requests.counts.watch ?? 0) - 1);
  }

  async startRelay(): Promise<RelayProcess> {
    const { settings, entry, kubeconfig } = this.#options;
    const { cluster } = this;
    const place = { kubeconfig: () => kubeconfig?.(cluster) ?? cluster.kubeconfig() };
    const relay = await startRelay(place, this.sink, settings, await entry?.());
    this.relays.push(relay);
    return relay;
  }

  /** Starts a relay and waits until the API knows a position: from here on a restart resumes, and lists nothing. */
  async warmUp(): Promise<void> {
    await this.startRelay();
    this.produce(1);
    while (this.sink.position === null) await sleep(10);
  }

  /** kill -9, at once. */
  async kill(): Promise<void> {
    this.relay.kill('SIGKILL');
    await this.relay.exited;
  }

  /** The API's process ends: connections are refused until {@link reviveApi}. */
  async stopApi(): Promise<void> {
    await this.sink.close();
  }

  /** The API comes back on its port, with what it had stored. */
  async reviveApi(): Promise<void> {
    const { position, url } = this.sink;
    this.sink = await startSink(Number(new URL(url).port));
    this.sink.position = position;
    keepBooks(this);
  }

  /** Makes things happen in the cluster: mostly new events, and repeats of recent ones, about a few hundred objects. */
  produce(count: number): void {
    for (let index = 0; index < count; index += 1) {
      const old = this.#living.at(-1 - Math.floor(this.random() * 300));
      const isRepeat = old !== undefined && this.random() < 0.3 && this.cluster.get(old) !== undefined;
      if (isRepeat) this.#note(this.cluster.bump(old, { by: 1 + Math.floor(this.random() * 3) }));
      else this.create();
    }
  }

  /** Makes events for some time, a few every few milliseconds. @returns how many */
  async produceFor(ms: number, perSecond = 400): Promise<number> {
    const until = performance.now() + ms;
    const begin = performance.now();
    let made = 0;
    while (performance.now() < until) {
      const due = Math.floor(((performance.now() - begin) * perSecond) / 1_000);
      this.produce(due - made);
      made = due;
      await sleep(5);
    }
    return made;
  }

  /** Creates one event; the manifest given goes over the usual one. */
  create(manifest: Record<string, unknown> = {}): ObjectName {
    this.#made += 1;
    const place = { namespace: 'shop', name: `event-${this.#made}` };
    const pod = `pod-${Math.floor(this.random() * 500)}`;
    const isSeries = this.random() < 0.3;
    const now = new Date(this.#options.cluster?.now?.() ?? Date.now()).toISOString();
    const times = isSeries
      ? { eventTime: `${now.slice(0, 23)}000Z`, action: 'Scheduling', reportingController: 'default-scheduler' }
      : { deprecatedFirstTimestamp: seconds(now), deprecatedLastTimestamp: seconds(now), deprecatedCount: 1 };
    const written = this.cluster.create({
      metadata: place,
      regarding: { kind: 'Pod', namespace: 'shop', name: pod, uid: `uid-of-${pod}` },
      reason: isSeries ? 'FailedScheduling' : 'Unhealthy',
      type: 'Warning',
      note: `number ${this.#made}`,
      ...times,
      ...manifest,
    });
    this.#living.push(place);
    this.#note(written);
    return place;
  }

  /** Notes what leaves the server: called after an expiry or a restore. */
  noteExpiry(gone: readonly { uid: string }[]): void {
    for (const { uid } of gone) this.account.expired(uid);
  }

  /** uid and name of everything on the server now. */
  living(): { uid: string; name: ObjectName }[] {
    return this.#living.flatMap((name) => {
      const metadata = this.cluster.get(name)?.metadata as { uid?: unknown } | undefined;
      return metadata === undefined ? [] : [{ uid: String(metadata.uid), name }];
    });
  }

  /** Waits until nothing is missing any more, or until it is too late. */
  async settle(withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (this.account.sums.missing > 0 && performance.now() < deadline) await sleep(20);
  }

  /** Checks the relay's own account, stops it, and says what is wrong. */
  async stopRelay(): Promise<string[]> {
    const wrong: string[] = [];
    await eventuallyBalanced(this.relay).catch((error: Error) => wrong.push(error.message));
    const { code } = await this.relay.stop();
    if (code !== 0) wrong.push(`the relay ended with code ${code}`);
    for (const relay of this.relays) {
      if (relay.stderr.length > 0) wrong.push(`on stderr: ${relay.stderr[0]}`);
      const fatal = relay.logs.find(({ level }) => level >= 60);
      if (fatal) wrong.push(`fatal: ${fatal.msg}`);
    }
    return wrong;
  }

  async close(): Promise<void> {
    for (const relay of this.relays) relay.kill('SIGKILL');
    await this.sink.close();
    await this.cluster.close();
  }

  #note(written: ObjectName): void {
    const event = this.cluster.get(written);
    if (event !== undefined) this.account.produced(event);
  }
}

function seconds(iso: string): string {
  return `${iso.slice(0, 19)}Z`;
}
