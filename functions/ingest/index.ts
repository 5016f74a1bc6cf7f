import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { builtInRules, type RuleSet } from '../../lib/events/builtInRules.ts';
import { type RuleSpec, ruleSpecSchema } from '../../lib/events/ruleSpec.ts';
import { severities } from '../../lib/events/severity.ts';
import { ClustersTable } from '../../lib/store/clustersTable.ts';
import { createDocumentClient } from '../../lib/store/documentClient.ts';
import { HistoryTable } from '../../lib/store/historyTable.ts';
import { jsonVariable, readEnvironment, required } from '../http/environment.ts';
import { httpHandler } from '../http/httpHandler.ts';
import { createLogger, createMetrics } from '../http/telemetry.ts';
import { createIngest } from './ingest.ts';
import { Originals } from './Originals.ts';

const environment = readEnvironment(
  z.object({
    FORWARDER_NAME: required,
    HISTORY_TABLE: required,
    CLUSTERS_TABLE: required,
    /** Absent: batches are not archived. */
    ORIGINALS_BUCKET: required.optional(),
    RETENTION_DAYS: z.coerce.number().int().min(1).max(3650).default(30),
    INDEX_FROM: z.enum(severities).optional(),
    RULES: jsonVariable(z.array(ruleSpecSchema)).optional(),
    AWS_REGION: required,
    ACCOUNT_ID: required.optional(),
    CLUSTERS: z.string().optional(),
    CLUSTER_FIGURES: z.literal('true').optional(),
    TROUBLE_FIGURES: z.literal('true').optional(),
  }),
);
const telemetry = { logger: createLogger('ingest'), metrics: createMetrics('ingest') };
const client = createDocumentClient();

/** The library for linear-time patterns is loaded only where somebody wrote rules. */
async function rulesOf(specs: readonly RuleSpec[] | undefined): Promise<RuleSet> {
  if (specs === undefined) return builtInRules;
  const { compileRules } = await import('../../lib/events/rules.ts');
  return compileRules(specs);
}

function archiveIn(bucket: string | undefined): Originals | undefined {
  return bucket === undefined ? undefined : new Originals({ client: new S3Client({ maxAttempts: 3 }), bucket });
}

/** Lambda entry point. */
export const handler = httpHandler(
  createIngest({
    backend: {
      forwarder: environment.FORWARDER_NAME,
      region: environment.AWS_REGION,
      accountId: environment.ACCOUNT_ID,
      clusterList: environment.CLUSTERS,
    },
    clusterFigures: environment.CLUSTER_FIGURES === 'true',
    troubleFigures: environment.TROUBLE_FIGURES === 'true',
    rules: await rulesOf(environment.RULES),
    retentionDays: environment.RETENTION_DAYS,
    indexFrom: environment.INDEX_FROM,
    history: new HistoryTable({ client, tableName: environment.HISTORY_TABLE }),
    clusters: new ClustersTable({
      client,
      tableName: environment.CLUSTERS_TABLE,
      retentionDays: environment.RETENTION_DAYS,
    }),
    originals: archiveIn(environment.ORIGINALS_BUCKET),
    ...telemetry,
    now: Date.now,
  }),
  telemetry,
);
