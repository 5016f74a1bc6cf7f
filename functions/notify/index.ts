import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { SNSClient } from '@aws-sdk/client-sns';
import middy from '@middy/core';
import type { EventBridgeEvent } from 'aws-lambda';
import * as z from 'zod';
import { createDocumentClient } from '../../lib/store/documentClient.ts';
import { NotificationClaims } from '../../lib/store/incidentNotifications.ts';
import { IncidentsTable } from '../../lib/store/incidentsTable.ts';
import { realPace } from '../../lib/store/retry.ts';
import { readEnvironment, required } from '../http/environment.ts';
import { addCounts, createLogger, createMetrics } from '../http/telemetry.ts';
import { type Affected, findAffected, nobody } from './affected.ts';
import { notifyOnce } from './notifyOnce.ts';
import { type DeliveredPublication, readPublication } from './readPublication.ts';
import { SnsTopic } from './SnsTopic.ts';

const environment = readEnvironment(
  z.object({ INCIDENTS_TABLE: required, TOPIC_ARN: required, HTTPS_BODY: z.literal('true').optional() }),
);
const logger = createLogger('notify');
const metrics = createMetrics('notify');
const table = { client: createDocumentClient(), tableName: environment.INCIDENTS_TABLE };
const claims = new NotificationClaims(table);
const incidents = new IncidentsTable(table);
const topic = new SnsTopic({
  client: new SNSClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  }),
  topicArn: environment.TOPIC_ARN,
  httpsBody: environment.HTTPS_BODY === 'true',
});

/** A page without its list is worth more than no page. */
async function affected(publication: DeliveredPublication): Promise<Affected> {
  try {
    return await findAffected(publication, incidents, realPace);
  } catch (error) {
    logger.warn('the objects in trouble could not be read', error instanceof Error ? error : String(error));
    return nobody;
  }
}

async function notify(event: EventBridgeEvent<string, unknown>): Promise<void> {
  const publication = readPublication(event);
  const outcome = await notifyOnce(publication, { claims, topic, affected });
  addCounts(metrics, { Notified: outcome === 'told' ? 1 : 0, NotifyRepeats: outcome === 'known' ? 1 : 0 });
  logger.info(outcome === 'told' ? 'told people' : 'people were told already', {
    publication: publication.detail.id,
    fingerprint: publication.detail.fingerprint,
    severity: publication.detail.severity,
  });
}

/** Lambda entry point: target of the event bus rule for news. */
export const handler = middy<EventBridgeEvent<string, unknown>, void>({ timeoutEarlyInMillis: 0 })
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .use(logMetrics(metrics))
  .handler(notify);
