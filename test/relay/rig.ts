import { afterAll, afterEach, beforeEach } from 'vitest';
import { type Cluster, startCluster } from '../../lib/local/cluster/index.ts';
import { type RelayProcess, removeRelayFiles, startRelay } from './relayProcess.ts';
import { type Sink, startSink } from './sink.ts';

/** The list/watch server of the test that runs. */
export let cluster: Cluster;
/** The API of the test that runs. */
export let sink: Sink;
let relays: RelayProcess[] = [];

/** Gives each test of a file a cluster and a sink of its own, and ends its relays. To be called once, at the top. */
export function useRig(): void {
  beforeEach(async () => {
    cluster = await startCluster();
    sink = await startSink();
  });
  afterEach(async () => {
    for (const relay of relays) relay.kill('SIGKILL');
    relays = [];
    await sink.close();
    await cluster.close();
  });
  afterAll(removeRelayFiles);
}

/** Another list/watch server in place of the one that is there. */
export async function replaceCluster(options: Parameters<typeof startCluster>[0]): Promise<void> {
  await cluster.close();
  cluster = await startCluster(options);
}

/**
 * Starts a relay between the two.
 *
 * @param entry file to run. @default the bundle
 * @param env its environment. @default test keys
 */
export async function start(
  settings: Record<string, unknown> = {},
  entry?: string,
  env?: Record<string, string>,
): Promise<RelayProcess> {
  const relay = await startRelay(cluster, sink, settings, entry, env);
  relays.push(relay);
  return relay;
}
