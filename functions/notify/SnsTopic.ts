import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { NotificationText } from './composeText.ts';
import type { Topic } from './notifyOnce.ts';

/** What {@link SnsTopic} needs. */
export interface SnsTopicOptions {
  readonly client: Pick<SNSClient, 'send'>;
  readonly topicArn: string;
}

/** People, by way of an SNS topic. Subscriptions can filter on the attributes. */
export class SnsTopic implements Topic {
  readonly #options: SnsTopicOptions;

  constructor(options: SnsTopicOptions) {
    this.#options = options;
  }

  async publish({ subject, body, attributes }: NotificationText): Promise<void> {
    await this.#options.client.send(
      new PublishCommand({
        TopicArn: this.#options.topicArn,
        Subject: subject,
        Message: body,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes)
            .filter(([, value]) => value !== '') // SNS refuses empty attributes
            .map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
        ),
      }),
    );
  }
}
