import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { ArnPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventForwarder, type EventForwarderProps } from '../../lib/stack/index.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'kef-construct-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** A forwarder in somebody else's app. */
function forwarderIn(props: EventForwarderProps = {}, region?: string) {
  const stack = new Stack(
    new App({ outdir: mkdtempSync(join(directory, 'out-')) }),
    'Mine',
    region === undefined ? {} : { env: { region } },
  );
  return { stack, forwarder: new EventForwarder(stack, 'Events', props) };
}

describe('EventForwarder in an app of your own', () => {
  let template: Template;
  beforeAll(() => {
    const { stack, forwarder } = forwarderIn({ name: 'team-a', protectData: false });
    forwarder.addCluster({ id: 'prod', assumedBy: new ArnPrincipal('arn:aws:iam::111122223333:role/runner') });
    forwarder.grantRead(
      new Role(stack, 'Dashboard', { assumedBy: new ArnPrincipal('arn:aws:iam::111122223333:root') }),
    );
    forwarder.grantRedrive(
      new Role(stack, 'Operator', { assumedBy: new ArnPrincipal('arn:aws:iam::111122223333:root') }),
    );
    forwarder.metric('EventsRejected').createAlarm(stack, 'Rejected', { threshold: 100, evaluationPeriods: 1 });
    const queue = new Queue(stack, 'Queue');
    forwarder.onEvent('Critical', {
      pattern: { detail: { severity: ['critical'] } },
      targets: [new SqsQueue(queue, { deadLetterQueue: new Queue(stack, 'DeadLetters') })],
    });
    template = Template.fromStack(stack);
  });

  it('adds a cluster’s role to the same stack, for whoever is named', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      RoleName: { 'Fn::Join': ['', ['team-a-relay.', { Ref: 'AWS::Region' }, '.prod']] },
      AssumeRolePolicyDocument: {
        Statement: [Match.objectLike({ Principal: { AWS: 'arn:aws:iam::111122223333:role/runner' } })],
      },
    });
  });

  it('lets others read', () => {
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('^Dashboard'),
      PolicyDocument: { Statement: [Match.objectLike({ Action: 'execute-api:Invoke' })] },
    });
  });

  it('sends what matches to targets of yours', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['kubernetes'], detail: { severity: ['critical'] } },
      Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
    });
  });

  it('lets others re-drive, and nothing beyond that', () => {
    const [policy] = Object.values(
      template.findResources('AWS::IAM::Policy', { Properties: { PolicyName: Match.stringLikeRegexp('^Operator') } }),
    );
    const actions = policy?.Properties.PolicyDocument.Statement.flatMap(({ Action }: { Action: string }) => Action);
    expect(actions.sort()).toEqual([
      'lambda:InvokeFunction',
      's3:DeleteObject',
      's3:GetObject',
      's3:ListBucket',
      'sqs:DeleteMessage',
      'sqs:ReceiveMessage',
    ]);
  });

  it('offers its figures for alarms of your own', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'KubeEventForwarder/team-a',
      MetricName: 'EventsRejected',
      Dimensions: [{ Name: 'service', Value: 'ingest' }],
    });
  });

  it('leaves out alarms and dashboard on request', () => {
    const bare = Template.fromStack(forwarderIn({ alarms: false, dashboard: false }).stack);
    bare.resourceCountIs('AWS::CloudWatch::Alarm', 0);
    bare.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
  });

  it('goes with its stack when its data is not protected', () => {
    template.allResources('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Delete',
      Properties: Match.objectLike({ Replicas: [Match.objectLike({ DeletionProtectionEnabled: false })] }),
    });
  });
});

describe('EventForwarder refuses', () => {
  const long = 'a-cluster-id-of-more-than-forty-characters-in-all';
  const mistakes: [what: string, make: () => unknown, message: RegExp][] = [
    ['a name that does not fit a role name', () => forwarderIn({ name: 'Team A' }), /1 to 20 lower-case.*"Team A"/],
    [
      'a cluster id that does not fit an ARN',
      () => forwarderIn().forwarder.addCluster({ id: 'prod/*' }),
      /cluster id must match.*"prod\/\*"/,
    ],
    [
      'two clusters whose roles would have one name',
      () => {
        const { forwarder } = forwarderIn();
        forwarder.addCluster({ id: 'prod' });
        forwarder.addCluster({ id: 'Prod' });
      },
      /"prod" and "Prod"/,
    ],
    [
      'a cluster id that is too long while the region is unknown',
      () => forwarderIn().forwarder.addCluster({ id: long }),
      /too long.*64.*region/,
    ],
    ['more parallelism than Lambda has', () => forwarderIn({ routeParallelism: 11 }), /from 1 to 10, got 11/],
    [
      'incident settings that contradict each other',
      () => forwarderIn({ incidents: { windowMs: 60_000, reopenAfterMs: 30_000 } }),
      /reopenAfterMs|windowMs/,
    ],
    [
      'more rules than an environment holds',
      () =>
        forwarderIn({
          rules: Array.from({ length: 100 }, (_, i) => ({ match: { reason: `R${i}` }, drop: true })),
        }).forwarder.addCluster({ id: 'prod' }),
      /at most 3192 bytes.*beside 1 clusters.*these 100 take \d+/,
    ],
    [
      'more clusters than fit',
      () => {
        const { forwarder, stack } = forwarderIn();
        const role = new ArnPrincipal('arn:aws:iam::111122223333:role/runner');
        for (let i = 0; i < 201; i++)
          forwarder.addCluster({ id: `c${i}`, scope: new Construct(stack, `S${i}`), assumedBy: role });
      },
      /at most 200 clusters/,
    ],
  ];

  it.each(mistakes)('%s', (_what, make, message) => {
    expect(make).toThrow(
      expect.objectContaining({ name: 'KefError', code: 'ConfigInvalid', message: expect.stringMatching(message) }),
    );
  });

  it('no long cluster id once the region is known', () => {
    const { forwarder, stack } = forwarderIn({}, 'eu-west-1');
    forwarder.addCluster({ id: long });
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
      RoleName: Match.stringLikeRegexp('^kef-relay\\.eu-west-1\\.a-cluster-id.{1,40}$'),
    });
  });
});
