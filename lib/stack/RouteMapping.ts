import { Duration } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { KefError } from '../errors.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import type { RouteFunction } from './RouteFunction.ts';

export interface RouteMappingProps {
  readonly route: RouteFunction;
  readonly history: TableV2;
  /** Where the records go that failed every attempt, whole. */
  readonly parked: Bucket;
  /**
   * Concurrent batches per stream shard, 1 to 10. Order holds per object whatever the number.
   *
   * @default 1
   */
  readonly parallelizationFactor?: number;
}

/**
 * History stream → `route`. Lambda's own defaults retry for ever, so one poison record would block its shard until the
 * stream drops it after 24 hours; here it is bisected out, retried a bounded number of times and parked.
 */
export class RouteMapping extends Construct {
  constructor(scope: Construct, id: string, props: RouteMappingProps) {
    super(scope, id);
    const factor = props.parallelizationFactor ?? 1;
    if (!Number.isInteger(factor) || factor < 1 || factor > 10) {
      throw new KefError('ConfigInvalid', `parallelizationFactor must be a whole number from 1 to 10, got ${factor}.`);
    }
    const streamArn = props.history.tableStreamArn;
    if (streamArn === undefined) {
      throw new KefError('ConfigInvalid', 'the history table has no stream; create it with dynamoStream: NEW_IMAGE.');
    }
    props.route.addToRolePolicy(
      new PolicyStatement({
        sid: 'ReadHistoryStream',
        actions: [
          'dynamodb:DescribeStream',
          'dynamodb:GetRecords',
          'dynamodb:GetShardIterator',
          'dynamodb:ListStreams',
        ],
        resources: [streamArn],
      }),
    );
    const parkedObjects = props.parked.arnForObjects('aws/lambda/*');
    props.route.addToRolePolicy(
      new PolicyStatement({ sid: 'ParkFailures', actions: ['s3:PutObject'], resources: [parkedObjects] }),
    );
    acknowledgeWildcard(
      props.route.executionRole,
      parkedObjects,
      'Lambda itself names the objects: aws/lambda/<mapping>/<shard>/<date>/<id>.',
    );
    props.route.addToRolePolicy(
      new PolicyStatement({ sid: 'FindParkedBucket', actions: ['s3:ListBucket'], resources: [props.parked.bucketArn] }),
    );
    new EventSourceMapping(this, 'Mapping', {
      target: props.route,
      eventSourceArn: streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      parallelizationFactor: factor,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: 8,
      // The stream keeps 24 hours: give up while the record can still be read, so that it is parked whole.
      maxRecordAge: Duration.hours(12),
      // INSERT leaves out replays and expiry; `route` is text because stream filters cannot compare numbers.
      filters: [FilterCriteria.filter({ eventName: ['INSERT'], dynamodb: { NewImage: { route: { S: ['1'] } } } })],
      // A queue or topic would receive shard and sequence numbers only; S3 receives the records.
      onFailure: { bind: () => ({ destination: props.parked.bucketArn }) },
      supportS3OnFailureDestination: true,
    });
  }
}
