import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  CfnGlobalTable,
  ProjectionType,
  StreamViewType,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
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
  /** @default - a key of DynamoDB */
  readonly encryptionKey?: IKey | undefined;
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
    this.history = this.table('History', historyTableSchema, props, StreamViewType.NEW_IMAGE);
    this.incidents = this.table('Incidents', incidentsTableSchema, props);
    this.clusters = this.table('Clusters', clustersTableSchema, props);
  }

  private table(id: string, schema: TableSchema, props: ForwarderTablesProps, dynamoStream?: StreamViewType): TableV2 {
    const { protectData = true, encryptionKey } = props;
    const table = new TableV2(this, id, {
      ...keys(schema),
      timeToLiveAttribute: schema.timeToLive,
      globalSecondaryIndexes: schema.indexes.map((index) => ({
        indexName: index.name,
        ...keys(index),
        ...(index.attributes === undefined
          ? { projectionType: ProjectionType.ALL }
          : { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...index.attributes] }),
      })),
      ...(dynamoStream === undefined ? {} : { dynamoStream }),
      billing: Billing.onDemand(),
      deletionProtection: protectData,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: protectData },
      removalPolicy: protectData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    if (encryptionKey !== undefined) encrypt(table, encryptionKey);
    return table;
  }
}

/**
 * TableV2's own property takes a key only in stacks whose region is known at synthesis, because it looks up the replica of the
 * region by name; ours has one replica.
 */
function encrypt(table: TableV2, key: IKey): void {
  const resource = table.node.defaultChild;
  if (!(resource instanceof CfnGlobalTable)) return;
  resource.addPropertyOverride('SSESpecification', { SSEEnabled: true, SSEType: 'KMS' });
  resource.addPropertyOverride('Replicas.0.SSESpecification', { KMSMasterKeyId: key.keyArn });
}

function keys({ partitionKey, sortKey }: { readonly partitionKey: string; readonly sortKey: string }) {
  return {
    partitionKey: { name: partitionKey, type: AttributeType.STRING },
    sortKey: { name: sortKey, type: AttributeType.STRING },
  };
}
