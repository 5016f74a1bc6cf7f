import { Arn, Aws, Stack } from 'aws-cdk-lib';
import {
  AccountPrincipal,
  FederatedPrincipal,
  type IPrincipal,
  ServicePrincipal,
  SessionTagsPrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** Which pods. */
export interface RelayPods {
  /** @default - any EKS cluster of the account whose owner may create an association with the role */
  readonly eksCluster?: string | undefined;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** Where an EKS cluster is. */
export interface EksPlace {
  /** @default - the backend's */
  readonly account?: string | undefined;
  /** @default - the backend's */
  readonly region?: string | undefined;
}

/**
 * The relay's pods, through EKS Pod Identity. https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
 *
 * @param place where the EKS cluster is, when not where the scope is
 */
export function podsOf(scope: Construct, pods: RelayPods, place: EksPlace = {}): IPrincipal {
  const equals = {
    'aws:SourceAccount': place.account ?? Stack.of(scope).account,
    ...podTags(scope, pods, place),
  };
  return new SessionTagsPrincipal(
    new ServicePrincipal('pods.eks.amazonaws.com', { conditions: { StringEquals: equals } }),
  );
}

/** The relay's pods in another account, by way of the role that they got there. */
export function podsThroughRole(
  scope: Construct,
  pods: RelayPods,
  place: EksPlace & { readonly account: string },
  sourceRoleName: string,
): IPrincipal {
  const source = `arn:${Aws.PARTITION}:iam::${place.account}:role/${sourceRoleName}`;
  return new SessionTagsPrincipal(
    new AccountPrincipal(place.account).withConditions({
      ArnEquals: { 'aws:PrincipalArn': source },
      StringEquals: podTags(scope, pods, place),
    }),
  );
}

/** The relay's service account, through the cluster's OIDC issuer (IRSA). */
export function serviceAccountOf({ namespace, serviceAccount }: RelayPods, oidcProviderArn: string): IPrincipal {
  const issuer = oidcProviderArn.slice(oidcProviderArn.indexOf('oidc-provider/') + 'oidc-provider/'.length);
  return new FederatedPrincipal(
    oidcProviderArn,
    {
      StringEquals: {
        [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${serviceAccount}`,
        [`${issuer}:aud`]: 'sts.amazonaws.com',
      },
    },
    'sts:AssumeRoleWithWebIdentity',
  );
}

function podTags(scope: Construct, pods: RelayPods, place: EksPlace): Record<string, string> {
  const { eksCluster, namespace, serviceAccount } = pods;
  const tags: Record<string, string> = {
    'aws:RequestTag/kubernetes-namespace': namespace,
    'aws:RequestTag/kubernetes-service-account': serviceAccount,
  };
  if (eksCluster !== undefined) {
    const { account, region, partition } = Stack.of(scope);
    tags['aws:RequestTag/eks-cluster-arn'] = Arn.format({
      partition,
      service: 'eks',
      region: place.region ?? region,
      account: place.account ?? account,
      resource: 'cluster',
      resourceName: eksCluster,
    });
  }
  return tags;
}
