import { gzipSync } from 'node:zlib';
import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { type BatchResult, holderOf } from '../../lib/api/contract.ts';
import { KefError } from '../../lib/errors.ts';
import type { RuleSet } from '../../lib/events/classify.ts';
import type { ClustersTable } from '../../lib/store/clustersTable.ts';
import type { KeepingOptions } from '../../lib/store/historyItem.ts';
import type { HistoryTable } from '../../lib/store/historyTable.ts';
import { dayOf } from '../../lib/store/keys.ts';
import type { HttpHandler } from '../http/httpHandler.ts';
import { type ApiRequest, type ApiResponse, respond, routeOf } from '../http/request.ts';
import { addCounts } from '../http/telemetry.ts';
import { type AcceptedEvents, acceptEvents } from './acceptEvents.ts';
import { reportClusterFigures } from './clusterFigures.ts';
import type { Originals } from './Originals.ts';
import { type ReceivedBatch, readBatch } from './readBatch.ts';
import { type Backend, requireRelay } from './requireRelay.ts';
import { reportTroubles } from './troubleFigures.ts';

/** What ingest works with. */
export interface IngestDependencies extends KeepingOptions {
  readonly backend: Backend;
  readonly rules: RuleSet;
  /** Count for alarms of each cluster. @default false */
  readonly clusterFigures?: boolean;
  /** Count troubles of each cluster by reason, for anomaly detection. @default false */
  readonly troubleFigures?: boolean;
  readonly history: Pick<HistoryTable, 'putAll'>;
  readonly clusters: Pick<ClustersTable, 'recordBatch' | 'resumption'>;
  /** @default - batches are not archived */
  readonly originals?: Pick<Originals, 'keep'> | undefined;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Time kept back from the function's limit for the answer itself. */
const answerReserveMs = 1_500;

/** Longest wait for a throttled table. API Gateway gives up at 30 seconds. */
const longestWriteMs = 20_000;

/** Answers `POST /v1/clusters/{cluster}/events` and `GET /v1/clusters/{cluster}/position`. */
export function createIngest(dependencies: IngestDependencies): HttpHandler {
  return async (request, context) => {
    const cluster = requireRelay(request, dependencies.backend);
    switch (routeOf(request)) {
      case 'POST /v1/clusters/{cluster}/events':
        return takeBatch(dependencies, request, context, cluster);
      case 'GET /v1/clusters/{cluster}/position':
        return respond(200, await dependencies.clusters.resumption(cluster));
      default:
        throw new KefError('NotFound', `There is no ${routeOf(request)} here.`);
    }
  };
}

/**
 * 200 means durable: in the History table, in the archive if there is one, and the position taken down. Any of them failing is a 503
 * and the relay sends the batch again, which changes nothing where it had arrived.
 */
async function takeBatch(
  { backend: _, history, clusters, originals, logger, metrics, now, ...settings }: IngestDependencies,
  request: ApiRequest,
  context: Context,
  cluster: string,
): Promise<ApiResponse> {
  const arrivedAt = now();
  const received = await readBatch(request);
  const { batch } = received;
  const outcome = acceptEvents(batch.events, {
    ...settings,
    cluster,
    backlog: batch.backlog ?? false,
    onBug: (error, index) =>
      logger.error('An event could not be processed.', { cluster, index, error: error as Error }), // the logger prints any value
  });

  const deadline = arrivedAt + Math.min(longestWriteMs, remainingMs(context) - answerReserveMs);
  await Promise.all([
    history.putAll(outcome.items, deadline),
    outcome.newest === undefined
      ? undefined
      : originals?.keep(cluster, dayOf(outcome.newest), archiveCopy(received, outcome)),
  ]);
  const superseded = await clusters.recordBatch(cluster, {
    // null is a relay that has not got through its first list: no reason to forget where its predecessor was
    ...(batch.position === undefined || batch.position === null ? {} : { position: batch.position }),
    ...(batch.relay === undefined ? {} : { relay: { ...batch.relay, holder: holderOf(batch.relay) } }),
    accepted: outcome.accepted,
    rejected: outcome.rejected.length,
    namespaces: outcome.namespaces,
    at: new Date(arrivedAt).toISOString(),
    ...(outcome.newest === undefined ? {} : { newest: outcome.newest }),
    gaps: batch.relay?.gaps ?? [],
  });

  metrics.addMetadata('cluster', cluster);
  addCounts(metrics, {
    Batches: 1,
    EventsAccepted: outcome.accepted,
    EventsDropped: outcome.dropped,
    EventsRejected: outcome.rejected.length,
    Gaps: batch.relay?.gaps?.length ?? 0,
  });
  if (settings.clusterFigures === true) reportClusterFigures(metrics, cluster, outcome.items);
  if (settings.troubleFigures === true) reportTroubles(metrics, cluster, outcome.items);
  const result: BatchResult = {
    accepted: outcome.accepted,
    rejected: [...outcome.rejected],
    ...(superseded === undefined ? {} : { superseded }),
  };
  return respond(200, result);
}

/** What goes to the archive: the bytes as sent, unless they hold secrets that the sender should have taken out. */
function archiveCopy({ batch, gzip }: ReceivedBatch, { cleaned }: AcceptedEvents): Uint8Array {
  return cleaned === undefined ? gzip : gzipSync(JSON.stringify({ ...batch, events: cleaned }));
}

function remainingMs(context: Context): number {
  return context.getRemainingTimeInMillis?.() ?? longestWriteMs;
}
