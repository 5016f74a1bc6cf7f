import { hostname } from 'node:os';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import type { Logger } from 'pino';
import { ClusterRelay } from './clusterRelay.ts';
import type { RelayConfig } from './config.ts';
import { ApiConnection } from './delivery/apiConnection.ts';
import { openKubernetes } from './kubernetes/connection.ts';
import { startStatusServer } from './statusServer.ts';
import { compactHeap } from './tuneMemory.ts';
import { relayVersion } from './version.ts';

/** How a relay is run. */
export interface RunRelayOptions {
  /** Aborting it stops the relay gracefully: stop intake, flush, report the position. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** What a finished run says. */
export interface RelayOutcome {
  /** Events taken in and not acknowledged; the next relay reads them again. */
  readonly left: number;
}

/**
 * Runs a relay until `signal` aborts.
 *
 * @throws KefError `ConfigInvalid` when the kubeconfig or the listen address cannot be used. Nothing that the API server or our
 * API does makes it reject.
 */
export async function runRelay(config: RelayConfig, { signal, logger }: RunRelayOptions): Promise<RelayOutcome> {
  const startedAt = new Date();
  const kubernetes = openKubernetes({ kubeconfig: config.kubeconfig, context: config.context });
  const api = new ApiConnection({
    apiUrl: config.api_url,
    region: config.aws_region,
    openCredentials: () => fromNodeProviderChain({ clientConfig: { region: config.aws_region } }),
    requestTimeoutMs: config.request_timeout,
    maxConnections: config.worker_count + 1,
  });
  const identity = { id: hostname(), version: relayVersion, startedAt };
  const relay = new ClusterRelay({ config, kubernetes, api, logger, identity });
  const server = await startStatusServer(config.listen, relay, startedAt);
  logger.info(
    {
      cluster: config.cluster_id,
      kubernetes: kubernetes.server,
      api: config.api_url,
      listen: server.address,
      port: server.port,
    },
    'relay started',
  );
  compactHeap();
  try {
    return { left: await relay.run(signal) };
  } finally {
    api.close();
    kubernetes.close();
    await server.close();
  }
}
