import { CfnPodIdentityAssociation } from 'aws-cdk-lib/aws-eks';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { podsOf } from './relayTrust.ts';

export interface PodIdentityProps {
  /** EKS cluster, in the account and region of the scope. */
  readonly eksCluster: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** The relay role. */
  readonly relayRoleArn: string;
  /**
   * Name of the role to create on this side when the relay role is in another account, which EKS cannot hand to pods
   * directly: pods get this role, and EKS takes the relay role with it.
   *
   * @default - the relay role is in this account
   */
  readonly sourceRoleName?: string;
}

/**
 * Gives the relay role to the relay's pods, on the side of the EKS cluster.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html
 */
export class PodIdentity extends Construct {
  readonly association: CfnPodIdentityAssociation;

  constructor(scope: Construct, id: string, props: PodIdentityProps) {
    super(scope, id);
    const { eksCluster, namespace, serviceAccount, relayRoleArn, sourceRoleName } = props;
    const pods = { clusterName: eksCluster, namespace, serviceAccount };
    if (sourceRoleName === undefined) {
      this.association = new CfnPodIdentityAssociation(this, 'Association', { ...pods, roleArn: relayRoleArn });
      return;
    }
    const source = new Role(this, 'SourceRole', {
      roleName: sourceRoleName,
      description: `Relay pods of EKS cluster ${eksCluster}: may take their relay role in the backend's account.`,
      assumedBy: podsOf(this, { eksCluster, namespace, serviceAccount }),
    });
    source.addToPolicy(
      new PolicyStatement({ actions: ['sts:AssumeRole', 'sts:TagSession'], resources: [relayRoleArn] }),
    );
    this.association = new CfnPodIdentityAssociation(this, 'Association', {
      ...pods,
      roleArn: source.roleArn,
      targetRoleArn: relayRoleArn,
    });
    this.association.node.addDependency(source);
  }
}
