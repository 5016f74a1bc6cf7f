import { Aws, Stack, Token } from 'aws-cdk-lib';
import { CfnPodIdentityAssociation } from 'aws-cdk-lib/aws-eks';
import { type IPrincipal, PolicyStatement, Role, ServicePrincipal, SessionTagsPrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { relayRoleName } from '../api/relayRole.ts';
import { KefError } from '../errors.ts';
import type { ForwarderApi } from './ForwarderApi.ts';

/** What {@link EventForwarder.addCluster} takes. */
export interface ClusterProps {
  /** The cluster's name in this product: letters, digits, `.`, `_`, `-`; it is part of URLs, ARNs and keys. */
  readonly id: string;
  /**
   * Name of the EKS cluster. With it, the role trusts that cluster alone and the Pod Identity association is created;
   * the cluster must be in the account and region of the scope.
   *
   * @default - any cluster of this account whose owner may create an association with this role
   */
  readonly eksCluster?: string;
  /**
   * Kubernetes namespace of the relay.
   *
   * @default 'kube-event-forwarder'
   */
  readonly namespace?: string;
  /**
   * Service account of the relay.
   *
   * @default 'kube-event-forwarder'
   */
  readonly serviceAccount?: string;
  /**
   * Who may take the role instead of an EKS pod: an IRSA principal, or a role of yours when the relay runs elsewhere.
   *
   * @default - EKS Pod Identity
   */
  readonly assumedBy?: IPrincipal;
}

export interface RelayRoleProps extends ClusterProps {
  readonly api: ForwarderApi;
  readonly forwarderName: string;
}

/**
 * The IAM role that one cluster's relay runs as. Its only statement names two exact paths, its own; `ingest` checks the
 * role's name against the path once more, which is why the name is fixed.
 */
export class RelayRole extends Construct {
  readonly role: Role;
  /** Created when the EKS cluster is named. */
  readonly association?: CfnPodIdentityAssociation;

  constructor(scope: Construct, id: string, props: RelayRoleProps) {
    super(scope, id);
    const namespace = props.namespace ?? 'kube-event-forwarder';
    const serviceAccount = props.serviceAccount ?? 'kube-event-forwarder';
    this.role = new Role(this, 'Role', {
      roleName: roleNameFor(this, props),
      description: `Relay of cluster ${props.id}: may post its events and read its position, nothing else.`,
      assumedBy: props.assumedBy ?? this.podIdentity(namespace, serviceAccount, props.eksCluster),
    });
    this.role.addToPolicy(
      new PolicyStatement({ actions: ['execute-api:Invoke'], resources: props.api.relayArns(props.id) }),
    );
    if (props.eksCluster !== undefined && props.assumedBy === undefined) {
      this.association = new CfnPodIdentityAssociation(this, 'Association', {
        clusterName: props.eksCluster,
        namespace,
        serviceAccount,
        roleArn: this.role.roleArn,
      });
    }
  }

  /** https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html */
  private podIdentity(namespace: string, serviceAccount: string, eksCluster: string | undefined): IPrincipal {
    const equals: Record<string, string> = {
      'aws:SourceAccount': Stack.of(this).account,
      'aws:RequestTag/kubernetes-namespace': namespace,
      'aws:RequestTag/kubernetes-service-account': serviceAccount,
    };
    if (eksCluster !== undefined) {
      equals['aws:RequestTag/eks-cluster-arn'] = Stack.of(this).formatArn({
        service: 'eks',
        resource: 'cluster',
        resourceName: eksCluster,
      });
    }
    const pods = new ServicePrincipal('pods.eks.amazonaws.com', { conditions: { StringEquals: equals } });
    return new SessionTagsPrincipal(pods);
  }
}

/** As long as the longest region name in any partition, and impossible as one. */
const regionPlaceholder = 'xx-xxxxxxxxxx-0';

/**
 * The name that `ingest` expects. In an environment-agnostic stack the region is known only at deployment: the name is
 * then built around a placeholder of the greatest possible length, which is safe as long as nothing had to be cut.
 */
function roleNameFor(scope: Construct, props: RelayRoleProps): string {
  const { region } = Stack.of(scope);
  const name = (of: string) => relayRoleName({ forwarder: props.forwarderName, region: of, cluster: props.id });
  if (!Token.isUnresolved(region)) {
    return name(region);
  }
  const parts = name(regionPlaceholder).split(regionPlaceholder);
  if (parts.length !== 2 || !parts.some((part) => part.includes(props.id))) {
    throw new KefError(
      'ConfigInvalid',
      `cluster id "${props.id}" is too long for a relay role whose region is not known yet (IAM role names end at 64 ` +
        'characters). Shorten the id or the forwarder name, or give the stack a region (region: … in kef.config.yaml).',
    );
  }
  return parts.join(Aws.REGION);
}
