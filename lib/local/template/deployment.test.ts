import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../pattern/json.ts';
import type { Assembly, StackTemplate } from './assembly.ts';
import { resolveDeployment } from './deployment.ts';

const place = {
  account: '000000000000',
  region: 'us-east-1',
  apiUrl: 'http://127.0.0.1:1',
  queueUrl: (name: string) => `http://127.0.0.1:2/000000000000/${name}`,
};

function stack(resources: StackTemplate['resources'], more: Partial<StackTemplate> = {}): StackTemplate {
  return { name: 'kef', parameters: {}, mappings: {}, conditions: {}, outputs: {}, ...more, resources };
}

function resolved(
  value: JsonValue,
  more: Partial<StackTemplate> = {},
  others: StackTemplate[] = [],
): JsonValue | undefined {
  const subject = { Type: 'Test::Subject', Properties: { value } };
  const stacks = [stack({ ...neighbours, Subject: subject }, more), ...others];
  const [found] = resolveDeployment({ stacks, assets: new Map() }, place).resources('Test::Subject');
  return found?.properties.value;
}

const neighbours: StackTemplate['resources'] = {
  Table: { Type: 'AWS::DynamoDB::GlobalTable' },
  Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'jobs' } },
  Topic: { Type: 'AWS::SNS::Topic' },
  Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: { 'Fn::Join': ['.', ['relay', { Ref: 'AWS::Region' }]] } } },
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'kef' } },
  Rule: { Type: 'AWS::Events::Rule', Properties: { EventBusName: { Ref: 'Bus' } } },
  Bucket: { Type: 'AWS::S3::Bucket' },
};

describe('intrinsic functions', () => {
  const yes: JsonObject = { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] };

  it.each<[string, JsonValue, JsonValue | undefined]>([
    ['plain values stay', { a: [1, 'x', true, null] }, { a: [1, 'x', true, null] }],
    ['Ref to pseudo parameters', [{ Ref: 'AWS::Region' }, { Ref: 'AWS::Partition' }], ['us-east-1', 'aws']],
    ['Ref to a table is its name', { Ref: 'Table' }, 'kef-Table'],
    ['Ref to a queue is its URL', { Ref: 'Queue' }, 'http://127.0.0.1:2/000000000000/jobs'],
    ['Ref to a topic is its ARN', { Ref: 'Topic' }, 'arn:aws:sns:us-east-1:000000000000:kef-Topic'],
    ['Ref to a bucket is lower case', { Ref: 'Bucket' }, 'kef-bucket'],
    [
      'names may be made of functions',
      { 'Fn::GetAtt': ['Role', 'Arn'] },
      'arn:aws:iam::000000000000:role/relay.us-east-1',
    ],
    ['GetAtt takes a dotted name', { 'Fn::GetAtt': 'Queue.Arn' }, 'arn:aws:sqs:us-east-1:000000000000:jobs'],
    [
      'rules of a named bus',
      { 'Fn::GetAtt': ['Rule', 'Arn'] },
      'arn:aws:events:us-east-1:000000000000:rule/kef/kef-Rule',
    ],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }, 3]] }, 'a-us-east-1-3'],
    ['Join over Split', { 'Fn::Join': ['+', { 'Fn::Split': [',', 'a,b'] }] }, 'a+b'],
    [
      'Sub with names, attributes and literals',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: these are CloudFormation's placeholders
      { 'Fn::Sub': '${AWS::Region}/${Queue.Arn}/${!kept}' },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: these are CloudFormation's placeholders
      'us-east-1/arn:aws:sqs:us-east-1:000000000000:jobs/${kept}',
    ],
    [
      'Sub with variables of its own',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: these are CloudFormation's placeholders
      { 'Fn::Sub': ['${x}-${Table}', { x: { Ref: 'Bucket' } }] },
      'kef-bucket-kef-Table',
    ],
    ['Select', { 'Fn::Select': [1, ['a', 'b']] }, 'b'],
    ['Select by text index', { 'Fn::Select': ['0', { 'Fn::Split': [':', 'x:y'] }] }, 'x'],
    ['If', { 'Fn::If': ['IsEast', 'east', 'other'] }, 'east'],
    ['NoValue removes a property', { a: { 'Fn::If': ['IsWest', 1, { Ref: 'AWS::NoValue' }] }, b: 2 }, { b: 2 }],
    ['NoValue removes an element', [{ Ref: 'AWS::NoValue' }, 1], [1]],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'small'] }, 128],
    ['Base64', { 'Fn::Base64': 'hi' }, 'aGk='],
    ['parameters have defaults', { Ref: 'Stage' }, 'test'],
  ])('%s', (_name, value, expected) => {
    const more = {
      parameters: { Stage: { Default: 'test' } },
      mappings: { Sizes: { 'us-east-1': { small: 128 } } },
      conditions: { IsEast: yes, IsWest: { 'Fn::Not': [{ Condition: 'IsEast' }] } },
    };
    expect(resolved(value, more)).toEqual(expected);
  });

  it('imports what another stack exports', () => {
    const exporting = stack(
      { Api: { Type: 'AWS::ApiGatewayV2::Api' } },
      { name: 'backend', outputs: { Id: { Value: { Ref: 'Api' }, Export: { Name: 'backend:ApiId' } } } },
    );
    expect(resolved({ 'Fn::ImportValue': 'backend:ApiId' }, {}, [exporting])).toMatch(/^[0-9a-f]{10}$/);
  });

  it('leaves out resources whose condition is false', () => {
    const conditional = { Type: 'Test::Maybe', Condition: 'Never' };
    const assembly: Assembly = {
      stacks: [stack({ A: conditional }, { conditions: { Never: { 'Fn::Equals': ['a', 'b'] } } })],
      assets: new Map(),
    };
    expect(resolveDeployment(assembly, place).resources('Test::Maybe')).toEqual([]);
  });

  it.each<[string, JsonValue]>([
    ['a name that does not exist', { Ref: 'Nobody' }],
    ['an attribute that is not known', { 'Fn::GetAtt': ['Table', 'Nonsense'] }],
    ['a parameter without default', { Ref: 'NoDefault' }],
    ['a function that is not known', { 'Fn::Cidr': ['10.0.0.0/8', 1, 8] }],
    ['an export nobody has', { 'Fn::ImportValue': 'nothing' }],
    ['a condition nobody has', { 'Fn::If': ['Unknown', 1, 2] }],
    ['a wrong number of arguments', { 'Fn::Join': ['-'] }],
    ['a wrong type of argument', { 'Fn::Join': ['-', [{ a: 1 }]] }],
  ])('says where it stands when it needs %s', (_name, value) => {
    expect(() => resolved(value, { parameters: { NoDefault: {} } })).toThrow(
      expect.objectContaining({ code: 'ConfigInvalid', message: expect.stringContaining('stack kef, Subject') }),
    );
  });

  it('does not touch resources nobody asks for', () => {
    const broken = { Type: 'Test::Broken', Properties: { value: { 'Fn::Unheard': 1 } } };
    const assembly: Assembly = { stacks: [stack({ Broken: broken, ...neighbours })], assets: new Map() };
    expect(resolveDeployment(assembly, place).resources('AWS::SQS::Queue')).toHaveLength(1);
  });
});
