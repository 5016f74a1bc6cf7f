import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, type IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { NotificationTargets } from './targetsConfig.ts';

export interface MessageTopicProps extends NotificationTargets {
  /** What a mail shows as its sender. */
  readonly displayName: string;
  /**
   * Customer-managed key.
   *
   * @default - see {@link MessageTopicProps.publishers}
   */
  readonly encryptionKey?: IKey | undefined;
  /**
   * AWS services that publish in their own name. Without a key of our own such a topic has no KMS encryption: the policy
   * of the account's SNS key lets no service in, and alarms would be lost without a trace.
   * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
   *
   * @default - none; the topic is then encrypted with the account's SNS key
   */
  readonly publishers?: readonly string[];
}

/** An SNS topic for people: TLS only, with its mail and HTTPS subscriptions. */
export class MessageTopic extends Topic {
  constructor(scope: Construct, id: string, props: MessageTopicProps) {
    const { displayName, encryptionKey, publishers = [], emails = [], webhooks = [] } = props;
    const accountKey = () => Alias.fromAliasName(scope, `${id}Key`, 'alias/aws/sns');
    const masterKey = encryptionKey ?? (publishers.length === 0 ? accountKey() : undefined);
    super(scope, id, { displayName, enforceSSL: true, ...(masterKey === undefined ? {} : { masterKey }) });
    for (const email of emails) this.addSubscription(new EmailSubscription(email));
    for (const url of webhooks) this.addSubscription(new UrlSubscription(url));
    if (publishers.length > 0) {
      // Any topic policy replaces the default one, which let this account's services publish.
      this.addToResourcePolicy(
        new PolicyStatement({
          sid: 'ServicesOfThisAccount',
          principals: publishers.map((service) => new ServicePrincipal(service)),
          actions: ['sns:Publish'],
          resources: [this.topicArn],
          conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
        }),
      );
    }
  }
}
