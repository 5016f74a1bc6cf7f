import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import {
  clustersTableSchema,
  historyTableSchema,
  incidentsTableSchema,
  type TableSchema,
} from '../store/tableSchemas.ts';

export interface ForwarderTablesProps {
  /**
   * Deletion protection, point-in-time recovery, and tables that outlive the stack.
   *
   * @default true
   */
  readonly protectData?: boolean;
}

/**
 * The three tables, in the shapes that `lib/store` reads and writes. Only History has a stream: nothing that `route`
 * writes may come back to it.
 */
export class ForwarderTables extends Construct {
  readonly history: TableV2;
  readonly incidents: TableV2;
  readonly clusters: TableV2;

  constructor(scope: Construct, id: string, props: ForwarderTablesProps = {}) {
    super(scope, id);
    const protectData = props.protectData ?? true;
    this.history = this.table('History', historyTableSchema, protectData, StreamViewType.NEW_IMAGE);
    this.incidents = this.table('Incidents', incidentsTableSchema, protectData);
    this.clusters = this.table('Clusters', clustersTableSchema, protectData);
  }

  private table(id: string, schema: TableSchema, protectData: boolean, dynamoStream?: StreamViewType): TableV2 {
    return new TableV2(this, id, {
      ...keys(schema),
      timeToLiveAttribute: schema.timeToLive,
      globalSecondaryIndexes: schema.indexes.map((index) => ({
        indexName: index.name,
        ...keys(index),
        projectionType: ProjectionType.ALL,
      })),
      ...(dynamoStream === undefined ? {} : { dynamoStream }),
      billing: Billing.onDemand(),
      deletionProtection: protectData,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: protectData },
      removalPolicy: protectData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }
}

function keys({ partitionKey, sortKey }: { readonly partitionKey: string; readonly sortKey: string }) {
  return {
    partitionKey: { name: partitionKey, type: AttributeType.STRING },
    sortKey: { name: sortKey, type: AttributeType.STRING },
  };
}
