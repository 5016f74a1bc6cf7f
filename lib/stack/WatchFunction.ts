import { Duration } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { type EventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { eksVariables } from './eksVariables.ts';
import { ForwarderFunction } from './ForwarderFunction.ts';

export interface WatchFunctionProps {
  readonly forwarderName: string;
  readonly clusters: TableV2;
  readonly bus: EventBus;
  /** Which EKS cluster each cluster is, see `lib/api/eksClusters.ts`. */
  readonly eksNames: string;
  /** The clusters that are served, see `lib/api/clusterList.ts`. */
  readonly clusterList: string;
  /** Where invocations go that Lambda did not take. */
  readonly deadLetters: IQueue;
  /** @default Duration.minutes(5) */
  readonly silentAfter?: Duration;
  readonly logRetention?: RetentionDays;
  readonly encryptionKey?: IKey | undefined;
}

/**
 * Looks every minute for clusters that stopped sending heartbeats. One function for all clusters costs about 3 cents a
 * month; a CloudWatch metric and an alarm per cluster would cost 40 cents for each, and could not tell a cluster that was
 * removed from one that broke.
 */
export class WatchFunction extends ForwarderFunction {
  constructor(scope: Construct, id: string, props: WatchFunctionProps) {
    const { clusters, bus } = props;
    super(scope, id, {
      ...props,
      name: 'watch',
      description: 'Tells when a cluster falls silent and when it is back.',
      memorySize: 256,
      environment: {
        CLUSTERS_TABLE: clusters.tableName,
        EVENT_BUS_NAME: bus.eventBusName,
        ...eksVariables(scope, props.eksNames),
        SILENT_AFTER_MINUTES: String((props.silentAfter ?? Duration.minutes(5)).toMinutes()),
        CLUSTERS: props.clusterList,
      },
    });
    this.addToRolePolicy(
      new PolicyStatement({
        sid: 'ReadHeartbeats',
        actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
        resources: [clusters.tableArn],
      }),
    );
    this.addToRolePolicy(
      new PolicyStatement({
        sid: 'RememberSilence',
        actions: ['dynamodb:PutItem'],
        resources: [clusters.tableArn],
        // The one item it keeps there; the clusters' own rows belong to `ingest`.
        conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['silence'] } },
      }),
    );
    this.addToRolePolicy(
      new PolicyStatement({ sid: 'Publish', actions: ['events:PutEvents'], resources: [bus.eventBusArn] }),
    );
    this.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    new Rule(this, 'EveryMinute', {
      description: 'Looks for silent clusters.',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [
        new LambdaFunction(this, {
          // A look that was missed needs no second try: the next is a minute away.
          retryAttempts: 0,
          maxEventAge: Duration.minutes(1),
          deadLetterQueue: props.deadLetters,
        }),
      ],
    });
  }
}
