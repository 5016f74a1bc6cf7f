import { createHash } from 'node:crypto';
import { App, Stack } from 'aws-cdk-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEksArns } from '../../lib/api/eksClusters.ts';
import { parseConfig } from '../../lib/stack/index.ts';
import { ServedClusters } from '../../lib/stack/ServedClusters.ts';
import { type Assembly, resource, resourcesOf, synthesize, type Template } from './assembly.ts';
import { everything, stubLayer } from './everything.ts';
import { identityStatements } from './statements.ts';

const variables = (template: Template, name: string) =>
  (
    resource(template, 'AWS::Lambda::Function', `Forwarder${name}`).Properties.Environment as {
      Variables: Record<string, string>;
    }
  ).Variables;

describe('with everything switched on', () => {
  let app: Assembly;
  beforeAll(() => {
    app = synthesize({ config: everything, checks: false, kubectlLayer: stubLayer });
  });
  afterAll(() => app.remove());

  it('ingest and query are told what the index leaves out', () => {
    expect(variables(app.backend, 'Ingest').INDEX_FROM).toBe('low');
    expect(variables(app.backend, 'Query').INDEX_FROM).toBe('low');
  });

  it.each(['Route', 'Watch'])('%s names EKS clusters by their ARNs, wherever they are', (name) => {
    const { EKS_NAMES, EKS_ARN } = variables(app.backend, name);
    expect(JSON.stringify(EKS_ARN)).toContain(':eks:eu-west-1:111122223333:cluster/');
    const arnOf = readEksArns(EKS_NAMES ?? '', 'arn:aws:eks:eu-west-1:111122223333:cluster/');
    expect(arnOf('here')).toBe('arn:aws:eks:eu-west-1:111122223333:cluster/here-eks');
    expect(arnOf('other-region')).toBe('arn:aws:eks:us-east-1:111122223333:cluster/far-eks');
    expect(arnOf('other-account')).toBe('arn:aws:eks:us-east-1:444455556666:cluster/foreign-eks');
    expect(arnOf('unnamed')).toBeUndefined();
  });

  it('remedies start what they name, for what they match, with a dead-letter queue', () => {
    const rules = resourcesOf(app.backend, 'AWS::Events::Rule').filter(([id]) => id.includes('Remediation'));
    expect(rules.map(([, { Properties }]) => Properties.EventPattern)).toEqual([
      {
        source: ['kubernetes'],
        'detail-type': ['event.k8s.received', 'event.k8s.escalated'],
        detail: {
          clusterId: ['here', 'irsa'],
          namespace: ['kube-system'],
          severity: expect.toSatisfy((list: string[]) => list.toSorted().join() === 'critical,high'),
          labels: { effective_reason: ['CrashLoopBackOff'], backlog: [{ exists: false }] },
        },
      },
      {
        source: ['kubernetes'],
        'detail-type': ['event.k8s.escalated'],
        detail: { labels: { involved_kind: ['Node'], backlog: [{ exists: false }] } },
      },
    ]);
    const targets = rules.flatMap(([, { Properties }]) => Properties.Targets as Record<string, unknown>[]);
    expect(targets.map(({ Arn }) => Arn)).toEqual(everything.remediation?.map(({ run }) => run));
    for (const target of targets) expect(target).toHaveProperty('DeadLetterConfig.Arn');
    expect(JSON.stringify(resourcesOf(app.backend, 'AWS::Lambda::Permission'))).toContain('function:restart-dns');
    const starts = identityStatements(app.backend).filter(({ actions }) => actions.includes('states:StartExecution'));
    expect(starts.map(({ resources }) => resources)).toEqual([
      ['arn:aws:states:eu-west-1:111122223333:stateMachine:replace-node'],
    ]);
  });
});

describe('without an archive', () => {
  let app: Assembly;
  beforeAll(() => {
    app = synthesize({ config: { clusters: [{ id: 'prod' }], archive: false }, checks: false });
  });
  afterAll(() => app.remove());

  it('ingest writes to no bucket', () => {
    expect(variables(app.backend, 'Ingest')).not.toHaveProperty('ORIGINALS_BUCKET');
    const writers = identityStatements(app.backend).filter(({ actions }) => actions.includes('s3:PutObject'));
    expect(writers.map(({ holder }) => holder)).toEqual([expect.stringContaining('RouteRole')]);
  });

  it('functions are told nothing about an index that holds everything', () => {
    expect(variables(app.backend, 'Ingest')).not.toHaveProperty('INDEX_FROM');
    expect(variables(app.backend, 'Query')).not.toHaveProperty('INDEX_FROM');
  });
});

describe('very many EKS clusters with very long names', () => {
  it('leave the ARNs out and nothing else, and synthesis says so', () => {
    const stack = new Stack(new App(), 'Stack');
    const served = new ServedClusters(stack, []);
    for (let i = 0; i < 200; i++) {
      const eksCluster = createHash('sha512').update(`${i}`).digest('hex').slice(0, 100);
      served.add({ id: `cluster-${i}`, eksCluster });
    }
    expect(stack.resolve(served.eksNames)).toBe('');
    expect(stack.resolve(served.list)).toHaveLength(1600);
    const notes = stack.node.metadata.filter(({ type }) => type === 'aws:cdk:info').map(({ data }) => data);
    expect(notes).toEqual([expect.stringContaining('events on the bus go without "resources"')]);
  });
});

it('a remedy that could not be started is refused', () => {
  const complaint = () =>
    parseConfig({
      region: 'eu-west-1',
      account: '111122223333',
      clusters: [{ id: 'prod' }],
      remediation: [
        { id: 'far', match: {}, run: 'arn:aws:lambda:us-east-1:111122223333:function:far' },
        { id: 'FAR', match: {}, run: 'arn:aws:lambda:eu-west-1:111122223333:function:far:live' },
      ],
    });
  expect(complaint).toThrow(
    /remediation\[0\]\.run is in us-east-1, .* a rule starts only what is beside its bus, in eu-west-1/,
  );
  expect(complaint).toThrow(/remediation\[1\]\.id is "FAR" a second time; rename one/);
  expect(complaint).toThrow(
    /remediation\[1\]\.run must be the ARN of a Lambda function or of a Step Functions state machine/,
  );
});
