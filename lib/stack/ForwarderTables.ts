import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

/** Name of the History index that lists one namespace's day in time order. */
export const byNamespaceDay = 'byNamespaceDay';
/** Name of the Incidents index that lists one cluster's incidents, last seen first. */
export const byCluster = 'byCluster';

export interface ForwarderTablesProps {
  /**
   * Deletion protection, point-in-time recovery, and tables that outlive the stack.
   *
   * @default true
   */
  readonly protectData?: boolean;
}

const partitionKey = { name: 'pk', type: AttributeType.STRING };
const sortKey = { name: 'sk', type: AttributeType.STRING };
/** Both indexes use the same attribute names; items that lack them are simply not in the index. */
const indexKeys = {
  partitionKey: { name: 'gpk', type: AttributeType.STRING },
  sortKey: { name: 'gsk', type: AttributeType.STRING },
};

/**
 * The three tables. Keys are plain concatenated strings, never multi-attribute index keys, so that emulators and AWS
 * run one schema. Only History has a stream: nothing that `route` writes may come back to it.
 */
export class ForwarderTables extends Construct {
  readonly history: TableV2;
  readonly incidents: TableV2;
  readonly clusters: TableV2;

  constructor(scope: Construct, id: string, props: ForwarderTablesProps = {}) {
    super(scope, id);
    const protectData = props.protectData ?? true;
    const common = {
      partitionKey,
      sortKey,
      billing: Billing.onDemand(),
      timeToLiveAttribute: 'ttl',
      deletionProtection: protectData,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: protectData },
      removalPolicy: protectData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    };
    // An index item of at most 1 KB costs one write unit whatever is projected, and ALL saves the second read.
    const projectionType = ProjectionType.ALL;
    this.history = new TableV2(this, 'History', {
      ...common,
      dynamoStream: StreamViewType.NEW_IMAGE,
      globalSecondaryIndexes: [{ indexName: byNamespaceDay, ...indexKeys, projectionType }],
    });
    this.incidents = new TableV2(this, 'Incidents', {
      ...common,
      globalSecondaryIndexes: [{ indexName: byCluster, ...indexKeys, projectionType }],
    });
    this.clusters = new TableV2(this, 'Clusters', common);
  }
}
