import * as z from 'zod';
import { severities } from '../../lib/events/severity.ts';
import { ClustersTable } from '../../lib/store/clustersTable.ts';
import { createDocumentClient } from '../../lib/store/documentClient.ts';
import { HistoryTable } from '../../lib/store/historyTable.ts';
import { IncidentsTable } from '../../lib/store/incidentsTable.ts';
import { readEnvironment, required } from '../http/environment.ts';
import { httpHandler } from '../http/httpHandler.ts';
import { createLogger } from '../http/telemetry.ts';
import { createQuery } from './query.ts';

const environment = readEnvironment(
  z.object({
    HISTORY_TABLE: required,
    INCIDENTS_TABLE: required,
    CLUSTERS_TABLE: required,
    INDEX_FROM: z.enum(severities).optional(),
  }),
);
const client = createDocumentClient();

/** Lambda entry point. */
export const handler = httpHandler(
  createQuery({
    history: new HistoryTable({ client, tableName: environment.HISTORY_TABLE }),
    incidents: new IncidentsTable({ client, tableName: environment.INCIDENTS_TABLE }),
    clusters: new ClustersTable({ client, tableName: environment.CLUSTERS_TABLE }),
    indexFrom: environment.INDEX_FROM,
    now: Date.now,
  }),
  { logger: createLogger('query') },
);
