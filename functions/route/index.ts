import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import middy from '@middy/core';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod';
import { parseIncidentSettings } from '../../lib/incidents/settings.ts';
import { createDocumentClient } from '../../lib/store/documentClient.ts';
import { IncidentsTable } from '../../lib/store/incidentsTable.ts';
import { realPace } from '../../lib/store/retry.ts';
import { readEnvironment, required } from '../http/environment.ts';
import { addCounts, createLogger, createMetrics } from '../http/telemetry.ts';
import { EventBridgeBus } from './EventBridgeBus.ts';
import { routeBatch } from './routeBatch.ts';
import type { RoutePorts } from './routePorts.ts';

const environment = readEnvironment(
  z.object({ INCIDENTS_TABLE: required, EVENT_BUS_NAME: required, INCIDENT_SETTINGS: z.string().optional() }),
);
const settings = parseIncidentSettings(environment.INCIDENT_SETTINGS);
const logger = createLogger('route');
const metrics = createMetrics('route');

const ports: RoutePorts = {
  incidents: new IncidentsTable({ client: createDocumentClient(), tableName: environment.INCIDENTS_TABLE }),
  bus: new EventBridgeBus({
    client: new EventBridgeClient({
      maxAttempts: 2,
      requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
    }),
    busName: environment.EVENT_BUS_NAME,
    onFailure: (failure) => logger.warn('the event bus did not confirm', failure),
  }),
  pace: realPace,
  onFailure: (doing, error) =>
    logger.error(`${doing} failed`, { error: error instanceof Error ? error : String(error) }),
};

async function route(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const { failed, poison, counts } = await routeBatch(event.Records, ports, settings);
  addCounts(metrics, {
    Routed: event.Records.length - failed.length,
    Suppressed: counts.suppressed,
    Published: counts.published,
    Withheld: counts.withheld,
    Storms: counts.storms,
    OldDebtsPaid: counts.oldDebts,
    Conflicts: counts.conflicts,
    RouteFailures: failed.length,
    PoisonRecords: poison.length,
  });
  return {
    batchItemFailures: failed.map((index) => ({
      itemIdentifier: event.Records[index]?.dynamodb?.SequenceNumber ?? '',
    })),
  };
}

/** Lambda entry point: the History stream. */
export const handler = middy<DynamoDBStreamEvent, DynamoDBBatchResponse>({ timeoutEarlyInMillis: 0 })
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .use(logMetrics(metrics))
  .handler(route);
