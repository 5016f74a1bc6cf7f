import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { S3_SERVER_ACCESS_LOGS_USE_BUCKET_POLICY } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';

export interface ForwarderBucketsProps {
  /**
   * How long the original gzip bodies stay.
   *
   * @default Duration.days(365)
   */
  readonly originalsRetention?: Duration;
}

/** A stream record is parked after hours of retries; a month is enough to notice, repair and re-drive. */
const parkedRetention = Duration.days(30);
const accessLogsRetention = Duration.days(90);

/**
 * Three buckets, all private, TLS-only and encrypted with S3's keys. They outlive the stack because CloudFormation
 * cannot delete a bucket that has objects; their lifecycle empties them.
 */
export class ForwarderBuckets extends Construct {
  /** Every accepted batch as it arrived, content-addressed: `cluster=…/dt=…/<hash>.json.gz`. */
  readonly originals: Bucket;
  /** Stream records that `route` could not process in all its attempts, with their whole invocation record. */
  readonly parked: Bucket;
  /** Who read or wrote the other two. */
  readonly accessLogs: Bucket;

  constructor(scope: Construct, id: string, props: ForwarderBucketsProps = {}) {
    super(scope, id);
    // The other way, an ACL, is impossible on a bucket whose owner is enforced; apps without recommended flags default to it.
    this.node.setContext(S3_SERVER_ACCESS_LOGS_USE_BUCKET_POLICY, true);
    this.accessLogs = this.bucket('AccessLogs', accessLogsRetention);
    this.originals = this.bucket('Originals', props.originalsRetention ?? Duration.days(365), 'originals/');
    this.parked = this.bucket('Parked', parkedRetention, 'parked/');
  }

  private bucket(id: string, expiration: Duration, logPrefix?: string): Bucket {
    return new Bucket(this, id, {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [{ expiration, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      ...(logPrefix === undefined
        ? {}
        : {
            // CDK's own class is an IBucket; only under exactOptionalPropertyTypes does the compiler doubt it.
            serverAccessLogsBucket: this.accessLogs as IBucket,
            serverAccessLogsPrefix: logPrefix,
          }),
    });
  }
}
