import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSignedFetch, type SignedFetch } from '../../lib/api/signedFetch.ts';
import type { LocalCloud } from '../../lib/local/localCloud.ts';
import type { LocalCloudOptions } from '../../lib/local/localCloudOptions.ts';
import type { LocalEvent } from '../../lib/local/localEvent.ts';
import type { JsonObject } from '../../lib/local/pattern/json.ts';
import { adminKeys, startLocalCloud } from '../../lib/local/startLocalCloud.ts';

const handlers = fileURLToPath(new URL('./handlers', import.meta.url));

/** A local cloud running a hand-written stack, and what happened in it. */
export interface CloudFixture {
  readonly cloud: LocalCloud;
  readonly directory: string;
  readonly events: LocalEvent[];
  /** Signed as the relay of cluster `demo`. */
  readonly fetch: SignedFetch;
  eventsOf<Type extends LocalEvent['type']>(type: Type): Extract<LocalEvent, { type: Type }>[];
  /** What the handlers of this stack noted, one JSON value per line. */
  seen(): JsonObject[];
  /** Sends an SDK-less request to a service with the keys of an administrator. */
  call(service: string, target: string, body: unknown): Promise<JsonObject>;
  /** Puts an item `{ pk, value, … }` into the stream table. */
  put(pk: string, attributes?: JsonObject): Promise<void>;
  close(): Promise<void>;
}

/** A temporary directory for one test file. */
export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'kef-local-'));
}

/** Writes an assembly of one stack `test` with these resources, next to where its handlers note what they see. */
export function writeAssembly(directory: string, resources: JsonObject): string {
  const cdkOut = join(directory, 'cdk.out');
  mkdirSync(cdkOut, { recursive: true });
  const write = (name: string, content: unknown): void => writeFileSync(join(cdkOut, name), JSON.stringify(content));
  write('manifest.json', {
    version: '55.0.0',
    artifacts: {
      'test.assets': { type: 'cdk:asset-manifest', properties: { file: 'test.assets.json' } },
      test: { type: 'aws:cloudformation:stack', properties: { templateFile: 'test.template.json' } },
    },
  });
  write('test.assets.json', {
    files: {
      handlers: {
        source: { path: relative(cdkOut, handlers), packaging: 'zip' },
        destinations: { here: { bucketName: 'assets', objectKey: 'handlers.zip' } },
      },
    },
  });
  write('test.template.json', { Resources: resources });
  return cdkOut;
}

/** Starts a stack of these resources; every handler finds the file to note things in as SEEN_FILE. */
export async function startFixture(
  resources: (seenFile: string) => JsonObject,
  options: Partial<LocalCloudOptions> = {},
): Promise<CloudFixture> {
  const directory = temporaryDirectory();
  const seenFile = join(directory, 'seen.ndjson');
  const cdkOut = writeAssembly(directory, { ...api, ...resources(seenFile) });
  const cloud = await startLocalCloud({
    cdkOut,
    clusterId: 'demo',
    timing: { streamRetryMs: 5, asyncRetryMs: [5, 5], ruleRetryMs: 5 },
    ...options,
  });
  const events: LocalEvent[] = [];
  cloud.on((event) => events.push(event));
  const call: CloudFixture['call'] = async (service, target, body) => {
    const response = await fetch(cloud.endpointUrl, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': target,
        authorization: `AWS4-HMAC-SHA256 Credential=${adminKeys.accessKeyId}/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`,
      },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return JSON.parse(text);
  };
  return {
    cloud,
    directory,
    events,
    fetch: createSignedFetch({ region: cloud.region, credentials: cloud }),
    // The filter leaves events of that type only.
    eventsOf: <Type extends LocalEvent['type']>(type: Type) =>
      events.filter((event) => event.type === type) as Extract<LocalEvent, { type: Type }>[],
    seen: () =>
      existsSync(seenFile)
        ? readFileSync(seenFile, 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [],
    call,
    async put(pk, attributes = {}) {
      await call('dynamodb', 'DynamoDB_20120810.PutItem', {
        TableName: 'items',
        Item: { pk: { S: pk }, ...attributes },
      });
    },
    async close() {
      await cloud.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A function of `test/local/handlers`. */
export function lambda(file: string, seenFile: string, properties: JsonObject = {}): JsonObject {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Code: { S3Key: 'handlers.zip' },
      Handler: `${file}.handler`,
      Runtime: 'nodejs24.x',
      Role: { 'Fn::GetAtt': ['FunctionRole', 'Arn'] },
      Timeout: 3,
      Environment: { Variables: { SEEN_FILE: seenFile } },
      ...properties,
    },
  };
}

/** A role with these statements. */
export function role(statements: JsonObject[], properties: JsonObject = {}): JsonObject {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      ...properties,
      Policies: [{ PolicyName: 'inline', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    },
  };
}

/** A statement. */
export function allow(action: string, resource: JsonObject | string): JsonObject {
  return { Effect: 'Allow', Action: action, Resource: resource };
}

const execution = (suffix: string): JsonObject => ({
  'Fn::Sub': `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/$default/${suffix}`,
});

/** What every fixture stack has: an API, the relay role of cluster `demo`, one function role. */
const api: JsonObject = {
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'test' } },
  RelayRole: role([allow('execute-api:Invoke', execution('POST/v1/clusters/demo/events'))], { RoleName: 'relay.demo' }),
  Reader: {
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: { PolicyDocument: { Statement: [allow('execute-api:Invoke', execution('GET/v1/*'))] } },
  },
  FunctionRole: role([allow('*', '*')]),
};

/** The stream table `items` and a mapping to the function `Consumer`. */
export function streamOf(mapping: JsonObject): JsonObject {
  return {
    Items: {
      Type: 'AWS::DynamoDB::GlobalTable',
      Properties: {
        TableName: 'items',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      },
    },
    Parked: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'parked' } },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::GetAtt': ['Items', 'StreamArn'] },
        FunctionName: { Ref: 'Consumer' },
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Parked', 'Arn'] } } },
        ...mapping,
      },
    },
  };
}
