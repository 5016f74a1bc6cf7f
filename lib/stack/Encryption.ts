import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/** Whose keys encrypt what a forwarder keeps. */
export type EncryptionChoice = 'aws-managed' | 'customer-managed';

export interface EncryptionProps {
  readonly name: string;
  /** @default 'aws-managed' */
  readonly encryption?: EncryptionChoice;
}

/** Services that use the key on behalf of whoever may use the table, bucket, queue or topic itself. */
const services = ['dynamodb', 's3', 'sns', 'sqs', 'lambda'];

/**
 * The key of a forwarder, or none when AWS's own keys do.
 *
 * Its policy is that of an AWS-managed key: whoever in this account may read a table may have it decrypted, through that
 * service only. Who may read the table is said once, in IAM, whichever keys are in use. What the own key adds is its
 * audit trail, its rotation, and the switch that turns everything unreadable.
 */
export class Encryption extends Construct {
  /** Present with `customer-managed`. */
  readonly key?: IKey;

  constructor(scope: Construct, id: string, props: EncryptionProps) {
    super(scope, id);
    if (props.encryption !== 'customer-managed') return;
    const key = new Key(this, 'Key', {
      description: `Kubernetes event forwarder ${props.name}: tables, buckets, queues, topics, bus and logs.`,
      enableKeyRotation: true,
      // Deleting it would make every table and object unreadable; CloudFormation leaves it when the stack goes.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new Alias(this, 'Alias', { aliasName: `alias/${props.name}`, targetKey: key });
    key.addToResourcePolicy(throughServices());
    key.addToResourcePolicy(forLogs());
    key.addToResourcePolicy(forPublishers());
    this.key = key;
  }
}

const useActions = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'];

/** https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service */
function throughServices(): PolicyStatement {
  return new PolicyStatement({
    sid: 'ThroughServicesOfThisAccount',
    principals: [new AnyPrincipal()],
    actions: [
      ...useActions,
      'kms:CreateGrant',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    ],
    resources: ['*'],
    conditions: {
      StringEquals: {
        'kms:CallerAccount': Aws.ACCOUNT_ID,
        'kms:ViaService': services.map((service) => `${service}.${Aws.REGION}.${Aws.URL_SUFFIX}`),
      },
    },
  });
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html */
function forLogs(): PolicyStatement {
  return new PolicyStatement({
    sid: 'LogGroupsOfThisAccount',
    principals: [new ServicePrincipal(`logs.${Aws.REGION}.${Aws.URL_SUFFIX}`)],
    actions: [...useActions, 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
    resources: ['*'],
    conditions: {
      ArnLike: {
        'kms:EncryptionContext:aws:logs:arn': `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:*`,
      },
    },
  });
}

/** Alarms and rules of this account, which publish to encrypted topics and queues in their own name. */
function forPublishers(): PolicyStatement {
  return new PolicyStatement({
    sid: 'AlarmsAndRulesOfThisAccount',
    principals: [new ServicePrincipal('cloudwatch.amazonaws.com'), new ServicePrincipal('events.amazonaws.com')],
    actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
    resources: ['*'],
    conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
  });
}
