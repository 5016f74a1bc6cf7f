import { Duration, Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { KefError } from '../errors.ts';
import type { RuleSpec } from '../events/rules.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import { ForwarderFunction } from './ForwarderFunction.ts';

export interface IngestFunctionProps {
  readonly forwarderName: string;
  readonly history: TableV2;
  readonly clusters: TableV2;
  readonly originals: Bucket;
  /** @default Duration.days(30) */
  readonly retention?: Duration;
  /** @default - built-in rules only */
  readonly rules?: readonly RuleSpec[];
  readonly logRetention?: RetentionDays;
}

/** Lambda refuses an environment of more than 4 KB; the other variables and the names in them take less than 1 KB. */
const maxRulesBytes = 3000;

/**
 * Takes batches: writes History, the original body and the cluster's position. It cannot read History, and has no way
 * to publish anything.
 */
export class IngestFunction extends ForwarderFunction {
  constructor(scope: Construct, id: string, props: IngestFunctionProps) {
    const { history, clusters, originals } = props;
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
        ORIGINALS_BUCKET: originals.bucketName,
        RETENTION_DAYS: String((props.retention ?? Duration.days(30)).toDays()),
        ...rulesVariable(props.rules ?? []),
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

function rulesVariable(rules: readonly RuleSpec[]): Record<string, string> {
  if (rules.length === 0) {
    return {};
  }
  const text = JSON.stringify(rules);
  const bytes = Buffer.byteLength(text);
  if (bytes > maxRulesBytes) {
    throw new KefError(
      'ConfigInvalid',
      `severity rules must take at most ${maxRulesBytes} bytes as JSON, because Lambda's environment ends at 4 KB; ` +
        `these ${rules.length} take ${bytes}. Merge rules that differ in one reason: reason takes a list.`,
    );
  }
  return { RULES: text };
}
