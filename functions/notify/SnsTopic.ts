import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { chatMessage } from './chatMessage.ts';
import type { NotificationText } from './composeText.ts';
import type { Topic } from './notifyOnce.ts';

/** What {@link SnsTopic} needs. */
export interface SnsTopicOptions {
  readonly client: Pick<SNSClient, 'send'>;
  readonly topicArn: string;
  /** Subscribers over HTTPS get JSON, see {@link chatMessage}. @default false, everybody gets the text */
  readonly httpsBody?: boolean;
}

/** People, by way of an SNS topic. Subscriptions can filter on the attributes. */
export class SnsTopic implements Topic {
  readonly #options: SnsTopicOptions;

  constructor(options: SnsTopicOptions) {
    this.#options = options;
  }

  async publish(text: NotificationText): Promise<void> {
    const { subject, body, attributes } = text;
    await this.#options.client.send(
      new PublishCommand({
        TopicArn: this.#options.topicArn,
        Subject: subject,
        ...(this.#options.httpsBody === true
          ? { MessageStructure: 'json', Message: JSON.stringify({ default: body, https: chatMessage(text) }) }
          : { Message: body }),
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes)
            .filter(([, value]) => value !== '') // SNS refuses empty attributes
            .map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
        ),
      }),
    );
  }
}
