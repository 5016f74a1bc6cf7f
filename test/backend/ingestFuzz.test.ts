import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HttpHandler, httpHandler } from '../../functions/http/httpHandler.ts';
import { createIngest } from '../../functions/ingest/ingest.ts';
import { builtInRules } from '../../lib/events/rules.ts';
import { ClustersTable } from '../../lib/store/clustersTable.ts';
import { HistoryTable } from '../../lib/store/historyTable.ts';
import { startDynamo } from './dynamo.ts';
import { coreEvent, kubeletEvent, schedulerEvent } from './kubernetesEvents.ts';
import { batchRequest, call } from './requests.ts';

process.env.POWERTOOLS_METRICS_DISABLED = 'true';

let dynamo: Awaited<ReturnType<typeof startDynamo>>;
let handler: HttpHandler;

beforeAll(async () => {
  dynamo = await startDynamo();
  const logger = new Logger({ logLevel: 'SILENT' });
  const metrics = new Metrics({ namespace: 'test', serviceName: 'test' });
  handler = httpHandler(
    createIngest({
      backend: { forwarder: 'kef', region: 'us-east-1' },
      rules: builtInRules,
      retentionDays: 30,
      history: new HistoryTable({ client: dynamo.client, tableName: 'history' }),
      clusters: new ClustersTable({ client: dynamo.client, tableName: 'clusters' }),
      originals: { keep: async () => {} },
      logger,
      metrics,
      now: () => Date.parse('2026-11-20T10:00:05Z'),
    }),
    { logger, metrics },
  );
});
afterAll(() => dynamo.close());

const json = fc.oneof(
  fc.jsonValue({ stringUnit: 'binary' }),
  fc.constantFrom('\ud800', '', 1e300, -1, null, '9'.repeat(3000)),
);

/** An event with one field, wherever it is, replaced by any JSON value. */
const damagedEvent = fc
  .tuple(fc.constantFrom(kubeletEvent(), schedulerEvent(), coreEvent()), fc.nat(), json)
  .map(([event, choice, value]) => {
    const copy = structuredClone(event);
    const places = fieldsOf(copy);
    const place = places[choice % places.length];
    if (place !== undefined) place.object[place.key] = value;
    return copy;
  });

function fieldsOf(object: Record<string, unknown>): { object: Record<string, unknown>; key: string }[] {
  return Object.entries(object).flatMap(([key, value]) => [
    { object, key },
    ...(typeof value === 'object' && value !== null ? fieldsOf(value as Record<string, unknown>) : []), // JSON objects only
  ]);
}

it('answers damaged events one by one, and never blames itself', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(damagedEvent, json), { minLength: 1, maxLength: 8 }), async (events) => {
      const answer = await call(handler, batchRequest('prod', { events }));
      expect(answer.status).toBe(200);
      expect(answer.body.accepted + answer.body.rejected.length).toBe(events.length);
      expect(answer.body.rejected.map(({ code }) => code)).not.toContain('Internal');
    }),
    { numRuns: 300 },
  );
});

it('answers any envelope with a status for its sender', async () => {
  const envelope = fc.record(
    { relay: json, position: json, backlog: json, events: fc.oneof(fc.array(json), json), other: json },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.oneof(envelope, json), async (body) => {
      expect((await call(handler, batchRequest('prod', body))).status).toBeLessThan(500);
    }),
    { numRuns: 300 },
  );
});

it('answers any bytes with a status for their sender', async () => {
  const body = fc
    .tuple(fc.uint8Array(), fc.constantFrom('application/json', 'application/gzip'))
    .map(([bytes, type]) => ({
      body: Buffer.from(bytes).toString('base64'),
      headers: { 'content-type': type },
    }));
  await fc.assert(
    fc.asyncProperty(body, async (overrides) => {
      const answer = await call(handler, batchRequest('prod', null, overrides));
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
    }),
    { numRuns: 200 },
  );
});
