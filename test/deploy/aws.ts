import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { createAwsRequest } from '../../bin/commands/redrive/awsRequest.ts';
import { invoke } from '../../bin/commands/redrive/invoke.ts';

const region = 'us-east-1';

/** A queue of the emulator. */
export interface TestQueue {
  readonly arn: string;
  /** Waits for messages until `enough` says so, and returns all bodies. */
  until(enough: (bodies: readonly string[]) => boolean, seconds?: number): Promise<string[]>;
}

/** What the test does in the account that is no part of the product. */
export class Account {
  readonly #endpoint: string;
  readonly #request;

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
    this.#request = createAwsRequest({
      region,
      credentials: async () => ({ accessKeyId: 'test', secretAccessKey: 'test' }),
      environment: { AWS_ENDPOINT_URL: endpoint },
    });
  }

  async createQueue(name: string): Promise<TestQueue> {
    const arn = `arn:aws:sqs:${region}:000000000000:${name}`;
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: ['events.amazonaws.com', 'sns.amazonaws.com'] },
          Action: 'sqs:SendMessage',
          Resource: arn,
        },
      ],
    });
    const { QueueUrl } = await this.#sqs('CreateQueue', { QueueName: name, Attributes: { Policy } });
    return {
      arn,
      until: async (enough, seconds = 60) => {
        const bodies: string[] = [];
        const deadline = Date.now() + seconds * 1000;
        while (!enough(bodies) && Date.now() < deadline) {
          const { Messages = [] } = await this.#sqs('ReceiveMessage', {
            QueueUrl,
            MaxNumberOfMessages: 10,
            WaitTimeSeconds: 1,
          });
          for (const { Body, ReceiptHandle } of Messages) {
            bodies.push(Body);
            await this.#sqs('DeleteMessage', { QueueUrl, ReceiptHandle });
          }
        }
        return bodies;
      },
    };
  }

  async subscribe(topicArn: string, queue: TestQueue): Promise<void> {
    const client = new SNSClient({ region, endpoint: this.#endpoint });
    await client.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: queue.arn }));
  }

  /** A rule of somebody's own on the forwarder's bus. */
  async sendEventsTo(queue: TestQueue, bus: string): Promise<void> {
    const client = new EventBridgeClient({ region, endpoint: this.#endpoint });
    const rule = { EventBusName: bus, Name: 'everything' };
    await client.send(new PutRuleCommand({ ...rule, EventPattern: JSON.stringify({ source: ['kubernetes'] }) }));
    const target = { Id: 'queue', Arn: queue.arn };
    await client.send(new PutTargetsCommand({ EventBusName: bus, Rule: 'everything', Targets: [target] }));
  }

  /** Keys of a role, as EKS would hand them to the relay's pod. */
  async assume(roleArn: string) {
    const provider = fromTemporaryCredentials({
      params: { RoleArn: roleArn, RoleSessionName: 'relay' },
      masterCredentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      clientConfig: { region, endpoint: this.#endpoint },
    });
    return provider();
  }

  /** Sets an alarm off, as its metric would. */
  async alarm(name: string, reason: string): Promise<void> {
    await this.#query('monitoring', {
      Action: 'SetAlarmState',
      Version: '2010-08-01',
      AlarmName: name,
      StateValue: 'ALARM',
      StateReason: reason,
    });
  }

  /** Plays EKS, which the emulator does not have: lets this account take a role that trusts pods only. */
  async playEks(roleName: string): Promise<void> {
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' }],
    };
    await this.#query('iam', {
      Action: 'UpdateAssumeRolePolicy',
      Version: '2010-05-08',
      RoleName: roleName,
      PolicyDocument: JSON.stringify(trust),
    });
  }

  invoke(functionName: string, event: unknown) {
    return invoke(this.#request, functionName, event);
  }

  async #query(service: string, parameters: Record<string, string>): Promise<void> {
    await this.#request(service, {
      path: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(parameters).toString(),
    });
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers of SQS, whose shape the calls above know
  async #sqs(action: string, body: object): Promise<any> {
    const response = await this.#request('sqs', {
      path: '/',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    return text === '' ? {} : JSON.parse(text);
  }
}
