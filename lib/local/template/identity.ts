import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '../pattern/json.ts';

/** Where everything runs, and the addresses that are only known once servers listen. */
export interface Place {
  readonly account: string;
  readonly region: string;
  /** Address of the HTTP API, the same for every API of the templates. */
  readonly apiUrl: string;
  queueUrl(name: string): string;
}

/** What a resource is called: its `Ref` and its `Fn::GetAtt` attributes. */
export interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, JsonValue>>;
}

/** Gives a resource the name CloudFormation would, made of stack and logical id where the template leaves it open. */
export function identify(
  type: string,
  stack: string,
  logicalId: string,
  properties: JsonObject,
  place: Place,
): Identity {
  const { account, region } = place;
  const named = (property: string, longest = 255): string => {
    const name = properties[property];
    return typeof name === 'string' ? name : `${stack}-${logicalId}`.slice(0, longest);
  };
  const arn = (service: string, resource: string): string => `arn:aws:${service}:${region}:${account}:${resource}`;

  switch (type) {
    case 'AWS::DynamoDB::Table':
    case 'AWS::DynamoDB::GlobalTable': {
      const name = named('TableName');
      const table = arn('dynamodb', `table/${name}`);
      return { ref: name, attributes: { Arn: table, StreamArn: `${table}/stream/2020-01-01T00:00:00.000` } };
    }
    case 'AWS::Lambda::Function': {
      const name = named('FunctionName', 64);
      return { ref: name, attributes: { Arn: arn('lambda', `function:${name}`) } };
    }
    case 'AWS::IAM::Role': {
      const name = named('RoleName', 64);
      const path = typeof properties.Path === 'string' ? properties.Path : '/';
      return {
        ref: name,
        attributes: {
          Arn: `arn:aws:iam::${account}:role${path}${name}`,
          RoleId: `AROA${shortId(stack, logicalId, 17)}`,
        },
      };
    }
    case 'AWS::IAM::ManagedPolicy': {
      const path = typeof properties.Path === 'string' ? properties.Path : '/';
      const policy = `arn:aws:iam::${account}:policy${path}${named('ManagedPolicyName', 128)}`;
      return { ref: policy, attributes: { PolicyArn: policy } };
    }
    case 'AWS::SNS::Topic': {
      const name = named('TopicName');
      return { ref: arn('sns', name), attributes: { TopicArn: arn('sns', name), TopicName: name } };
    }
    case 'AWS::SQS::Queue': {
      const name = named('QueueName', 80);
      const url = place.queueUrl(name);
      return { ref: url, attributes: { Arn: arn('sqs', name), QueueName: name, QueueUrl: url } };
    }
    case 'AWS::S3::Bucket': {
      const name = named('BucketName', 63).toLowerCase();
      return { ref: name, attributes: { Arn: `arn:aws:s3:::${name}` } };
    }
    case 'AWS::Events::EventBus': {
      const name = named('Name');
      return { ref: name, attributes: { Arn: arn('events', `event-bus/${name}`), Name: name } };
    }
    case 'AWS::Events::Rule': {
      const name = named('Name', 64);
      const bus = typeof properties.EventBusName === 'string' ? busName(properties.EventBusName) : 'default';
      const path = bus === 'default' ? name : `${bus}/${name}`;
      return { ref: bus === 'default' ? name : `${bus}|${name}`, attributes: { Arn: arn('events', `rule/${path}`) } };
    }
    case 'AWS::ApiGatewayV2::Api': {
      const id = shortId(stack, logicalId, 10).toLowerCase();
      return { ref: id, attributes: { ApiEndpoint: place.apiUrl, ApiId: id } };
    }
    case 'AWS::Logs::LogGroup': {
      const name = named('LogGroupName');
      return { ref: name, attributes: { Arn: `${arn('logs', `log-group:${name}`)}:*` } };
    }
    case 'AWS::KMS::Key': {
      const id = shortId(stack, logicalId, 32).toLowerCase();
      return { ref: id, attributes: { Arn: arn('kms', `key/${id}`), KeyId: id } };
    }
    default:
      return { ref: `${stack}-${logicalId}`, attributes: {} };
  }
}

/** Name of an event bus given by name or ARN. */
export function busName(nameOrArn: string): string {
  return nameOrArn.split('event-bus/').at(-1) ?? nameOrArn;
}

function shortId(stack: string, logicalId: string, length: number): string {
  // Only letters and digits, the same for the same template.
  return createHash('sha256').update(`${stack}/${logicalId}`).digest('hex').slice(0, length).toUpperCase();
}
