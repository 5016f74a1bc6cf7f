import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Assembly, type Resource, resource, resourcesOf, synthesize } from './assembly.ts';
import { everything, stubLayer } from './everything.ts';

let plain: Assembly;
let full: Assembly;
beforeAll(() => {
  plain = synthesize({ config: { clusters: [{ id: 'prod' }] }, checks: false });
  full = synthesize({ config: everything, checks: false, kubectlLayer: stubLayer });
});
afterAll(() => {
  plain.remove();
  full.remove();
});

const alarms = ({ backend }: Assembly) =>
  new Map(
    resourcesOf(backend, 'AWS::CloudWatch::Alarm').map(([, alarm]) => [String(alarm.Properties.AlarmName), alarm]),
  );
const anomalyAlarms = (template: Parameters<typeof resourcesOf>[0]) =>
  resourcesOf(template, 'AWS::CloudWatch::Alarm')
    .map(([, alarm]) => alarm)
    .filter(({ Properties }) => String(Properties.AlarmName).endsWith('-Anomaly'));
const operationsTopic = { Ref: expect.stringContaining('OperationsTopic') };

describe('anomaly detection', () => {
  it('is an alarm of each cluster on what ingest counts, and off by default', () => {
    const found = [...full.clusters.values()].flatMap(anomalyAlarms);
    expect(found.length).toBeGreaterThan(1);
    expect(found).toHaveLength(everything.clusters.length);
    for (const { Properties } of found) {
      const { AlarmName, Metrics } = Properties;
      const cluster = /^all-(.+)-Anomaly$/.exec(String(AlarmName))?.[1];
      expect(Properties).toMatchObject({
        ComparisonOperator: 'GreaterThanUpperThreshold',
        EvaluationPeriods: 3,
        DatapointsToAlarm: 3,
        TreatMissingData: 'notBreaching',
      });
      expect(Metrics).toMatchObject([
        { Expression: expect.stringMatching(/^ANOMALY_DETECTION_BAND\(\w+, 3\)$/) },
        {
          MetricStat: {
            Metric: {
              MetricName: 'Troubles',
              Dimensions: [
                { Name: 'cluster', Value: cluster },
                { Name: 'service', Value: 'ingest' },
              ],
            },
            Period: 300,
            Stat: 'Sum',
          },
        },
      ]);
    }
    expect([...plain.clusters.values()].flatMap(anomalyAlarms)).toEqual([]);
    const functions = ({ backend }: Assembly) => JSON.stringify(resourcesOf(backend, 'AWS::Lambda::Function'));
    expect(functions(full)).toContain('"TROUBLE_FIGURES":"true"');
    expect(functions(plain)).not.toContain('TROUBLE_FIGURES');
  });
});

describe('alarms', () => {
  it('exist for everything that can go wrong', () => {
    expect([...alarms(plain).keys()].sort()).toEqual(
      [
        'ClustersSilent',
        'Gaps',
        'Storms',
        'RouteBehind',
        'RouteFailures',
        'ApiErrors',
        ...['Ingest', 'Route', 'Query', 'Notify', 'Watch'].flatMap((name) => [`${name}Errors`, `${name}Throttles`]),
        ...['History', 'Incidents', 'Clusters'].flatMap((name) => [`${name}ReadThrottles`, `${name}WriteThrottles`]),
        'HistoryIndexThrottles',
        'IncidentsIndexThrottles',
        'NotifyDeadLetters',
        'OperationsDeadLetters',
      ]
        .map((name) => `kef-${name}`)
        .sort(),
    );
  });

  it('go to the operations topic, and say when they are over', () => {
    for (const [name, { Properties }] of alarms(plain)) {
      expect(Properties.AlarmActions, name).toEqual([operationsTopic]);
      expect(Properties.OKActions, name).toEqual([operationsTopic]);
      expect(String(Properties.AlarmDescription).length, name).toBeGreaterThan(40);
    }
  });

  it('take missing heartbeat figures for silence', () => {
    expect(alarms(plain).get('kef-ClustersSilent')?.Properties).toMatchObject({
      Namespace: 'KubeEventForwarder/kef',
      MetricName: 'SilentClusters',
      Threshold: 1,
      TreatMissingData: 'breaching',
    });
  });

  it('can be left out', () => {
    const bare = synthesize({
      config: { clusters: [], operations: { alarms: false, dashboard: false } },
      checks: false,
    });
    expect(alarms(bare).size).toBe(0);
    expect(resourcesOf(bare.backend, 'AWS::CloudWatch::Dashboard')).toEqual([]);
    bare.remove();
  });

  it('reach the topic: its policy lets CloudWatch publish, and no key stands in the way', () => {
    const topic = resource(plain.backend, 'AWS::SNS::Topic', 'OperationsTopic').Properties;
    expect(topic.KmsMasterKeyId).toBeUndefined();
    const policy = resource(plain.backend, 'AWS::SNS::TopicPolicy', 'OperationsTopic').Properties;
    expect(policy.PolicyDocument).toMatchObject({
      Statement: expect.arrayContaining([
        expect.objectContaining({
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        }),
      ]),
    });
    const key = resource(full.backend, 'AWS::KMS::Key').Properties;
    expect(JSON.stringify(key.KeyPolicy)).toContain('"cloudwatch.amazonaws.com"');
    expect(resource(full.backend, 'AWS::SNS::Topic', 'OperationsTopic').Properties.KmsMasterKeyId).toBeDefined();
  });
});

describe('the thresholds of the specification', () => {
  it('are alarms of each cluster when asked for', () => {
    const template = full.clusters.get('all-cluster-here');
    expect(template).toBeDefined();
    if (template === undefined) return;
    const thresholds = resourcesOf(template, 'AWS::CloudWatch::Alarm').filter(
      ([, { Properties }]) => Properties.MetricName !== undefined,
    );
    const found = thresholds.map(([, { Properties }]) => [
      Properties.MetricName,
      Properties.Threshold,
      Number(Properties.Period) / 60,
      Properties.EvaluationPeriods,
    ]);
    expect(found.sort()).toEqual([
      ['AllocationFailed', 3, 5, 2],
      ['BackupFailed', 0, 60, 1],
      ['CertificateNotReady', 0, 5, 2],
      ['FailedScheduling', 5, 5, 2],
      ['KernelOops', 0, 5, 1],
      ['Warnings', 10, 1, 1],
      ['Warnings', 10, 5, 2],
      ['Warnings', 150, 5, 1],
    ]);
    for (const [, { Properties }] of thresholds) {
      expect(Properties).toMatchObject({
        ComparisonOperator: 'GreaterThanThreshold',
        Dimensions: [
          { Name: 'cluster', Value: 'here' },
          { Name: 'service', Value: 'ingest' },
        ],
      });
    }
    expect(resourcesOf(plain.clusters.get('kef-cluster-prod') ?? template, 'AWS::CloudWatch::Alarm')).toEqual([]);
  });
});

describe('rules', () => {
  const rules = (app: Assembly) => resourcesOf(app.backend, 'AWS::Events::Rule');

  it('have a dead-letter queue for every target, which takes what they send', () => {
    for (const app of [plain, full]) {
      for (const [id, { Properties }] of rules(app)) {
        const targets = Properties.Targets as { DeadLetterConfig?: { Arn: { 'Fn::GetAtt': string[] } } }[];
        for (const { DeadLetterConfig } of targets) {
          const queue = DeadLetterConfig?.Arn['Fn::GetAtt'][0];
          expect(queue, id).toMatch(/DeadLetters/);
          const policies = JSON.stringify(resourcesOf(app.backend, 'AWS::SQS::QueuePolicy'));
          expect(policies).toContain(`"aws:SourceArn":{"Fn::GetAtt":["${id}","Arn"]}`);
        }
      }
    }
  });

  it('tell which cluster fell silent, and what was parked', () => {
    expect(resource(plain.backend, 'AWS::Events::Rule', 'RelayNews').Properties).toMatchObject({
      EventPattern: { source: ['kubernetes'], 'detail-type': ['relay.k8s.silent', 'relay.k8s.back'] },
      Targets: [{ Arn: operationsTopic, InputTransformer: { InputTemplate: '"<detail-annotations-message>"' } }],
    });
    expect(resource(plain.backend, 'AWS::Events::Rule', 'ParkedBatch').Properties).toMatchObject({
      EventPattern: { source: ['aws.s3'], 'detail-type': ['Object Created'] },
    });
    expect(resource(plain.backend, 'AWS::S3::Bucket', 'Parked').Properties.NotificationConfiguration).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
  });

  it('send what a chat application shows when there is one', () => {
    const [target] = resource(full.backend, 'AWS::Events::Rule', 'RelayNews').Properties.Targets as {
      InputTransformer: { InputTemplate: string };
    }[];
    const template = target?.InputTransformer.InputTemplate.replaceAll(/<[\w-]+>/g, '"text"') ?? '';
    expect(JSON.parse(template)).toEqual({
      version: '1.0',
      source: 'custom',
      content: { textType: 'client-markdown', title: 'text', description: 'text' },
    });
  });

  it('look for silent clusters every minute', () => {
    expect(resource(plain.backend, 'AWS::Events::Rule', 'EveryMinute').Properties.ScheduleExpression).toBe(
      'rate(1 minute)',
    );
    const watch = (app: Assembly) =>
      (resource(app.backend, 'AWS::Lambda::Function', 'Watch').Properties.Environment as Resource['Properties'])
        .Variables;
    expect(watch(plain)).toMatchObject({ SILENT_AFTER_MINUTES: '5' });
    expect(watch(full)).toMatchObject({ SILENT_AFTER_MINUTES: '10' });
  });
});

describe('people', () => {
  it('are told by mail, over HTTPS and in Slack', () => {
    const subscriptions = resourcesOf(full.backend, 'AWS::SNS::Subscription').map(([, { Properties }]) => [
      (Properties.TopicArn as { Ref: string }).Ref.includes('Operations') ? 'operations' : 'incidents',
      Properties.Protocol,
      Properties.Endpoint,
    ]);
    expect(subscriptions.sort()).toEqual([
      ['incidents', 'email', 'oncall@example.com'],
      ['incidents', 'https', 'https://events.example.com/sns'],
      ['operations', 'email', 'platform@example.com'],
    ]);
    const channels = resourcesOf(full.backend, 'AWS::Chatbot::SlackChannelConfiguration').map(
      ([, { Properties }]) => Properties.SlackChannelId,
    );
    expect(channels).toEqual(['C012ABC', 'C999XYZ']);
  });

  it('share a channel when both topics go to it', () => {
    const slack = { workspaceId: 'T1', channelId: 'C1' };
    const app = synthesize({ config: { clusters: [], notify: { slack }, operations: { slack } }, checks: false });
    const channel = resource(app.backend, 'AWS::Chatbot::SlackChannelConfiguration').Properties;
    app.remove();
    expect(channel.SnsTopicArns).toHaveLength(2);
    expect(JSON.stringify(channel.GuardrailPolicies)).toContain('CloudWatchReadOnlyAccess');
  });
});

describe('the schema registry', () => {
  it('has the standard event as OpenAPI, in EventBridge’s envelope', () => {
    const { Content, Type, SchemaName } = resource(plain.backend, 'AWS::EventSchemas::Schema').Properties;
    expect([Type, SchemaName]).toEqual(['OpenApi3', 'kubernetes@KubernetesEvent']);
    const document = JSON.parse(String(Content));
    expect(document.components.schemas.AWSEvent.properties.detail.$ref).toBe('#/components/schemas/KubernetesEvent');
    expect(document.components.schemas.KubernetesEvent.required).toEqual(
      expect.arrayContaining(['id', 'severity', 'labels', 'fingerprint']),
    );
    expect(JSON.stringify(document)).not.toMatch(/"const"|"\$defs"|propertyNames/);
  });
});

describe('the dashboard', () => {
  it('is named after the forwarder and shows every alarm', () => {
    const { DashboardName, DashboardBody } = resource(plain.backend, 'AWS::CloudWatch::Dashboard').Properties;
    expect(DashboardName).toBe('kef');
    const alarmIds = resourcesOf(plain.backend, 'AWS::CloudWatch::Alarm').map(([id]) => id);
    expect(alarmIds.filter((id) => !JSON.stringify(DashboardBody).includes(id))).toEqual([]);
  });
});
