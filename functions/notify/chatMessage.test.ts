import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { chatMessage } from './chatMessage.ts';
import { SnsTopic } from './SnsTopic.ts';

const text = {
  subject: '[HIGH] FailedScheduling pod/web-0 in prod/shop',
  body: 'FailedScheduling on pod/web-0.\n```\n0/3 nodes are available.',
  attributes: {
    severity: 'high',
    cluster: 'prod',
    namespace: 'shop',
    reason: 'FailedScheduling',
    fingerprint: 'prod/shop/Pod/web/CrashLoopBackOff',
  },
};
const sns = mockClient(SNSClient);
beforeEach(() => {
  sns.reset();
  sns.on(PublishCommand).resolves({});
});

describe('a message for chat', () => {
  it('is a custom notification whose text cannot break out of its block', () => {
    const message = JSON.parse(chatMessage(text));
    expect(message).toMatchObject({
      version: '1.0',
      source: 'custom',
      content: { textType: 'client-markdown', title: text.subject },
      metadata: { threadId: 'prod/shop/FailedScheduling' },
    });
    expect(message.content.description.match(/```/g)).toHaveLength(2);
  });

  it('stays within what a chat application takes', () => {
    const long = JSON.parse(chatMessage({ ...text, body: 'x'.repeat(20_000) }));
    expect(long.content.description.length).toBeLessThan(8_000);
  });

  it('goes to HTTPS subscribers, and the text to everybody else, in one publication', async () => {
    await new SnsTopic({ client: new SNSClient({}), topicArn: 'arn', httpsBody: true }).publish(text);
    const input = sns.commandCalls(PublishCommand)[0]?.args[0].input;
    expect(input?.MessageStructure).toBe('json');
    expect(JSON.parse(input?.Message ?? '')).toEqual({ default: text.body, https: chatMessage(text) });
  });

  it('is not made where nobody reads it', async () => {
    await new SnsTopic({ client: new SNSClient({}), topicArn: 'arn' }).publish(text);
    expect(sns.commandCalls(PublishCommand)[0]?.args[0].input).toMatchObject({ Message: text.body });
    expect(sns.commandCalls(PublishCommand)[0]?.args[0].input.MessageStructure).toBeUndefined();
  });
});
