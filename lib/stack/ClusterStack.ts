import { createHash } from 'node:crypto';
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EventForwarder } from './EventForwarder.ts';
import { PodIdentity } from './PodIdentity.ts';
import { RelayInstallation, type RelayInstallationProps } from './RelayInstallation.ts';
import { type ClusterProps, type RelayRole, relayDefaults } from './RelayRole.ts';

/** What to install, besides what follows from the cluster. */
export type InstallationOptions = Pick<RelayInstallationProps, 'values' | 'privateEndpoint'> & {
  /** Makes the layer with kubectl in the stack that needs it. */
  readonly kubectlLayer: (scope: Construct, id: string) => RelayInstallationProps['kubectlLayer'];
};

export interface ClusterStackProps extends StackProps {
  readonly forwarder: EventForwarder;
  readonly cluster: ClusterProps;
  /** @default - nothing is installed */
  readonly installation?: InstallationOptions;
}

/** One cluster's access: its relay role, and the Pod Identity association when the EKS cluster is named. */
export class ClusterStack extends Stack {
  readonly relayRole: RelayRole;

  constructor(scope: Construct, id: string, props: ClusterStackProps) {
    const { cluster, forwarder, installation, ...stack } = props;
    super(scope, id, { description: `Kubernetes event forwarder: access of cluster ${cluster.id}.`, ...stack });
    this.relayRole = forwarder.addCluster({ ...cluster, scope: this });
    if (installation !== undefined) {
      const apiRegion = Stack.of(forwarder).region;
      install(this, { cluster, installation, apiUrl: forwarder.api.url, apiRegion, relayRole: this.relayRole });
    }
    new CfnOutput(this, 'RelayRoleArn', { value: this.relayRole.role.roleArn });
  }
}

export interface EksStackProps extends StackProps {
  /** Of the cluster's own stack, which is where the forwarder is. */
  readonly relayRole: RelayRole;
  readonly cluster: ClusterProps;
  /** Both as text: CloudFormation hands nothing from one account or region to another. */
  readonly api?: { readonly url: string; readonly region: string };
  /** @default - nothing is installed */
  readonly installation?: InstallationOptions;
}

/** The side of an EKS cluster that is in another account or region than the forwarder. */
export class EksStack extends Stack {
  constructor(scope: Construct, id: string, props: EksStackProps) {
    const { relayRole, cluster, api, installation, ...stack } = props;
    super(scope, id, {
      description: `Kubernetes event forwarder: relay in EKS cluster ${cluster.eksCluster}.`,
      ...stack,
    });
    if (cluster.eksCluster !== undefined && cluster.oidcProviderArn === undefined) {
      new PodIdentity(this, 'PodIdentity', relayRole.podIdentityProps(cluster.eksCluster));
    }
    if (installation !== undefined && api !== undefined) {
      install(this, { cluster, installation, apiUrl: api.url, apiRegion: api.region, relayRole });
    }
  }
}

function install(
  scope: Stack,
  options: {
    readonly cluster: ClusterProps;
    readonly installation: InstallationOptions;
    readonly apiUrl: string;
    readonly apiRegion: string;
    readonly relayRole: RelayRole;
  },
): void {
  const { cluster, installation, apiUrl, apiRegion, relayRole } = options;
  const { id, eksCluster, namespace, serviceAccount, oidcProviderArn } = cluster;
  if (eksCluster === undefined) return;
  new RelayInstallation(scope, 'Relay', {
    ...relayDefaults,
    ...(namespace === undefined ? {} : { namespace }),
    ...(serviceAccount === undefined ? {} : { serviceAccount }),
    eksCluster,
    cluster: id,
    apiUrl,
    apiRegion,
    values: installation.values,
    privateEndpoint: installation.privateEndpoint,
    kubectlLayer: installation.kubectlLayer(scope, 'KubectlLayer'),
    ...(oidcProviderArn === undefined ? {} : { roleArn: relayRole.podIdentityProps(eksCluster).relayRoleArn }),
  });
}

/**
 * `kef-cluster-prod`. Stack names take letters, digits and dashes only, so an id with other characters gets a hash: `a.b`
 * and `a-b` are two clusters.
 */
export function clusterStackName(forwarder: string, cluster: string): string {
  const plain = cluster.replaceAll(/[^A-Za-z0-9-]/g, '-');
  const suffix = plain === cluster ? '' : `-${createHash('sha256').update(cluster).digest('hex').slice(0, 6)}`;
  return `${forwarder}-cluster-${plain}${suffix}`;
}
