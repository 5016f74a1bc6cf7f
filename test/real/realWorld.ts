import { setTimeout as sleep } from 'node:timers/promises';
import { Account } from '../faults/account.ts';
import { type Books, eventuallyBalanced, keepBooks } from '../faults/books.ts';
import { randomOf } from '../faults/random.ts';
import { eventually, type RelayProcess, startRelay } from '../relay/relayProcess.ts';
import { type Sink, startSink } from '../relay/sink.ts';
import type { KubeClient } from './kubeClient.ts';

type Json = Record<string, unknown>;

/** A real API server, a relay in a process of its own, an API, and the books. */
export class RealWorld implements Books {
  readonly account = new Account();
  readonly gaps: Books['gaps'] = [];
  readonly relays: RelayProcess[] = [];
  readonly random = randomOf(1);
  readonly sink: Sink;
  readonly client: KubeClient;
  apiFault: Books['apiFault'];
  refuse: Books['refuse'] = () => undefined;
  /** What the scenario measured, for its line in the table. */
  note = '';
  /** Who the next relay is. */
  identity: string;
  readonly namespace: string;
  readonly #living: { name: string; count: number }[] = [];
  #made = 0;

  private constructor(client: KubeClient, kubeconfig: string, namespace: string, sink: Sink) {
    this.client = client;
    this.identity = kubeconfig;
    this.namespace = namespace;
    this.sink = sink;
    keepBooks(this);
  }

  /** @param relayKubeconfig who the relay is; the client's own identity by default */
  static async start(client: KubeClient, relayKubeconfig = client.kubeconfig): Promise<RealWorld> {
    const namespace = `kef-real-${process.pid}-${Date.now().toString(36)}`;
    const world = new RealWorld(client, relayKubeconfig, namespace, await startSink());
    await world.makeNamespace();
    return world;
  }

  get relay(): RelayProcess {
    const relay = this.relays.at(-1);
    if (relay === undefined) throw new Error('no relay was started');
    return relay;
  }

  async makeNamespace(): Promise<void> {
    await this.client.call('POST', '/api/v1/namespaces', { metadata: { name: this.namespace } });
  }

  async startRelay(settings: Json = {}): Promise<RelayProcess> {
    const place = { kubeconfig: () => this.identity };
    const relay = await startRelay(place, this.sink, { buffer_size: 5_000, ...settings });
    this.relays.push(relay);
    return relay;
  }

  /** Starts a relay and waits until the API knows a position. */
  async warmUp(settings: Json = {}): Promise<void> {
    await this.startRelay(settings);
    await eventually('the API knows a position', () => this.sink.position !== null, 30_000).catch(
      async (error: Error) => {
        throw new Error(`${error.message}: ${(await this.relay.get('/ready')).body}`);
      },
    );
  }

  async kill(): Promise<void> {
    this.relay.kill('SIGKILL');
    await this.relay.exited;
  }

  /** Makes events through the API, several at a time: new ones, and repeats of old ones. */
  async produce(count: number, parallel = 12): Promise<void> {
    let left = count;
    const worker = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const old =
          this.random() < 0.25 ? this.#living.splice(Math.floor(this.random() * this.#living.length), 1)[0] : undefined;
        await (old === undefined ? this.#create() : this.#repeat(old));
      }
    };
    await Promise.all(Array.from({ length: parallel }, worker));
  }

  /** Makes events at a steady pace. */
  async produceFor(seconds: number, perSecond: number): Promise<void> {
    const begin = performance.now();
    const writes: Promise<void>[] = [];
    for (let made = 0; made < seconds * perSecond; ) {
      const due = Math.min(seconds * perSecond, Math.floor(((performance.now() - begin) * perSecond) / 1_000));
      for (; made < due; made += 1) writes.push(this.#create());
      await sleep(5);
    }
    await Promise.all(writes);
  }

  /** The server has lost its events: none of them can happen again. */
  forget(): void {
    this.#living.length = 0;
  }

  async settle(withinMs = 30_000): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (this.account.sums.missing > 0 && performance.now() < deadline) await sleep(10);
  }

  async stopRelay(): Promise<string[]> {
    const wrong: string[] = [];
    await eventuallyBalanced(this.relay).catch((error: Error) => wrong.push(error.message));
    const { code } = await this.relay.stop();
    if (code !== 0) wrong.push(`the relay ended with code ${code}`);
    return wrong;
  }

  async close(): Promise<void> {
    for (const relay of this.relays) relay.kill('SIGKILL');
    await this.sink.close();
    await this.client.send('DELETE', `/api/v1/namespaces/${this.namespace}`).catch(() => undefined);
  }

  async #create(): Promise<void> {
    this.#made += 1;
    const pod = `pod-${Math.floor(this.random() * 500)}`;
    const now = `${new Date().toISOString().slice(0, 19)}Z`;
    const event = {
      metadata: { name: `event-${this.#made}`, namespace: this.namespace },
      involvedObject: { kind: 'Pod', namespace: this.namespace, name: pod, apiVersion: 'v1' },
      reason: 'Unhealthy',
      type: 'Warning',
      message: `Readiness probe failed: number ${this.#made} at ${Date.now()}`,
      source: { component: 'kubelet' },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    };
    const { name } = event.metadata;
    this.account.produced(await this.client.call('POST', `/api/v1/namespaces/${this.namespace}/events`, event));
    this.#living.push({ name, count: 1 });
  }

  async #repeat(old: { name: string; count: number }): Promise<void> {
    const count = old.count + 1 + Math.floor(this.random() * 3);
    const patch = { count, lastTimestamp: `${new Date().toISOString().slice(0, 19)}Z` };
    const path = `/api/v1/namespaces/${this.namespace}/events/${old.name}`;
    this.account.produced(await this.client.call('PATCH', path, patch, 'application/merge-patch+json'));
    this.#living.push({ name: old.name, count });
  }
}
