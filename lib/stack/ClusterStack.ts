import { createHash } from 'node:crypto';
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EventForwarder } from './EventForwarder.ts';
import type { ClusterProps } from './RelayRole.ts';

export interface ClusterStackProps extends StackProps {
  readonly forwarder: EventForwarder;
  readonly cluster: ClusterProps;
}

/** One cluster's access: its relay role, and the Pod Identity association when the EKS cluster is named. */
export class ClusterStack extends Stack {
  constructor(scope: Construct, id: string, props: ClusterStackProps) {
    super(scope, id, { description: `Kubernetes event forwarder: access of cluster ${props.cluster.id}.`, ...props });
    const { role } = props.forwarder.addCluster({ ...props.cluster, scope: this });
    new CfnOutput(this, 'RelayRoleArn', { value: role.roleArn });
  }
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
