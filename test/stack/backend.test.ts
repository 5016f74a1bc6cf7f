import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeClusterList } from '../../lib/api/clusterList.ts';
import { type Assembly, resource, resourcesOf, synthesize, type Template } from './assembly.ts';

let app: Assembly;
let backend: Template;
beforeAll(() => {
  app = synthesize({
    config: {
      clusters: [{ id: 'demo', eksCluster: 'demo-eks' }, { id: 'Other.one' }],
      retentionDays: 14,
      incidents: { windowMinutes: 10 },
      notify: { minSeverity: 'medium', emails: ['oncall@example.com', 'second@example.com'] },
      rules: [{ match: { reason: 'Unhealthy' }, severity: 'high' }],
    },
    checks: false,
  });
  backend = app.backend;
});
afterAll(() => app.remove());

const variables = (name: string) =>
  (resource(backend, 'AWS::Lambda::Function', name).Properties.Environment as { Variables: Record<string, unknown> })
    .Variables;

describe('the backend', () => {
  it('is exactly these resources', () => {
    const counts: Record<string, number> = {};
    for (const { Type } of Object.values(backend.Resources)) {
      counts[Type] = (counts[Type] ?? 0) + 1;
    }
    expect(counts).toEqual({
      'AWS::ApiGatewayV2::Api': 1,
      'AWS::ApiGatewayV2::Integration': 2,
      'AWS::ApiGatewayV2::Route': 7,
      'AWS::ApiGatewayV2::Stage': 1,
      'AWS::CloudWatch::Alarm': 26,
      'AWS::CloudWatch::Dashboard': 1,
      'AWS::DynamoDB::GlobalTable': 3,
      'AWS::EventSchemas::Registry': 1,
      'AWS::EventSchemas::Schema': 1,
      'AWS::Events::EventBus': 1,
      'AWS::Events::Rule': 5,
      'AWS::IAM::ManagedPolicy': 1,
      'AWS::IAM::Policy': 6,
      'AWS::IAM::Role': 6,
      'AWS::Lambda::EventInvokeConfig': 3,
      'AWS::Lambda::EventSourceMapping': 1,
      'AWS::Lambda::Function': 5,
      'AWS::Lambda::Permission': 10,
      'AWS::Logs::LogGroup': 6,
      'AWS::S3::Bucket': 3,
      'AWS::S3::BucketPolicy': 3,
      'AWS::SNS::Subscription': 2,
      'AWS::SNS::Topic': 2,
      'AWS::SNS::TopicPolicy': 2,
      'AWS::SQS::Queue': 2,
      'AWS::SQS::QueuePolicy': 2,
    });
  });

  it('names what the command line and other stacks look for', () => {
    expect(Object.keys(backend.Outputs).filter((name) => !name.startsWith('Exports'))).toEqual([
      'ApiUrl',
      'BusName',
      'TopicArn',
      'OperationsTopicArn',
      'HistoryTable',
      'IncidentsTable',
      'ClustersTable',
      'OriginalsBucket',
      'ParkedBucket',
      'RouteFunction',
      'NotifyFunction',
      'NotifyDeadLetters',
      'OperationsDeadLetters',
      'ReaderPolicyArn',
    ]);
  });
});

describe('the API', () => {
  it('takes signed requests only, on every route', () => {
    const routes = resourcesOf(backend, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual([
      'GET /v1/clusters',
      'GET /v1/clusters/{cluster}/position',
      'GET /v1/events',
      'GET /v1/incidents',
      'GET /v1/incidents/{fingerprint+}',
      'GET /v1/stats',
      'POST /v1/clusters/{cluster}/events',
    ]);
    expect(new Set(routes.map(({ AuthorizationType }) => AuthorizationType))).toEqual(new Set(['AWS_IAM']));
  });

  it('hands payload 2.0 to its functions', () => {
    for (const [, { Properties }] of resourcesOf(backend, 'AWS::ApiGatewayV2::Integration')) {
      expect(Properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
    }
  });

  it('is throttled and leaves an access log line per request', () => {
    const { Properties } = resource(backend, 'AWS::ApiGatewayV2::Stage');
    expect(Properties).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000 },
    });
    const { Format } = Properties.AccessLogSettings as { Format: string };
    expect(JSON.parse(Format)).toMatchObject({ requestId: '$context.requestId', caller: '$context.identity.userArn' });
  });
});

describe('the tables', () => {
  it('are on demand, expiring, protected and outlive the stack', () => {
    for (const [, table] of resourcesOf(backend, 'AWS::DynamoDB::GlobalTable')) {
      expect(table.DeletionPolicy).toBe('Retain');
      expect(table.Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        Replicas: [
          {
            DeletionProtectionEnabled: true,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          },
        ],
      });
    }
  });

  it('have one stream, that of History', () => {
    const streams = resourcesOf(backend, 'AWS::DynamoDB::GlobalTable').filter(
      ([, { Properties }]) => Properties.StreamSpecification !== undefined,
    );
    expect(streams.map(([id, { Properties }]) => [id.includes('History'), Properties.StreamSpecification])).toEqual([
      [true, { StreamViewType: 'NEW_IMAGE' }],
    ]);
  });
});

describe('the stream mapping', () => {
  it('bisects, reports partial failures, gives up in time and parks what it gave up', () => {
    const { Properties } = resource(backend, 'AWS::Lambda::EventSourceMapping');
    expect(Properties).toMatchObject({
      BatchSize: 100,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 8,
      MaximumRecordAgeInSeconds: 12 * 3600,
      ParallelizationFactor: 1,
      StartingPosition: 'TRIM_HORIZON',
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringContaining('Parked'), 'Arn'] } },
      },
    });
  });

  it('shows route nothing but new items that matter', () => {
    const { FilterCriteria } = resource(backend, 'AWS::Lambda::EventSourceMapping').Properties;
    const { Filters } = FilterCriteria as { Filters: { Pattern: string }[] };
    expect(Filters.map(({ Pattern }) => JSON.parse(Pattern))).toEqual([
      { eventName: ['INSERT'], dynamodb: { NewImage: { route: { S: ['1'] } } } },
    ]);
  });
});

describe('notifications', () => {
  it('match news from the configured severity up', () => {
    expect(resource(backend, 'AWS::Events::Rule', 'Notifications').Properties.EventPattern).toEqual({
      source: ['kubernetes'],
      'detail-type': ['event.k8s.received', 'event.k8s.escalated', 'event.k8s.storm'],
      detail: { severity: ['medium', 'high', 'critical'], labels: { notify: ['true'] } },
    });
  });

  it('have a dead-letter queue for what EventBridge cannot deliver and for what the function cannot do', () => {
    const { Targets } = resource(backend, 'AWS::Events::Rule', 'Notifications').Properties;
    const arn = { 'Fn::GetAtt': [expect.stringContaining('NotificationsDeadLetters'), 'Arn'] };
    expect(Targets).toMatchObject([{ DeadLetterConfig: { Arn: arn } }]);
    expect(resource(backend, 'AWS::Lambda::EventInvokeConfig', 'Notify').Properties).toMatchObject({
      DestinationConfig: { OnFailure: { Destination: arn } },
    });
  });

  it('go to an encrypted topic with one subscription per address', () => {
    expect(resource(backend, 'AWS::SNS::Topic', 'ForwarderTopic').Properties.KmsMasterKeyId).toBeDefined();
    const subscriptions = resourcesOf(backend, 'AWS::SNS::Subscription').map(([, { Properties }]) => Properties);
    expect(subscriptions.map(({ Protocol, Endpoint }) => [Protocol, Endpoint])).toEqual([
      ['email', 'oncall@example.com'],
      ['email', 'second@example.com'],
    ]);
  });
});

describe('queues, buckets and the topic', () => {
  it.each(['AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy'])(
    'refuse plain text: %s',
    (type) => {
      for (const [, { Properties }] of resourcesOf(backend, type)) {
        expect(Properties.PolicyDocument).toMatchObject({
          Statement: expect.arrayContaining([
            expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          ]),
        });
      }
    },
  );

  it('keep nothing for ever', () => {
    for (const [, { Properties }] of resourcesOf(backend, 'AWS::S3::Bucket')) {
      expect(Properties.LifecycleConfiguration).toMatchObject({ Rules: [{ ExpirationInDays: expect.any(Number) }] });
    }
    for (const [, { Properties }] of resourcesOf(backend, 'AWS::Logs::LogGroup')) {
      expect(Properties.RetentionInDays).toBe(30);
    }
  });
});

describe('the functions', () => {
  it('run on Node 24, arm64, each with its own log group', () => {
    for (const [, { Properties }] of resourcesOf(backend, 'AWS::Lambda::Function')) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
      expect(Properties.LoggingConfig).toHaveProperty('LogGroup');
    }
  });

  it('get what they read from their environment', () => {
    expect(Object.keys(variables('Ingest')).sort()).toEqual([
      'ACCOUNT_ID',
      'CLUSTERS',
      'CLUSTERS_TABLE',
      'FORWARDER_NAME',
      'HISTORY_TABLE',
      'ORIGINALS_BUCKET',
      'POWERTOOLS_METRICS_NAMESPACE',
      'RETENTION_DAYS',
      'RULES',
    ]);
    expect(variables('Ingest').RETENTION_DAYS).toBe('14');
    expect(variables('Ingest').CLUSTERS).toBe(encodeClusterList(['demo', 'Other.one']));
    expect(variables('Watch').CLUSTERS).toBe(variables('Ingest').CLUSTERS);
    expect(JSON.parse(String(variables('Ingest').RULES))).toEqual([
      { match: { reason: 'Unhealthy' }, severity: 'high' },
    ]);
    expect(JSON.parse(String(variables('Route').INCIDENT_SETTINGS))).toMatchObject({
      windowMs: 600_000,
      reopenAfterMs: 1_800_000,
    });
    expect(Object.keys(variables('Route'))).toEqual(expect.arrayContaining(['INCIDENTS_TABLE', 'EVENT_BUS_NAME']));
    expect(Object.keys(variables('Notify'))).toEqual(expect.arrayContaining(['INCIDENTS_TABLE', 'TOPIC_ARN']));
  });
});

describe('a cluster stack', () => {
  it('is named after its cluster, with a hash where the id does not fit a stack name', () => {
    expect([...app.clusters.keys()].sort()).toEqual([
      expect.stringMatching(/^kef-cluster-Other-one-[0-9a-f]{6}$/),
      'kef-cluster-demo',
    ]);
  });

  it('trusts the named EKS cluster alone and creates its Pod Identity association', () => {
    const template = app.clusters.get('kef-cluster-demo');
    expect(template).toBeDefined();
    if (template === undefined) return;
    expect(resource(template, 'AWS::EKS::PodIdentityAssociation').Properties).toMatchObject({
      ClusterName: 'demo-eks',
      Namespace: 'kube-event-forwarder',
      ServiceAccount: 'kube-event-forwarder',
    });
    const trust = JSON.stringify(resource(template, 'AWS::IAM::Role').Properties.AssumeRolePolicyDocument);
    expect(trust).toContain('aws:RequestTag/eks-cluster-arn');
    expect(trust).toContain(':cluster/demo-eks');
  });
});
