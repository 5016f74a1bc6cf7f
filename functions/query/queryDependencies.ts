import type { Severity } from '../../lib/events/severity.ts';
import type { ClustersTable } from '../../lib/store/clustersTable.ts';
import type { HistoryTable } from '../../lib/store/historyTable.ts';
import type { IncidentsTable } from '../../lib/store/incidentsTable.ts';

/** What query works with. */
export interface QueryDependencies {
  readonly history: Pick<HistoryTable, 'reader'>;
  readonly clusters: Pick<ClustersTable, 'ids' | 'list' | 'namespacesByDay'>;
  readonly incidents: Pick<IncidentsTable, 'list' | 'get'>;
  /** Least severity in the namespace index. @default - all are */
  readonly indexFrom?: Severity | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
