import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { ForwarderFunction } from './ForwarderFunction.ts';

export interface NotifyFunctionProps {
  readonly forwarderName: string;
  /** Where it claims each publication, so that a redelivery pages nobody twice. */
  readonly incidents: TableV2;
  readonly topic: ITopic;
  /**
   * Subscribers over HTTPS (Slack, webhooks) get JSON, in the form that chat applications show, instead of the text of a mail.
   *
   * @default false
   */
  readonly httpsBody?: boolean;
  readonly logRetention?: RetentionDays;
  readonly encryptionKey?: IKey | undefined;
}

/** Writes the text that a person reads and hands it to SNS. */
export class NotifyFunction extends ForwarderFunction {
  constructor(scope: Construct, id: string, props: NotifyFunctionProps) {
    const { incidents, topic } = props;
    super(scope, id, {
      ...props,
      name: 'notify',
      description: 'Tells people about an incident, once.',
      memorySize: 256,
      environment: {
        INCIDENTS_TABLE: incidents.tableName,
        TOPIC_ARN: topic.topicArn,
        ...(props.httpsBody === true ? { HTTPS_BODY: 'true' } : {}),
      },
    });
    this.addToRolePolicy(
      new PolicyStatement({
        sid: 'ClaimNotifications',
        actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        resources: [incidents.tableArn],
      }),
    );
    // No KMS statement: the policies of the account's SNS key and of ours serve everyone who may publish through SNS.
    this.addToRolePolicy(new PolicyStatement({ sid: 'Tell', actions: ['sns:Publish'], resources: [topic.topicArn] }));
  }
}
