import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/local/pattern/json.ts';
import { allow, type CloudFixture, lambda, role, startFixture } from './cloudFixture.ts';

const getAtt = (name: string, attribute = 'Arn'): JsonObject => ({ 'Fn::GetAtt': [name, attribute] });
const rule = (pattern: JsonObject, target: JsonObject, properties: JsonObject = {}): JsonObject => ({
  Type: 'AWS::Events::Rule',
  Properties: { EventBusName: { Ref: 'Bus' }, EventPattern: pattern, Targets: [{ Id: 'T', ...target }], ...properties },
});
const permission = (name: string, principal: string, source: JsonObject): JsonObject => ({
  Type: 'AWS::Lambda::Permission',
  Properties: { Action: 'lambda:InvokeFunction', FunctionName: getAtt(name), Principal: principal, SourceArn: source },
});
const queue = (name: string): JsonObject => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName: name } });
const subscription = (protocol: string, endpoint: JsonObject | string, properties: JsonObject = {}): JsonObject => ({
  Type: 'AWS::SNS::Subscription',
  Properties: { TopicArn: { Ref: 'Topic' }, Protocol: protocol, Endpoint: endpoint, ...properties },
});

let fixture: CloudFixture;
let failing = 0;
beforeAll(async () => {
  fixture = await startFixture(
    (seen) => ({
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
      Target: lambda('target', seen, { DeadLetterConfig: { TargetArn: getAtt('FunctionLetters') } }),
      TargetConfig: {
        Type: 'AWS::Lambda::EventInvokeConfig',
        Properties: {
          FunctionName: { Ref: 'Target' },
          Qualifier: '$LATEST',
          DestinationConfig: { OnFailure: { Destination: getAtt('FailureRecords') } },
        },
      },
      FunctionLetters: queue('function-letters'),
      FailureRecords: queue('failure-records'),
      RuleLetters: queue('rule-letters'),
      Jobs: queue('jobs'),
      ToFunction: rule(
        { source: ['app'], detail: { to: ['function'] } },
        { Arn: getAtt('Target'), DeadLetterConfig: { Arn: getAtt('RuleLetters') } },
      ),
      MayInvoke: permission('Target', 'events.amazonaws.com', getAtt('ToFunction')),
      Locked: lambda('target', seen),
      ToLocked: rule(
        { detail: { to: ['locked'] } },
        { Arn: getAtt('Locked'), DeadLetterConfig: { Arn: getAtt('RuleLetters') } },
      ),
      ToQueue: rule(
        { detail: { to: ['queue'] } },
        {
          Arn: getAtt('Jobs'),
          InputTransformer: { InputPathsMap: { who: '$.detail.who' }, InputTemplate: '{"greet":"<who>"}' },
        },
      ),
      ToNowhere: rule(
        { detail: { to: ['nowhere'] } },
        { Arn: 'arn:aws:sqs:us-east-1:000000000000:missing', DeadLetterConfig: { Arn: getAtt('RuleLetters') } },
      ),
      ToTopic: rule({ detail: { to: ['topic'] } }, { Arn: { Ref: 'Topic' } }),
      Disabled: rule({ source: ['app'] }, { Arn: getAtt('Jobs') }, { State: 'DISABLED' }),
      OtherBus: rule({ source: ['app'] }, { Arn: getAtt('Jobs') }, { EventBusName: 'default' }),
      Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'topic' } },
      Person: subscription('email', 'all@example.com'),
      Picky: subscription('email', 'picky@example.com', { FilterPolicy: { severity: ['critical'] } }),
      ByBody: subscription('email', 'body@example.com', {
        FilterPolicy: { detail: { who: ['me'] } },
        FilterPolicyScope: 'MessageBody',
      }),
      QueueOfTopic: queue('of-topic'),
      ToQueueOfTopic: subscription('sqs', getAtt('QueueOfTopic'), { RawMessageDelivery: true }),
      Listener: lambda('target', seen),
      ToListener: subscription('lambda', getAtt('Listener'), { FilterPolicy: { severity: ['low'] } }),
      MayListen: permission('Listener', 'sns.amazonaws.com', { Ref: 'Topic' }),
      Caller: lambda('call', seen, { Role: getAtt('PoorRole') }),
      PoorRole: role([
        allow('dynamodb:GetItem', getAtt('Table')),
        allow('events:PutEvents', getAtt('Bus')),
        allow('s3:GetObject', 'arn:aws:s3:::bucket/public/*'),
      ]),
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: 'table',
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        },
      },
      Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'bucket' } },
      CallerRoute: {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: {
          ApiId: { Ref: 'Api' },
          RouteKey: 'POST /call',
          AuthorizationType: 'NONE',
          Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'CallerIntegration' }]] },
        },
      },
      CallerIntegration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: {
          ApiId: { Ref: 'Api' },
          IntegrationType: 'AWS_PROXY',
          IntegrationUri: getAtt('Caller'),
          PayloadFormatVersion: '2.0',
        },
      },
      MayCall: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          Action: 'lambda:InvokeFunction',
          FunctionName: { Ref: 'Caller' },
          Principal: 'apigateway.amazonaws.com',
        },
      },
    }),
    {
      faults: {
        putEventsEntry: ({ Detail = '' }) =>
          Detail.includes('throttle') && failing-- > 0
            ? { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' }
            : undefined,
      },
    },
  );
});
afterAll(() => fixture.close());

const entry = (detail: JsonObject, more: JsonObject = {}): JsonObject => ({
  Source: 'app',
  DetailType: 'test',
  Detail: JSON.stringify(detail),
  EventBusName: 'bus',
  ...more,
});
const putEvents = (...Entries: JsonObject[]) => fixture.call('events', 'AWSEvents.PutEvents', { Entries });
const receive = async (
  name: string,
): Promise<{ Body: string; MessageAttributes?: Record<string, { StringValue: string }> }[]> => {
  await fixture.cloud.drain();
  const { Messages = [] } = await fixture.call('sqs', 'AmazonSQS.ReceiveMessage', {
    QueueUrl: `${fixture.cloud.endpointUrl}/000000000000/${name}`,
    MaxNumberOfMessages: 10,
    MessageAttributeNames: ['All'],
  });
  return Messages as never; // the SQS protocol
};

describe('PutEvents', () => {
  it('answers entry by entry', async () => {
    failing = 1;
    const answer = await putEvents(
      entry({ to: 'nobody' }),
      entry({}, { Detail: 'not json' }),
      entry({}, { Source: '' }),
      entry({ throttle: true }),
      entry({}, { EventBusName: 'unheard-of' }),
    );
    expect(answer).toMatchObject({
      FailedEntryCount: 4,
      Entries: [
        { EventId: expect.any(String) },
        { ErrorCode: 'MalformedDetail' },
        { ErrorCode: 'InvalidArgument' },
        { ErrorCode: 'ThrottlingException' },
        { ErrorCode: 'ResourceNotFoundException' },
      ],
    });
    expect(fixture.eventsOf('published')).toHaveLength(1);
  });

  it('refuses eleven entries', async () => {
    await expect(putEvents(...Array(11).fill(entry({})))).rejects.toThrow('ValidationException');
  });
});

describe('rules', () => {
  it('invoke functions, which are retried twice and then given up twice over', async () => {
    await putEvents(entry({ to: 'function', text: 'please fail' }));
    const [letter] = await receive('function-letters');
    const attempts = fixture.seen().filter((event) => JSON.stringify(event).includes('please fail'));
    expect(attempts).toHaveLength(3);
    expect(attempts[0]).toMatchObject({
      source: 'app',
      'detail-type': 'test',
      account: '000000000000',
      region: 'us-east-1',
    });
    expect(JSON.parse(letter?.Body ?? '')).toEqual(attempts[0]);
    expect(letter?.MessageAttributes?.ErrorMessage?.StringValue).toBe('failed as asked');
    const [record] = await receive('failure-records');
    expect(JSON.parse(record?.Body ?? '')).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: attempts[0],
      responsePayload: { errorType: 'RangeError' },
    });
    // The function's failure is not the rule's: its queue stays empty.
    expect(await receive('rule-letters')).toEqual([]);
  });

  it('bury events for functions that do not let them in', async () => {
    await putEvents(entry({ to: 'locked' }));
    const [letter] = await receive('rule-letters');
    expect(letter?.MessageAttributes?.ERROR_CODE?.StringValue).toBe('NO_PERMISSIONS');
    expect(JSON.parse(letter?.Body ?? '')).toMatchObject({ detail: { to: 'locked' } });
  });

  it('bury events for queues that do not exist', async () => {
    await putEvents(entry({ to: 'nowhere' }));
    const [letter] = await receive('rule-letters');
    expect(letter?.MessageAttributes?.ERROR_CODE?.StringValue).toBe('RESOURCE_NOT_FOUND');
    expect(
      fixture.eventsOf('dead-letter').some(({ source, name }) => source === 'rule' && name === 'test-ToNowhere'),
    ).toBe(true);
  });

  it('transform their input, and do not fire when disabled or on another bus', async () => {
    await putEvents(entry({ to: 'queue', who: 'world' }));
    expect((await receive('jobs')).map(({ Body }) => Body)).toEqual(['{"greet":"world"}']);
  });
});

describe('topics', () => {
  const publish = async (message: string, attributes: Record<string, string>): Promise<void> => {
    const form = new URLSearchParams({
      Action: 'Publish',
      TopicArn: 'arn:aws:sns:us-east-1:000000000000:topic',
      Subject: 'Subject',
      Message: message,
    });
    for (const [index, [name, value]] of Object.entries(attributes).entries()) {
      form.set(`MessageAttributes.entry.${index + 1}.Name`, name);
      form.set(`MessageAttributes.entry.${index + 1}.Value.DataType`, 'String');
      form.set(`MessageAttributes.entry.${index + 1}.Value.StringValue`, value);
    }
    const { adminKeys } = await import('../../lib/local/startLocalCloud.ts');
    const authorization = `AWS4-HMAC-SHA256 Credential=${adminKeys.accessKeyId}/20260101/us-east-1/sns/aws4_request, SignedHeaders=host, Signature=00`;
    const response = await fetch(fixture.cloud.endpointUrl, { method: 'POST', body: form, headers: { authorization } });
    expect(response.status).toBe(200);
    await fixture.cloud.drain();
  };
  const receivers = (): string[] => fixture.eventsOf('delivered').map(({ endpoint }) => endpoint);

  it('notify once per message, and each subscriber by its filter', async () => {
    await publish('hello', { severity: 'critical' });
    expect(fixture.eventsOf('notified')).toMatchObject([
      { subject: 'Subject', message: 'hello', attributes: { severity: 'critical' } },
    ]);
    expect(receivers()).toEqual(['all@example.com', 'picky@example.com']);
    expect((await receive('of-topic')).map(({ Body }) => Body)).toEqual(['hello']);
    await publish('{"detail":{"who":"me"}}', { severity: 'low' });
    expect(receivers().slice(2)).toEqual(['all@example.com', 'body@example.com']);
    await fixture.cloud.drain();
    const records = fixture.seen().flatMap(({ Records }) => (Array.isArray(Records) ? Records : []));
    expect(records).toMatchObject([
      { EventSource: 'aws:sns', Sns: { Subject: 'Subject', Message: '{"detail":{"who":"me"}}' } },
    ]);
  });

  it.each(['', 'x'.repeat(101), 'two\nlines', 'umläut', ' leading space'])('refuse the subject %j', async (subject) => {
    const { adminKeys } = await import('../../lib/local/startLocalCloud.ts');
    const authorization = `AWS4-HMAC-SHA256 Credential=${adminKeys.accessKeyId}/20260101/us-east-1/sns/aws4_request, SignedHeaders=host, Signature=00`;
    const body = new URLSearchParams({
      Action: 'Publish',
      TopicArn: 'arn:aws:sns:us-east-1:000000000000:topic',
      Subject: subject,
      Message: 'x',
    });
    const response = await fetch(fixture.cloud.endpointUrl, { method: 'POST', body, headers: { authorization } });
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('Invalid parameter: Subject'),
    ]);
  });

  it('receive from rules', async () => {
    const before = fixture.eventsOf('notified').length;
    await putEvents(entry({ to: 'topic' }));
    await fixture.cloud.drain();
    expect(JSON.parse(fixture.eventsOf('notified')[before]?.message ?? '')).toMatchObject({ detail: { to: 'topic' } });
  });
});

describe('the role of a function', () => {
  const call = async (request: JsonObject): Promise<{ status: number; text: string }> => {
    const response = await fetch(`${fixture.cloud.url}/call`, {
      method: 'POST',
      body: JSON.stringify(request),
      headers: { 'content-type': 'application/json' },
    });
    return response.json() as Promise<{ status: number; text: string }>; // test/local/handlers/call.mjs
  };

  it.each<[string, JsonObject, number, string]>([
    [
      'may read the table it may read',
      {
        service: 'dynamodb',
        target: 'DynamoDB_20120810.GetItem',
        body: { TableName: 'table', Key: { pk: { S: 'x' } } },
      },
      200,
      '{}',
    ],
    [
      'may not write there',
      {
        service: 'dynamodb',
        target: 'DynamoDB_20120810.PutItem',
        body: { TableName: 'table', Item: { pk: { S: 'x' } } },
      },
      400,
      'AccessDeniedException',
    ],
    ['may not list objects', { service: 's3', method: 'GET', path: '/bucket?list-type=2' }, 403, 'AccessDenied'],
    ['may not read other objects', { service: 's3', method: 'GET', path: '/bucket/private/x' }, 403, 'AccessDenied'],
    [
      'may read the objects it may read, were they there',
      { service: 's3', method: 'GET', path: '/bucket/public/x' },
      404,
      'NoSuchKey',
    ],
    [
      'may put events',
      { service: 'events', target: 'AWSEvents.PutEvents', body: { Entries: [entry({ to: 'nobody' })] } },
      200,
      'EventId',
    ],
    [
      'may not put events on the default bus',
      { service: 'events', target: 'AWSEvents.PutEvents', body: { Entries: [entry({}, { EventBusName: 'default' })] } },
      400,
      'AccessDeniedException',
    ],
    [
      'may not publish',
      {
        service: 'sns',
        type: 'application/x-www-form-urlencoded',
        body: 'Action=Publish&TopicArn=arn:aws:sns:us-east-1:000000000000:topic&Message=x',
      },
      403,
      'AuthorizationError',
    ],
    [
      'may not send messages',
      {
        service: 'sqs',
        target: 'AmazonSQS.SendMessage',
        body: { QueueUrl: 'http://x/000000000000/jobs', MessageBody: 'x' },
      },
      400,
      'AccessDeniedException',
    ],
    [
      'does not reach services that are not emulated',
      { service: 'ssm', target: 'AmazonSSM.GetParameter', body: {} },
      400,
      'UnknownServiceException',
    ],
  ])('%s', async (_name, request, status, text) => {
    const answer = await call(request);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
  });

  it('is named in a warning when something is missing in it', () => {
    expect(fixture.eventsOf('warning').map(({ text }) => text)).toContainEqual(
      'role test-PoorRole may not dynamodb:PutItem on arn:aws:dynamodb:us-east-1:000000000000:table/table; after a deployment it could not either',
    );
  });
});
