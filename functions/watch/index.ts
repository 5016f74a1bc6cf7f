import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import middy from '@middy/core';
import * as z from 'zod';
import { readEksArns } from '../../lib/api/eksClusters.ts';
import { ClustersTable } from '../../lib/store/clustersTable.ts';
import { createDocumentClient } from '../../lib/store/documentClient.ts';
import { SilenceStore } from '../../lib/store/silence.ts';
import { readEnvironment, required } from '../http/environment.ts';
import { createLogger, createMetrics } from '../http/telemetry.ts';
import { EventBridgeBus } from '../route/EventBridgeBus.ts';
import { type WatchPorts, watch } from './watch.ts';

const environment = readEnvironment(
  z.object({
    CLUSTERS_TABLE: required,
    EVENT_BUS_NAME: required,
    SILENT_AFTER_MINUTES: z.coerce.number().int().min(1).default(5),
    CLUSTERS: z.string().optional(),
    EKS_NAMES: z.string().default(''),
    EKS_ARN: z.string().default(''),
  }),
);
const logger = createLogger('watch');
const metrics = createMetrics('watch');
const client = createDocumentClient();
const ports: WatchPorts = {
  clusters: new ClustersTable({ client, tableName: environment.CLUSTERS_TABLE }),
  silence: new SilenceStore({ client, tableName: environment.CLUSTERS_TABLE }),
  bus: new EventBridgeBus({
    client: new EventBridgeClient({
      maxAttempts: 2,
      requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
    }),
    busName: environment.EVENT_BUS_NAME,
    arnOf: readEksArns(environment.EKS_NAMES, environment.EKS_ARN),
    onFailure: (failure) => logger.warn('the event bus did not confirm', failure),
  }),
  now: Date.now,
};

async function look(): Promise<void> {
  const counts = await watch(ports, {
    silentAfterMs: environment.SILENT_AFTER_MINUTES * 60_000,
    clusterList: environment.CLUSTERS,
  });
  // Zero too: the alarm takes missing figures as a sign that nobody is looking.
  metrics.addMetric('SilentClusters', MetricUnit.Count, counts.silent);
  if (counts.fell + counts.back > 0) logger.info('told about relays', { ...counts });
}

/** Lambda entry point: every minute. */
export const handler = middy<unknown, void>({ timeoutEarlyInMillis: 0 })
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .use(logMetrics(metrics))
  .handler(look);
