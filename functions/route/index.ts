import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import middy from '@middy/core';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod';
import { readEksArns } from '../../lib/api/eksClusters.ts';
import { parseIncidentSettings } from '../../lib/incidents/settings.ts';
import { createDocumentClient } from '../../lib/store/documentClient.ts';
import { IncidentsTable } from '../../lib/store/incidentsTable.ts';
import { realPace } from '../../lib/store/retry.ts';
import { readEnvironment, required } from '../http/environment.ts';
import { addCounts, createLogger, createMetrics } from '../http/telemetry.ts';
import { EventBridgeBus } from './EventBridgeBus.ts';
import { routeBatch } from './routeBatch.ts';
import { knownUntil } from './routeClock.ts';
import type { RouteCounts, RoutePorts } from './routePorts.ts';
import { tellDue } from './tellDue.ts';

const environment = readEnvironment(
  z.object({
    INCIDENTS_TABLE: required,
    EVENT_BUS_NAME: required,
    INCIDENT_SETTINGS: z.string().optional(),
    EKS_NAMES: z.string().default(''),
    EKS_ARN: z.string().default(''),
  }),
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
    arnOf: readEksArns(environment.EKS_NAMES, environment.EKS_ARN),
    onFailure: (failure) => logger.warn('the event bus did not confirm', failure),
  }),
  pace: realPace,
  onFailure: (doing, error) =>
    logger.error(`${doing} failed`, { error: error instanceof Error ? error : String(error) }),
};

/** A batch of the stream; anything else is the clock, which calls every minute. */
type RouteEvent = DynamoDBStreamEvent | Record<string, unknown>;

async function route(event: RouteEvent): Promise<DynamoDBBatchResponse> {
  if (!isStreamEvent(event)) {
    await lookAtClock(knownUntil(ports.pace.now()));
    return { batchItemFailures: [] };
  }
  const { failed, poison, counts } = await routeBatch(event.Records, ports, settings);
  addMetrics(counts, {
    Routed: event.Records.length - failed.length,
    RouteFailures: failed.length,
    PoisonRecords: poison.length,
  });
  return {
    batchItemFailures: failed.map((index) => ({
      itemIdentifier: event.Records[index]?.dynamodb?.SequenceNumber ?? '',
    })),
  };
}

/** Tells what is due. A failure here is no loss: the next look finds the same. */
async function lookAtClock(until: number): Promise<void> {
  try {
    addMetrics(await tellDue(ports, settings, until), {});
  } catch (error) {
    ports.onFailure('looking at what is due', error);
  }
}

function addMetrics(counts: RouteCounts, others: Record<string, number>): void {
  addCounts(metrics, {
    ...others,
    Suppressed: counts.suppressed,
    Published: counts.published,
    Withheld: counts.withheld,
    Storms: counts.storms,
    Hushed: counts.hushed,
    Digests: counts.digests,
    OldDebtsPaid: counts.oldDebts,
    Conflicts: counts.conflicts,
  });
}

function isStreamEvent(event: RouteEvent): event is DynamoDBStreamEvent {
  return Array.isArray(event.Records);
}

/** Lambda entry point: the History stream, and the clock. */
export const handler = middy<RouteEvent, DynamoDBBatchResponse>({ timeoutEarlyInMillis: 0 })
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .use(logMetrics(metrics))
  .handler(route);
