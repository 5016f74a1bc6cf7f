import type { Logger } from 'pino';
import { Fleet } from './fleet/fleet.ts';
import type { FleetConfig } from './fleet/fleetConfig.ts';
import { type ConfigSource, Reloads } from './fleet/reloads.ts';
import { ElectedFleet } from './leader/electedFleet.ts';
import { startStatusServer } from './statusServer.ts';
import { compactHeap } from './tuneMemory.ts';

/** How a relay is run. */
export interface RunRelayOptions {
  /** Aborting it stops the relay gracefully: stop intake, flush, report the position. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Where new configurations come from while it runs. @default none come */
  readonly source?: ConfigSource;
}

/** What a finished run says. */
export interface RelayOutcome {
  /** Events taken in and not acknowledged; the next relay reads them again. */
  readonly left: number;
}

/**
 * Runs a relay until `signal` aborts.
 *
 * @throws KefError `ConfigInvalid` when the listen address, or the kubeconfig of the only cluster, cannot be used. Nothing that an
 * API server or our API does makes it reject.
 */
export async function runRelay(config: FleetConfig, options: RunRelayOptions): Promise<RelayOutcome> {
  const { signal, logger, source = { load: async () => config, onRequest: () => {} } } = options;
  const elected =
    config.election === undefined
      ? undefined
      : new ElectedFleet(config.election, (isLeader) => new Fleet(config, logger, isLeader), logger);
  const fleet = elected?.fleet ?? new Fleet(config, logger);
  const reloads = new Reloads(fleet, source, logger);
  const server = await startStatusServer(config.listen, { fleet, reloads, elector: elected?.elector });
  try {
    if (elected === undefined) fleet.start();
    const clusters = config.clusters.map(({ cluster_id }) => cluster_id);
    logger.info({ clusters, listen: server.address, port: server.port }, 'relay started');
    compactHeap();
    return { left: await (elected === undefined ? untilStopped(fleet, signal) : elected.run(signal)) };
  } finally {
    await server.close();
  }
}

async function untilStopped(fleet: Fleet, signal: AbortSignal): Promise<number> {
  if (!signal.aborted) {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }
  return fleet.stop();
}
