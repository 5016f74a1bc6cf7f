import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Annotations, Duration } from 'aws-cdk-lib';
import { type ISecurityGroup, type ISubnet, SecurityGroup, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  AccessEntry,
  AccessPolicy,
  AccessScopeType,
  Cluster,
  HelmChart,
  KubectlProvider,
} from 'aws-cdk-lib/aws-eks-v2';
import type { ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { KefError } from '../errors.ts';
import { acknowledgeKubectl } from './acknowledgeKubectl.ts';

export interface RelayInstallationProps {
  /** EKS cluster, in the account and region of the scope. It must allow access entries (authentication mode `API…`). */
  readonly eksCluster: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly apiUrl: string;
  /** Region of the API. */
  readonly apiRegion: string;
  /**
   * The relay role, for IRSA.
   *
   * @default - EKS Pod Identity, which needs nothing in the cluster
   */
  readonly roleArn?: string | undefined;
  /**
   * Values for the chart, over those that follow from the rest. `image.repository` has to name a registry of yours.
   *
   * @default - none
   */
  readonly values?: Readonly<Record<string, unknown>> | undefined;
  /** Layer with kubectl and helm, within one minor version of the cluster, such as `new KubectlV36Layer(…)`. */
  readonly kubectlLayer: ILayerVersion;
  /**
   * Where kubectl runs when the cluster's endpoint is private.
   *
   * @default - outside of any VPC; the endpoint has to be public
   */
  readonly privateEndpoint?: PrivateEndpoint | undefined;
}

/** Where a private endpoint of an EKS cluster can be reached from. */
export interface PrivateEndpoint {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/**
 * The relay's Helm chart, installed by CloudFormation. The only part of this product that has access to a cluster: a
 * function with kubectl, made a cluster administrator by an access entry of its own, which goes with the stack. Whoever would
 * rather not has `helm install` and `kef manifests`.
 */
export class RelayInstallation extends Construct {
  constructor(scope: Construct, id: string, props: RelayInstallationProps) {
    super(scope, id);
    const { eksCluster, namespace, kubectlLayer } = props;
    const network = props.privateEndpoint === undefined ? undefined : this.network(props.privateEndpoint);
    // An imported cluster ignores kubectl options, so the provider comes first, for a reference to the cluster, and the
    // cluster that is worked with is imported a second time with the provider.
    const reference = Cluster.fromClusterAttributes(this, 'Reference', {
      clusterName: eksCluster,
      ...(network === undefined ? {} : { vpc: network.vpc }),
    });
    const kubectlProvider = new KubectlProvider(this, 'Kubectl', {
      cluster: reference,
      kubectlLayer,
      ...(network === undefined ? {} : { privateSubnets: network.subnets, securityGroups: network.securityGroups }),
    });
    const { role } = kubectlProvider;
    if (role === undefined) throw new KefError('Internal', 'CDK made a kubectl provider without a role.');
    const cluster = Cluster.fromClusterAttributes(this, 'Cluster', { clusterName: eksCluster, kubectlProvider });
    const entry = new AccessEntry(this, 'Access', {
      cluster,
      principal: role.roleArn,
      // The chart creates a ClusterRole, which nobody below an administrator may hand out.
      accessPolicies: [
        AccessPolicy.fromAccessPolicyName('AmazonEKSClusterAdminPolicy', { accessScopeType: AccessScopeType.CLUSTER }),
      ],
    });
    const chartFiles = new Asset(this, 'ChartFiles', { path: chartDirectory() });
    const chart = new HelmChart(this, 'Chart', {
      cluster,
      chartAsset: chartFiles,
      release: 'kube-event-forwarder',
      namespace,
      createNamespace: true,
      atomic: true,
      timeout: Duration.minutes(5),
      values: relayValues(props),
    });
    chart.node.addDependency(entry);
    acknowledgeKubectl(kubectlProvider, chartFiles);
  }

  private network({ vpcId, subnetIds, securityGroupIds }: PrivateEndpoint) {
    return {
      // Zones are asked for and not used: the subnets are named.
      vpc: Vpc.fromVpcAttributes(this, 'Vpc', { vpcId, availabilityZones: ['unused'] }),
      subnets: subnetIds.map((subnetId): ISubnet => {
        const subnet = Subnet.fromSubnetId(this, subnetId, subnetId);
        Annotations.of(subnet).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId', 'Nothing is routed here.');
        return subnet;
      }),
      securityGroups: securityGroupIds.map(
        (groupId): ISecurityGroup => SecurityGroup.fromSecurityGroupId(this, groupId, groupId, { mutable: false }),
      ),
    };
  }
}

function relayValues(props: RelayInstallationProps): Record<string, unknown> {
  const { cluster, apiUrl, apiRegion, serviceAccount, roleArn, values = {} } = props;
  const own = values.serviceAccount;
  return {
    clusterId: cluster,
    apiUrl,
    region: apiRegion,
    ...values,
    serviceAccount: {
      name: serviceAccount,
      ...(roleArn === undefined ? {} : { roleArn }),
      ...(typeof own === 'object' ? own : {}),
    },
  };
}

/** The chart's files: beside `lib` in a clone, beside `dist` in the npm package. */
function chartDirectory(): string {
  const places = ['../../charts/kube-event-forwarder', '../../../charts/kube-event-forwarder'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const found = places.find((path) => existsSync(path));
  if (found === undefined)
    throw new KefError('ConfigInvalid', `the relay's Helm chart is not at ${places.join(' or ')}`);
  return found;
}
