import { LayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { AppOptions, ConfigInput } from '../../lib/stack/index.ts';

/** A configuration that uses every key there is: own key, all kinds of targets, clusters in every place and way. */
export const everything: ConfigInput = {
  name: 'all',
  region: 'eu-west-1',
  account: '111122223333',
  apiUrl: 'https://abc123.execute-api.eu-west-1.amazonaws.com',
  clusters: [
    { id: 'here', eksCluster: 'here-eks' },
    { id: 'unnamed' },
    { id: 'irsa', identity: 'irsa', oidcProvider: oidcProvider('eu-west-1', 'A1B2C3') },
    {
      id: 'installed',
      eksCluster: 'installed-eks',
      install: true,
      helmValues: { image: { repository: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/kef' } },
      privateEndpoint: {
        vpcId: 'vpc-0a1b2c3d',
        subnetIds: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'],
        securityGroupIds: ['sg-0a1b2c3d'],
      },
    },
    {
      id: 'installed-irsa',
      eksCluster: 'irsa-eks',
      identity: 'irsa',
      oidcProvider: oidcProvider('eu-west-1', 'D4E5F6'),
      install: true,
      helmValues: { image: { repository: 'kef' }, serviceAccount: { annotations: { team: 'sre' } } },
    },
    { id: 'other-region', eksCluster: 'far-eks', region: 'us-east-1' },
    {
      id: 'other-account',
      eksCluster: 'foreign-eks',
      account: '444455556666',
      region: 'us-east-1',
      install: true,
      helmValues: { image: { repository: 'kef' } },
    },
  ],
  retentionDays: 14,
  originalsRetentionDays: 90,
  logRetentionDays: 90,
  encryption: 'customer-managed',
  incidents: { windowMinutes: 10, stormLimitPerMinute: 50 },
  notify: {
    minSeverity: 'medium',
    emails: ['oncall@example.com'],
    webhooks: ['https://events.example.com/sns'],
    slack: { workspaceId: 'T012ABC', channelId: 'C012ABC' },
  },
  operations: {
    emails: ['platform@example.com'],
    slack: { workspaceId: 'T012ABC', channelId: 'C999XYZ' },
    silentAfterMinutes: 10,
    clusterAlarms: true,
    anomalyAlarms: true,
  },
  rules: [{ match: { reason: 'Unhealthy' }, severity: 'high' }],
  remediation: [
    {
      id: 'restart-dns',
      match: { cluster: ['here', 'irsa'], namespace: 'kube-system', reason: 'CrashLoopBackOff', minSeverity: 'high' },
      run: 'arn:aws:lambda:eu-west-1:111122223333:function:restart-dns',
    },
    {
      id: 'replace-node',
      match: { kind: 'Node' },
      on: ['escalated'],
      run: 'arn:aws:states:eu-west-1:111122223333:stateMachine:replace-node',
    },
  ],
  indexFrom: 'low',
  throttle: { requestsPerSecond: 500, burst: 1000 },
  routeParallelism: 4,
};

function oidcProvider(region: string, id: string): string {
  return `arn:aws:iam::111122223333:oidc-provider/oidc.eks.${region}.amazonaws.com/id/${id}`;
}

/** Stands for the 37 MB package with kubectl, which tests do without. */
export const stubLayer: NonNullable<AppOptions['kubectlLayer']> = (scope, id) =>
  LayerVersion.fromLayerVersionArn(scope, id, 'arn:aws:lambda:eu-west-1:111122223333:layer:kubectl:1');
