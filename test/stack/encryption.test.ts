import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Assembly, resource, resourcesOf, synthesize } from './assembly.ts';

describe('with a customer-managed key', () => {
  let app: Assembly;
  let key: unknown;
  beforeAll(() => {
    app = synthesize({ config: { clusters: [{ id: 'prod' }], encryption: 'customer-managed' }, checks: false });
    const [found] = resourcesOf(app.backend, 'AWS::KMS::Key');
    key = { 'Fn::GetAtt': [found?.[0], 'Arn'] };
  });
  afterAll(() => app.remove());

  const propertiesOf = (type: string) =>
    resourcesOf(app.backend, type).map(([id, { Properties }]) => [id, Properties] as const);

  it('there is one key, rotated, and it outlives the stack', () => {
    const { Properties, DeletionPolicy } = resource(app.backend, 'AWS::KMS::Key');
    expect(Properties.EnableKeyRotation).toBe(true);
    expect(DeletionPolicy).toBe('Retain');
    expect(resource(app.backend, 'AWS::KMS::Alias').Properties.AliasName).toBe('alias/kef');
  });

  it('it encrypts tables, buckets, queues, topics, the bus, logs and the environment of functions', () => {
    for (const [id, { SSESpecification, Replicas }] of propertiesOf('AWS::DynamoDB::GlobalTable')) {
      expect(SSESpecification, id).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
      expect(Replicas, id).toMatchObject([{ SSESpecification: { KMSMasterKeyId: key } }]);
    }
    for (const [id, { BucketEncryption }] of propertiesOf('AWS::S3::Bucket')) {
      if (id.includes('AccessLogs')) continue;
      expect(BucketEncryption, id).toMatchObject({
        ServerSideEncryptionConfiguration: [
          { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { KMSMasterKeyID: key } },
        ],
      });
    }
    const holders: [type: string, property: string][] = [
      ['AWS::SQS::Queue', 'KmsMasterKeyId'],
      ['AWS::SNS::Topic', 'KmsMasterKeyId'],
      ['AWS::Events::EventBus', 'KmsKeyIdentifier'],
      ['AWS::Logs::LogGroup', 'KmsKeyId'],
      ['AWS::Lambda::Function', 'KmsKeyArn'],
    ];
    for (const [type, property] of holders) {
      for (const [id, properties] of propertiesOf(type)) expect(properties[property], id).toEqual(key);
    }
  });

  it('access logs stay with S3’s own key, the only one S3 can write them with', () => {
    expect(
      JSON.stringify(resource(app.backend, 'AWS::S3::Bucket', 'AccessLogs').Properties.BucketEncryption),
    ).toContain('AES256');
  });
});

describe('with keys of AWS', () => {
  it('there is no key to pay for, and everything that can be encrypted is', () => {
    const app = synthesize({ config: { clusters: [{ id: 'prod' }] }, checks: false });
    expect(resourcesOf(app.backend, 'AWS::KMS::Key')).toEqual([]);
    for (const [id, { Properties }] of resourcesOf(app.backend, 'AWS::S3::Bucket')) {
      expect(Properties.BucketEncryption, id).toBeDefined();
    }
    for (const [id, { Properties }] of resourcesOf(app.backend, 'AWS::SQS::Queue')) {
      expect(Properties.SqsManagedSseEnabled, id).toBe(true);
    }
    app.remove();
  });
});
