import { rowAttributes } from './incidentRow.ts';

/** A secondary index of a table. */
export interface IndexSchema {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  /** Attributes it holds besides keys. @default whole items */
  readonly attributes?: readonly string[];
}

/** Shape of one table, free of any SDK so that the stack, the local runner and tests create the same ones. All keys are strings. */
export interface TableSchema {
  readonly partitionKey: string;
  readonly sortKey: string;
  /** Attribute with the expiry in epoch seconds. */
  readonly timeToLive: string;
  readonly indexes: readonly IndexSchema[];
}

const base = { partitionKey: 'pk', sortKey: 'sk', timeToLive: 'ttl' } as const;

/**
 * History. The index projects everything (`ALL`): an item is under 1 KB with its message and original deflated in one
 * attribute, so the whole of it costs the index the same single write unit that a few chosen attributes would, and a
 * namespace listing shows full messages without reading the table again.
 */
export const historyTableSchema: TableSchema = {
  ...base,
  indexes: [{ name: 'byNamespaceDay', partitionKey: 'gpk', sortKey: 'gsk' }],
};

/**
 * Incidents. Only incident items carry the index's keys. The index holds what a list shows and filters by: an incident of
 * many pods takes several write units, its row in the index always one.
 */
export const incidentsTableSchema: TableSchema = {
  ...base,
  indexes: [
    {
      name: 'byCluster',
      partitionKey: 'gpk',
      sortKey: 'gsk',
      attributes: ['namespace', ...rowAttributes.filter((attribute) => attribute !== base.partitionKey)],
    },
  ],
};

/** Clusters. */
export const clustersTableSchema: TableSchema = { ...base, indexes: [] };
