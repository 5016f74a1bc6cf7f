import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Severity } from '../events/severity.ts';
import {
  clustersTableSchema,
  historyTableSchema,
  incidentsTableSchema,
  type TableSchema,
} from '../store/tableSchemas.ts';
import { ForwarderFunction } from './ForwarderFunction.ts';
import type { ForwarderTables } from './ForwarderTables.ts';
import { indexVariable } from './indexVariable.ts';

export interface QueryFunctionProps {
  readonly forwarderName: string;
  readonly tables: ForwarderTables;
  /** @default 'info' */
  readonly indexFrom?: Severity;
  readonly logRetention?: RetentionDays;
  readonly encryptionKey?: IKey | undefined;
}

/** Answers questions. It can read the three tables by key, and neither scan nor write anything. */
export class QueryFunction extends ForwarderFunction {
  constructor(scope: Construct, id: string, props: QueryFunctionProps) {
    const { history, incidents, clusters } = props.tables;
    super(scope, id, {
      ...props,
      name: 'query',
      description: 'Answers questions about events, incidents and clusters.',
      environment: {
        HISTORY_TABLE: history.tableName,
        INCIDENTS_TABLE: incidents.tableName,
        CLUSTERS_TABLE: clusters.tableName,
        ...indexVariable(props.indexFrom),
      },
    });
    this.addToRolePolicy(
      new PolicyStatement({
        sid: 'ReadTables',
        actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
        resources: [
          ...withIndexes(history, historyTableSchema),
          ...withIndexes(incidents, incidentsTableSchema),
          ...withIndexes(clusters, clustersTableSchema),
        ],
      }),
    );
  }
}

function withIndexes({ tableArn }: TableV2, { indexes }: TableSchema): string[] {
  return [tableArn, ...indexes.map(({ name }) => `${tableArn}/index/${name}`)];
}
