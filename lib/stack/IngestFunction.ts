import { Duration, Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { RuleSpec } from '../events/rules.ts';
import type { Severity } from '../events/severity.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import { ForwarderFunction } from './ForwarderFunction.ts';
import { indexVariable } from './indexVariable.ts';

export interface IngestFunctionProps {
  readonly forwarderName: string;
  readonly history: TableV2;
  readonly clusters: TableV2;
  /** @default - batches are not archived */
  readonly originals?: Bucket | undefined;
  /** @default 'info' */
  readonly indexFrom?: Severity;
  /** @default Duration.days(30) */
  readonly retention?: Duration;
  /** @default - built-in rules only */
  readonly rules?: readonly RuleSpec[];
  /** The clusters that are served, see `lib/api/clusterList.ts`. */
  readonly clusterList: string;
  /**
   * Count warnings and certain reasons per cluster, for {@link ClusterAlarms}.
   *
   * @default false
   */
  readonly clusterFigures?: boolean;
  /**
   * Count troubles per cluster and reason, for {@link AnomalyAlarm}.
   *
   * @default false
   */
  readonly troubleFigures?: boolean;
  readonly logRetention?: RetentionDays;
  readonly encryptionKey?: IKey | undefined;
}

/**
 * Takes batches: writes History, the original body and the cluster's position. It cannot read History, and has no way
 * to publish anything.
 */
export class IngestFunction extends ForwarderFunction {
  constructor(scope: Construct, id: string, props: IngestFunctionProps) {
    const { history, clusters, originals, rules = [] } = props;
    super(scope, id, {
      ...props,
      name: 'ingest',
      description: 'Takes batches of Kubernetes events from relays and stores them.',
      // The API gives up after 30 seconds; answer before it does.
      timeout: Duration.seconds(25),
      environment: {
        ACCOUNT_ID: Stack.of(scope).account,
        HISTORY_TABLE: history.tableName,
        CLUSTERS_TABLE: clusters.tableName,
        ...(originals === undefined ? {} : { ORIGINALS_BUCKET: originals.bucketName }),
        ...indexVariable(props.indexFrom),
        RETENTION_DAYS: String((props.retention ?? Duration.days(30)).toDays()),
        CLUSTERS: props.clusterList,
        ...(props.clusterFigures === true ? { CLUSTER_FIGURES: 'true' } : {}),
        ...(props.troubleFigures === true ? { TROUBLE_FIGURES: 'true' } : {}),
        ...(rules.length === 0 ? {} : { RULES: JSON.stringify(rules) }),
      },
    });
    this.addToRolePolicy(
      new PolicyStatement({ sid: 'WriteHistory', actions: ['dynamodb:BatchWriteItem'], resources: [history.tableArn] }),
    );
    this.addToRolePolicy(
      new PolicyStatement({
        sid: 'TrackClusters',
        actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
        resources: [clusters.tableArn],
      }),
    );
    if (originals === undefined) return;
    const objects = originals.arnForObjects('cluster=*');
    this.addToRolePolicy(
      new PolicyStatement({ sid: 'KeepOriginals', actions: ['s3:PutObject'], resources: [objects] }),
    );
    acknowledgeWildcard(
      this.executionRole,
      objects,
      'Object names carry the cluster, the day and a content hash, none of which is known at deployment.',
    );
  }
}
