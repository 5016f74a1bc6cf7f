import { Duration } from 'aws-cdk-lib';
import { type EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { isAtLeast, type Severity, severities } from '../events/severity.ts';
import { DeadLetterQueue } from './DeadLetterQueue.ts';

/** Detail types that can be news for a person; `ongoing` and `resolved` are for machines. */
const newsworthy = ['event.k8s.received', 'event.k8s.escalated', 'event.k8s.storm'];

/** A page that is older than this tells nobody anything new; it stays in the dead-letter queue. */
const maximumAge = Duration.hours(6);

export interface NotificationRuleProps {
  readonly bus: EventBus;
  readonly notify: IFunction;
  /** @default 'high' */
  readonly minSeverity?: Severity;
  /** @default - keys of SQS */
  readonly encryptionKey?: IKey | undefined;
}

/** Bus → notify: which publications reach people, and where they wait when `notify` cannot be reached or keeps failing. */
export class NotificationRule extends Construct {
  readonly rule: Rule;
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: NotificationRuleProps) {
    super(scope, id);
    const minSeverity = props.minSeverity ?? 'high';
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', props);
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
    props.notify.addToRolePolicy(
      new PolicyStatement({ sid: 'GiveUp', actions: ['sqs:SendMessage'], resources: [this.deadLetters.queueArn] }),
    );
    props.notify.configureAsyncInvoke({
      maxEventAge: maximumAge,
      retryAttempts: 2,
      onFailure: { bind: () => ({ destination: this.deadLetters.queueArn }) },
    });
  }
}
