import { eventually } from '../../relay/relayProcess.ts';
import type { ControlPlane } from '../controlPlane.ts';
import type { RealScenario } from '../realScenario.ts';
import type { RealWorld } from '../realWorld.ts';

const merge = 'application/merge-patch+json';
const settings = { signals: { pods: true, nodes: true }, retry_forbidden: '500ms', idle_timeout: '1s' };
const now = () => `${new Date().toISOString().slice(0, 19)}Z`;

/** What has no Event: pods and nodes whose status is written as a kubelet and a node controller would. */
export const signals: readonly RealScenario[] = [
  {
    name: 'OOM kills and node conditions: no rights at first, then a kill -9, a compaction and a relist',
    needs: 'control plane',
    run: async (world, plane) => {
      await world.warmUp(settings);
      await world.produce(200);
      await eventually('the refusal is shown', async () => (await broken(world)).length === 2);
      if ((await world.relay.get('/ready')).status !== 200) throw new Error('the relay is not ready for its signals');
      await grant(plane);
      await eventually('the signals work', async () => (await broken(world)).length === 0, 60_000);

      const pod = await PodOf.create(world, 'web');
      await pod.runs(0);
      await pod.isKilled(0, 'ended');
      await pod.isKilled(0, 'waiting');
      await pod.runs(1, 0);
      const node = new NodeOf(world, `${world.namespace}-node`);
      await node.create();
      await node.is('Ready', 'Unknown');
      await node.is('NetworkingReady', 'False');
      await told(world, ['OOMKilled', 'NodeNotReady', 'NetworkingNotReady']);

      await world.kill();
      await pod.isKilled(1, 'waiting');
      await world.startRelay(settings);
      await told(world, ['OOMKilled', 'OOMKilled', 'NodeNotReady', 'NetworkingNotReady']);
      await plane.compact();
      await plane.stopApiServer('SIGKILL');
      await plane.startApiServer();
      await pod.runs(2, 1);
      await node.is('Ready', 'True');
      await told(world, ['OOMKilled', 'OOMKilled', 'NodeNotReady', 'NetworkingNotReady', 'NodeReady']);
      await world.produce(200);
      await world.settle();
      const { signals: streams } = await world.relay.status();
      world.note = streams
        .map(({ resource, objects, bytes }) => `${resource}: ${objects} objects, ${bytes} bytes`)
        .join('; ');
      await node.remove();
    },
  },
];

async function broken(world: RealWorld): Promise<string[]> {
  const { signals: streams } = await world.relay.status();
  return streams
    .filter(({ sources }) => sources.some(({ lastError }) => lastError !== undefined))
    .map(({ resource }) => resource);
}

/** Waits until exactly these were told, and enters them into the books. */
async function told(world: RealWorld, reasons: readonly string[]): Promise<void> {
  const derived = () =>
    [...world.sink.stored.values()].map(({ raw }) => raw).filter((raw) => raw.reportingController === 'kef-relay');
  await eventually(
    reasons.join(', '),
    () =>
      derived()
        .map(({ reason }) => String(reason))
        .sort()
        .join() === [...reasons].sort().join(),
    30_000,
  );
  for (const event of derived()) world.account.produced(event);
}

async function grant({ client }: ControlPlane): Promise<void> {
  const apiGroup = 'rbac.authorization.k8s.io';
  const root = `/apis/${apiGroup}/v1`;
  const metadata = { name: 'kef-real-signals' };
  const rules = [{ apiGroups: [''], resources: ['pods', 'nodes'], verbs: ['get', 'list', 'watch'] }];
  await client.call('POST', `${root}/clusterroles`, { metadata, rules });
  await client.call('POST', `${root}/clusterrolebindings`, {
    metadata,
    roleRef: { apiGroup, kind: 'ClusterRole', name: metadata.name },
    subjects: [{ kind: 'User', apiGroup, name: 'relay' }],
  });
}

class PodOf {
  readonly #world: RealWorld;
  readonly #path: string;
  /** When each container ended, by restart. */
  readonly #ends = new Map<number, string>();

  private constructor(world: RealWorld, path: string) {
    this.#world = world;
    this.#path = path;
  }

  static async create(world: RealWorld, name: string): Promise<PodOf> {
    const path = `/api/v1/namespaces/${world.namespace}/pods`;
    const limits = { memory: '64Mi' };
    const containers = [{ name: 'app', image: 'registry.example/app:1', resources: { limits } }];
    await world.client.call('POST', path, { metadata: { name }, spec: { nodeName: 'some-node', containers } });
    return new PodOf(world, `${path}/${name}/status`);
  }

  runs(restarts: number, killed?: number): Promise<unknown> {
    const state = { running: { startedAt: now() } };
    return this.#write(restarts, state, killed === undefined ? {} : this.#end(killed));
  }

  isKilled(restart: number, shownAs: 'ended' | 'waiting'): Promise<unknown> {
    const waiting = {
      waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container=app' },
    };
    return shownAs === 'ended'
      ? this.#write(restart, this.#end(restart), {})
      : this.#write(restart, waiting, this.#end(restart));
  }

  #end(restart: number) {
    const finishedAt = this.#ends.get(restart) ?? now();
    this.#ends.set(restart, finishedAt);
    const containerID = `containerd://${String(restart).padStart(64, '0')}`;
    return { terminated: { exitCode: 137, reason: 'OOMKilled', startedAt: finishedAt, finishedAt, containerID } };
  }

  #write(restartCount: number, state: object, lastState: object): Promise<unknown> {
    const common = { name: 'app', image: 'registry.example/app:1', imageID: 'sha256:1', ready: 'running' in state };
    const status = { phase: 'Running', containerStatuses: [{ ...common, restartCount, state, lastState }] };
    return this.#world.client.call('PATCH', this.#path, { status }, merge);
  }
}

class NodeOf {
  readonly #world: RealWorld;
  readonly #name: string;
  readonly #conditions = new Map<string, object>();

  constructor(world: RealWorld, name: string) {
    this.#world = world;
    this.#name = name;
  }

  async create(): Promise<void> {
    await this.#world.client.call('POST', '/api/v1/nodes', { metadata: { name: this.#name } });
    // What a kubelet registers with is no transition; what comes later is one.
    await new Promise((resolve) => setTimeout(resolve, 6_000));
  }

  async is(type: string, status: string): Promise<void> {
    const reason = status === 'Unknown' ? 'NodeStatusUnknown' : 'Reported';
    this.#conditions.set(type, { type, status, reason, lastTransitionTime: now(), lastHeartbeatTime: now() });
    const patch = { status: { conditions: [...this.#conditions.values()] } };
    await this.#world.client.call('PATCH', `/api/v1/nodes/${this.#name}/status`, patch, merge);
  }

  async remove(): Promise<void> {
    await this.#world.client.call('DELETE', `/api/v1/nodes/${this.#name}`);
  }
}
