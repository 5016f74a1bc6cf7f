import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
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
  /** @default - keys of S3 */
  readonly encryptionKey?: IKey | undefined;
}

/** A stream record is parked after hours of retries; a month is enough to notice, repair and re-drive. */
const parkedRetention = Duration.days(30);
const accessLogsRetention = Duration.days(90);

/**
 * Three buckets, all private, TLS-only and encrypted. They outlive the stack because CloudFormation
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
    const { encryptionKey, originalsRetention = Duration.days(365) } = props;
    // S3 cannot write access logs into a bucket with a KMS key of its own.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    this.accessLogs = this.bucket('AccessLogs', accessLogsRetention, {});
    this.originals = this.bucket('Originals', originalsRetention, { encryptionKey, logPrefix: 'originals/' });
    this.parked = this.bucket('Parked', parkedRetention, { encryptionKey, logPrefix: 'parked/' });
  }

  private bucket(
    id: string,
    expiration: Duration,
    { encryptionKey, logPrefix }: { encryptionKey?: IKey | undefined; logPrefix?: string },
  ): Bucket {
    return new Bucket(this, id, {
      ...(encryptionKey === undefined
        ? { encryption: BucketEncryption.S3_MANAGED }
        : // A bucket key asks KMS once per hour and caller instead of once per object.
          { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }),
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
