import { Duration, Validations } from 'aws-cdk-lib';
import { type EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Alias } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { isAtLeast, type Severity, severities } from '../events/severity.ts';

/** Detail types that can be news for a person; `ongoing` and `resolved` are for machines. */
const newsworthy = ['event.k8s.received', 'event.k8s.escalated', 'event.k8s.storm'];

/** A page that is older than this tells nobody anything new; it stays in the dead-letter queue. */
const maximumAge = Duration.hours(6);

export interface NotificationTopicProps {
  readonly name: string;
  /**
   * Addresses that receive a mail per notification, after each confirmed its subscription.
   *
   * @default - none; subscribe to the topic yourself
   */
  readonly emails?: readonly string[];
}

/** The SNS topic that people subscribe to: TLS only, encrypted with the account's SNS key. */
export class NotificationTopic extends Topic {
  constructor(scope: Construct, id: string, props: NotificationTopicProps) {
    super(scope, id, {
      displayName: props.name,
      enforceSSL: true,
      masterKey: Alias.fromAliasName(scope, `${id}Key`, 'alias/aws/sns'),
    });
    for (const email of props.emails ?? []) {
      this.addSubscription(new EmailSubscription(email));
    }
  }
}

export interface NotificationRuleProps {
  readonly bus: EventBus;
  readonly notify: IFunction;
  /** @default 'high' */
  readonly minSeverity?: Severity;
}

/** Bus → notify: which publications reach people, and where they wait when `notify` cannot be reached or keeps failing. */
export class NotificationRule extends Construct {
  readonly rule: Rule;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: NotificationRuleProps) {
    super(scope, id);
    const minSeverity = props.minSeverity ?? 'high';
    this.deadLetters = new Queue(this, 'DeadLetters', {
      enforceSSL: true,
      encryption: QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This queue is the dead-letter queue: of the rule target and of the function behind it.',
    });
    this.rule = new Rule(this, 'Rule', {
      eventBus: props.bus,
      description: `Incidents of severity ${minSeverity} or worse that are news, to the notification topic.`,
      eventPattern: {
        source: ['kubernetes'],
        detailType: newsworthy,
        detail: {
          severity: severities.filter((severity) => isAtLeast(severity, minSeverity)),
          labels: { notify: ['true'] },
        },
      },
    });
    this.rule.addTarget(
      new LambdaFunction(props.notify, {
        deadLetterQueue: this.deadLetters,
        maxEventAge: maximumAge,
        retryAttempts: 50,
      }),
    );
    // EventBridge is done once Lambda has queued the invocation; what the function itself throws is retried by Lambda,
    // and needs a way out of its own.
    this.deadLetters.grantSendMessages(props.notify);
    props.notify.configureAsyncInvoke({
      maxEventAge: maximumAge,
      retryAttempts: 2,
      onFailure: { bind: () => ({ destination: this.deadLetters.queueArn }) },
    });
  }
}
