import { Aws, Duration } from 'aws-cdk-lib';
import { type EventBus, EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './DeadLetterQueue.ts';
import { MessageTopic } from './MessageTopic.ts';
import type { NotificationTargets } from './targetsConfig.ts';

export interface OperationsProps extends NotificationTargets {
  readonly name: string;
  readonly bus: EventBus;
  /** Where `route` leaves what it gave up. */
  readonly parked: Bucket;
  readonly encryptionKey?: IKey | undefined;
}

/**
 * What those hear who operate the forwarder, as opposed to those who operate the workloads: a topic, and rules for what has
 * a name that an alarm could not say. Alarms publish here too, see `Alarms.ts`.
 */
export class Operations extends Construct {
  readonly topic: MessageTopic;
  /** Messages about the forwarder that could not be delivered. */
  readonly deadLetters: DeadLetterQueue;
  private readonly showsInChat: boolean;
  private readonly publisher: IRole;

  constructor(scope: Construct, id: string, props: OperationsProps) {
    super(scope, id);
    const { name, bus, parked, encryptionKey } = props;
    this.topic = new MessageTopic(this, 'Topic', {
      ...props,
      displayName: `${name}-operations`,
      publishers: ['cloudwatch.amazonaws.com'],
    });
    this.showsInChat = props.slack !== undefined;
    const publisher = new Role(this, 'Publisher', {
      description: `Rules of forwarder ${name} that tell those who operate it.`,
      assumedBy: new ServicePrincipal('events.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    publisher.addToPolicy(new PolicyStatement({ actions: ['sns:Publish'], resources: [this.topic.topicArn] }));
    // Without this, targets of an encrypted topic add kms:GenerateDataKey*; the key's own policy serves publishers.
    this.publisher = publisher.withoutPolicyUpdates();
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', { encryptionKey });

    new Rule(this, 'RelayNews', {
      description: 'Clusters that fell silent, and those that are back.',
      eventBus: bus,
      eventPattern: { source: ['kubernetes'], detailType: ['relay.k8s.silent', 'relay.k8s.back'] },
      targets: [
        this.people({
          title: EventField.fromPath('$.detail.annotations.summary'),
          message: EventField.fromPath('$.detail.annotations.message'),
        }),
      ],
    });
    tellEventBridge(parked);
    new Rule(this, 'ParkedBatch', {
      description: 'Stream records that route gave up.',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [parked.bucketName] } },
      },
      targets: [
        this.people({
          title: `${name}: a batch of events was given up`,
          message:
            `Forwarder ${name} gave up on a batch of events after all retries; incidents may be missing. The batch is kept in ` +
            `s3://${parked.bucketName}/${EventField.fromPath('$.detail.object.key')}. ` +
            `See why in the log of function route, repair it, then: kef redrive --stack ${name} --apply`,
        }),
      ],
    });
  }

  /** Chat applications show nothing but alarms and messages of this form; mail readers prefer a sentence. */
  private people({ title, message }: { readonly title: string; readonly message: string }): SnsTopic {
    const chatMessage = {
      version: '1.0',
      source: 'custom',
      content: { textType: 'client-markdown', title, description: message },
    };
    return new SnsTopic(this.topic, {
      message: this.showsInChat ? RuleTargetInput.fromObject(chatMessage) : RuleTargetInput.fromText(message),
      // The other way, a statement for EventBridge in the topic's policy, would let in the rules of every account.
      role: this.publisher,
      deadLetterQueue: this.deadLetters,
      maxEventAge: Duration.hours(6),
      retryAttempts: 50,
    });
  }
}

/**
 * CDK's own switch for this adds a custom resource, with a function and a role over every bucket of the account, for what
 * CloudFormation has as a property.
 */
function tellEventBridge(bucket: Bucket): void {
  const resource = bucket.node.defaultChild;
  if (resource instanceof CfnBucket) {
    resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  }
}
