import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { relayRoleName } from '../../lib/api/relayRole.ts';
import { type Assembly, resource, resourcesOf, synthesize, type Template } from './assembly.ts';
import { everything, stubLayer } from './everything.ts';
import { asText } from './statements.ts';

let app: Assembly;
beforeAll(() => {
  app = synthesize({ config: everything, checks: false, kubectlLayer: stubLayer });
});
afterAll(() => app.remove());

function stack(name: string): Template {
  const template = app.clusters.get(`all-cluster-${name}`);
  if (template === undefined) throw new Error(`no stack ${name} among ${[...app.clusters.keys()].join(', ')}`);
  return template;
}

const types = (name: string) => [...new Set(Object.values(stack(name).Resources).map(({ Type }) => Type))].sort();
const trust = (template: Template, id = '') =>
  (resource(template, 'AWS::IAM::Role', id).Properties.AssumeRolePolicyDocument as { Statement: unknown[] })
    .Statement[0] as { Principal: Record<string, unknown>; Action: unknown; Condition: Record<string, unknown> };
const roleName = (cluster: string) => relayRoleName({ forwarder: 'all', region: 'eu-west-1', cluster });

describe('clusters', () => {
  it('are one stack each, two when they are elsewhere', () => {
    expect([...app.clusters.keys()].sort()).toEqual(
      [
        'here',
        'unnamed',
        'irsa',
        'installed',
        'installed-irsa',
        'other-region',
        'other-region-eks',
        'other-account',
        'other-account-eks',
      ]
        .map((name) => `all-cluster-${name}`)
        .sort(),
    );
  });

  it('have nothing but their access in their stacks, and no kubectl unless asked for', () => {
    expect(types('unnamed')).toEqual(['AWS::CloudWatch::Alarm', 'AWS::IAM::Policy', 'AWS::IAM::Role']);
    expect(types('here')).toEqual([
      'AWS::CloudWatch::Alarm',
      'AWS::EKS::PodIdentityAssociation',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
    ]);
    expect(types('other-region-eks')).toEqual(['AWS::EKS::PodIdentityAssociation']);
  });

  it('leave no trace of clusters in the backend but their place on the list', () => {
    expect(Object.values(app.backend.Resources).filter(({ Type }) => Type.startsWith('AWS::EKS'))).toEqual([]);
  });
});

describe('a cluster with IRSA', () => {
  it('has a role that trusts its service account alone', () => {
    const issuer = 'oidc.eks.eu-west-1.amazonaws.com/id/A1B2C3';
    expect(trust(stack('irsa'))).toEqual({
      Action: 'sts:AssumeRoleWithWebIdentity',
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` },
      Condition: {
        StringEquals: {
          [`${issuer}:sub`]: 'system:serviceaccount:kube-event-forwarder:kube-event-forwarder',
          [`${issuer}:aud`]: 'sts.amazonaws.com',
        },
      },
    });
  });

  it('is told its role when it is installed', () => {
    expect(helmValues('installed-irsa').serviceAccount).toEqual({
      name: 'kube-event-forwarder',
      roleArn: `arn:aws:iam::111122223333:role/${roleName('installed-irsa')}`,
      annotations: { team: 'sre' },
    });
  });
});

describe('a cluster in another region', () => {
  it('has its role where the API is, and its association where it is', () => {
    expect(resource(stack('other-region'), 'AWS::IAM::Role').Properties.RoleName).toBe(roleName('other-region'));
    expect(trust(stack('other-region')).Condition).toEqual({
      StringEquals: {
        'aws:SourceAccount': '111122223333',
        'aws:RequestTag/eks-cluster-arn': 'arn:aws:eks:us-east-1:111122223333:cluster/far-eks',
        'aws:RequestTag/kubernetes-namespace': 'kube-event-forwarder',
        'aws:RequestTag/kubernetes-service-account': 'kube-event-forwarder',
      },
    });
    const association = resource(stack('other-region-eks'), 'AWS::EKS::PodIdentityAssociation').Properties;
    expect(asText(association.RoleArn)).toBe(`arn:aws:iam::111122223333:role/${roleName('other-region')}`);
    expect(association.TargetRoleArn).toBeUndefined();
  });
});

describe('a cluster in another account', () => {
  const source = 'all-relay_us-east-1.other-account';

  it('gets a role there that may do nothing but take its relay role', () => {
    const there = stack('other-account-eks');
    expect(resource(there, 'AWS::IAM::Role', 'SourceRole').Properties.RoleName).toBe(source);
    expect(trust(there, 'SourceRole').Principal).toEqual({ Service: 'pods.eks.amazonaws.com' });
    const { Statement } = resource(there, 'AWS::IAM::Policy', 'SourceRole').Properties.PolicyDocument as {
      Statement: Record<string, unknown>[];
    };
    expect(Statement.map(({ Action, Resource }) => [Action, asText(Resource)])).toEqual([
      [['sts:AssumeRole', 'sts:TagSession'], `arn:aws:iam::111122223333:role/${roleName('other-account')}`],
    ]);
    const association = resource(there, 'AWS::EKS::PodIdentityAssociation').Properties;
    expect(asText(association.TargetRoleArn)).toBe(`arn:aws:iam::111122223333:role/${roleName('other-account')}`);
  });

  it('has a relay role that trusts that one role, for that one cluster and service account', () => {
    expect(trust(stack('other-account'))).toMatchObject({
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Principal: { AWS: expect.anything() },
      Condition: {
        ArnEquals: { 'aws:PrincipalArn': expect.anything() },
        StringEquals: { 'aws:RequestTag/eks-cluster-arn': 'arn:aws:eks:us-east-1:444455556666:cluster/foreign-eks' },
      },
    });
    const { Condition, Principal } = trust(stack('other-account'));
    expect(asText((Condition.ArnEquals as Record<string, unknown>)['aws:PrincipalArn'])).toBe(
      `arn:aws:iam::444455556666:role/${source}`,
    );
    expect(asText(Principal.AWS)).toBe('arn:aws:iam::444455556666:root');
  });

  it('installs with the address of the API as text', () => {
    expect(helmValues('other-account-eks')).toMatchObject({
      clusterId: 'other-account',
      apiUrl: 'https://abc123.execute-api.eu-west-1.amazonaws.com',
      region: 'eu-west-1',
    });
  });
});

describe('an installation', () => {
  it('brings the chart, with the severity rules of the backend', () => {
    expect(helmValues('installed')).toMatchObject({
      clusterId: 'installed',
      region: 'eu-west-1',
      image: { repository: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/kef' },
      config: { rules: [{ match: { reason: 'Unhealthy' }, severity: 'high' }] },
      serviceAccount: { name: 'kube-event-forwarder' },
    });
  });

  it('makes its kubectl an administrator by an access entry that goes with the stack', () => {
    const entry = resource(stack('installed'), 'AWS::EKS::AccessEntry').Properties;
    expect(entry).toMatchObject({
      ClusterName: 'installed-eks',
      PrincipalArn: { 'Fn::GetAtt': [expect.stringContaining('KubectlHandlerServiceRole'), 'Arn'] },
    });
    const chart = resourcesOf(stack('installed'), 'Custom::AWSCDK-EKS-HelmChart')[0]?.[1];
    expect(chart?.DependsOn).toEqual(expect.arrayContaining([expect.stringContaining('RelayAccess')]));
  });

  it('runs kubectl inside of the VPC when the endpoint is private', () => {
    expect(resource(stack('installed'), 'AWS::Lambda::Function', 'KubectlHandler').Properties.VpcConfig).toEqual({
      SubnetIds: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'],
      SecurityGroupIds: ['sg-0a1b2c3d'],
    });
    expect(
      resource(stack('installed-irsa'), 'AWS::Lambda::Function', 'KubectlHandler').Properties.VpcConfig,
    ).toBeUndefined();
  });
});

/** Values of the chart, references to other stacks as text. */
function helmValues(name: string): Record<string, unknown> {
  const [, chart] = resourcesOf(stack(name), 'Custom::AWSCDK-EKS-HelmChart')[0] ?? [];
  return JSON.parse(asText(chart?.Properties.Values)) as Record<string, unknown>;
}
