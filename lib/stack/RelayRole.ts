import { Aws, Stack } from 'aws-cdk-lib';
import type { CfnPodIdentityAssociation } from 'aws-cdk-lib/aws-eks';
import { type IPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { ForwarderApi } from './ForwarderApi.ts';
import { PodIdentity } from './PodIdentity.ts';
import { deployedRoleName } from './relayRoleName.ts';
import { type EksPlace, podsOf, podsThroughRole, serviceAccountOf } from './relayTrust.ts';

/** What {@link EventForwarder.addCluster} takes. */
export interface ClusterProps {
  /** The cluster's name in this product: letters, digits, `.`, `_`, `-`; it is part of URLs, ARNs and keys. */
  readonly id: string;
  /**
   * Name of the EKS cluster. With it, the role trusts that cluster alone and the Pod Identity association is created,
   * unless {@link ClusterProps.place} says that the cluster is elsewhere.
   *
   * @default - any cluster of this account whose owner may create an association with this role
   */
  readonly eksCluster?: string;
  /**
   * Where the EKS cluster is, when not in the account and region of the forwarder. The association then has to be created
   * there: put a {@link PodIdentity} into a stack of that place with {@link RelayRole.podIdentityProps}.
   *
   * @default - where the forwarder is
   */
  readonly place?: EksPlace;
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
   * ARN of the IAM OIDC provider of the cluster's issuer, in the forwarder's account: the role then trusts the relay's
   * service account through IRSA, wherever the cluster is.
   *
   * @default - EKS Pod Identity
   */
  readonly oidcProviderArn?: string;
  /**
   * Who may take the role instead of an EKS pod, such as a role of yours when the relay runs elsewhere.
   *
   * @default - EKS Pod Identity
   */
  readonly assumedBy?: IPrincipal;
}

export interface RelayRoleProps extends ClusterProps {
  readonly api: ForwarderApi;
  readonly forwarderName: string;
}

/** Where the relay runs in its cluster unless said otherwise: the defaults of the Helm chart. */
export const relayDefaults = { namespace: 'kube-event-forwarder', serviceAccount: 'kube-event-forwarder' } as const;

/**
 * The IAM role that one cluster's relay runs as. Its only statement names two exact paths, its own; `ingest` checks the
 * role's name against the path once more, which is why the name is fixed. The role is always in the account of the API:
 * HTTP APIs have no resource policy that could let another account in.
 */
export class RelayRole extends Construct {
  readonly role: Role;
  /** Created when the EKS cluster is named and is where the forwarder is. */
  readonly association?: CfnPodIdentityAssociation;
  private readonly roleName: string;
  private readonly props: RelayRoleProps;

  constructor(scope: Construct, id: string, props: RelayRoleProps) {
    super(scope, id);
    this.props = props;
    this.roleName = deployedRoleName(props.forwarderName, Stack.of(this).region, props.id);
    this.role = new Role(this, 'Role', {
      roleName: this.roleName,
      description: `Relay of cluster ${props.id}: may post its events and read its position, nothing else.`,
      assumedBy: props.assumedBy ?? this.pods(),
    });
    this.role.addToPolicy(
      new PolicyStatement({ actions: ['execute-api:Invoke'], resources: props.api.relayArns(props.id) }),
    );
    const usesPodIdentity = props.assumedBy === undefined && props.oidcProviderArn === undefined;
    if (usesPodIdentity && props.eksCluster !== undefined && !this.isElsewhere) {
      const pods = { ...relayDefaults, ...this.podsNamed(), eksCluster: props.eksCluster };
      this.association = new PodIdentity(this, 'PodIdentity', { ...pods, relayRoleArn: this.role.roleArn }).association;
    }
  }

  /**
   * What a {@link PodIdentity} needs in a stack at the cluster's place. Text only, because CloudFormation hands nothing
   * from one account or region to another.
   */
  podIdentityProps(eksCluster: string) {
    const { account } = Stack.of(this);
    const relayRoleArn = `arn:${Aws.PARTITION}:iam::${account}:role/${this.roleName}`;
    return {
      ...this.podsNamed(),
      eksCluster,
      relayRoleArn,
      ...(this.isInOtherAccount ? { sourceRoleName: this.sourceRoleName } : {}),
    };
  }

  private get isInOtherAccount(): boolean {
    const { account } = this.props.place ?? {};
    return account !== undefined && account !== Stack.of(this).account;
  }

  private get isElsewhere(): boolean {
    const { region } = this.props.place ?? {};
    return this.isInOtherAccount || (region !== undefined && region !== Stack.of(this).region);
  }

  /** As long as a relay role's name and never one: no forwarder's name and no region has an underscore. */
  private get sourceRoleName(): string {
    const { forwarderName, place, id } = this.props;
    return deployedRoleName(forwarderName, place?.region ?? Stack.of(this).region, id).replace('-relay.', '-relay_');
  }

  private podsNamed() {
    const { namespace = relayDefaults.namespace, serviceAccount = relayDefaults.serviceAccount } = this.props;
    return { namespace, serviceAccount };
  }

  private pods(): IPrincipal {
    const { eksCluster, oidcProviderArn, place } = this.props;
    const pods = { ...this.podsNamed(), eksCluster };
    if (oidcProviderArn !== undefined) return serviceAccountOf(pods, oidcProviderArn);
    if (place?.account === undefined || !this.isInOtherAccount) return podsOf(this, pods, place);
    return podsThroughRole(this, pods, { ...place, account: place.account }, this.sourceRoleName);
  }
}
