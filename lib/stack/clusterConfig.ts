import * as z from 'zod';
import { clusterIdPattern } from '../api/clusterId.ts';
import { accountText, regionText } from './placeConfig.ts';

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
const dnsLabel = z
  .string('must be text')
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be a Kubernetes name: lower-case letters, digits and dashes');

const subnetId = z.string('must be text').regex(/^subnet-[0-9a-f]{8,17}$/, 'must be a subnet id like subnet-0a1b2c3d');
const securityGroupId = z
  .string('must be text')
  .regex(/^sg-[0-9a-f]{8,17}$/, 'must be a security group id like sg-0a1b2c3d');

/** One entry of `clusters` in `kef.config.yaml`. */
export const clusterSchema = z
  .strictObject({
    /** Names the cluster in URLs, roles and keys. */
    id: z
      .string('must be text (quote it if it looks like a number)')
      .regex(clusterIdPattern, 'must be 1 to 63 letters, digits, ".", "_" or "-" and begin with a letter or digit'),
    /** EKS cluster name: the role then trusts that cluster alone, and its Pod Identity association is created. */
    eksCluster: z
      .string('must be text')
      .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/, 'must be an EKS cluster name: letters, digits, dashes and underscores')
      .optional(),
    /** Region of the cluster. @default the backend's */
    region: regionText.optional(),
    /** Account of the cluster. @default the backend's */
    account: accountText.optional(),
    /** How the relay gets its AWS credentials. @default 'pod-identity' */
    identity: z.enum(['pod-identity', 'irsa'], 'must be pod-identity or irsa').optional(),
    /** For IRSA: the IAM OIDC provider of the cluster's issuer, in the backend's account. */
    oidcProvider: z
      .string('must be text')
      .regex(
        /^arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/[A-Za-z0-9.-]+(\/[A-Za-z0-9._/-]+)?$/,
        'must be the ARN of an IAM OIDC provider, arn:aws:iam::ACCOUNT:oidc-provider/oidc.eks.REGION.amazonaws.com/id/ID',
      )
      .optional(),
    /** @default 'kube-event-forwarder' */
    namespace: dnsLabel.optional(),
    /** @default 'kube-event-forwarder' */
    serviceAccount: dnsLabel.optional(),
    /** Install the relay's Helm chart from the stack, which needs kubectl access to the cluster. @default false */
    install: z.boolean('must be true or false').optional(),
    /** Values for the chart, over its own. */
    helmValues: z.record(z.string(), z.json(), 'must be a mapping, as in values.yaml').optional(),
    /** Where kubectl runs when the cluster's endpoint is private. @default outside of any VPC */
    privateEndpoint: z
      .strictObject({
        vpcId: z.string('must be text').regex(/^vpc-[0-9a-f]{8,17}$/, 'must be a VPC id like vpc-0a1b2c3d'),
        subnetIds: z.array(subnetId, 'must be a list of subnet ids').min(1, 'must name at least one subnet'),
        securityGroupIds: z
          .array(securityGroupId, 'must be a list of security group ids')
          .min(1, 'must name at least one security group'),
      })
      .optional(),
  })
  .superRefine(refuseContradictions, { when: ({ value }) => typeof value === 'object' && value !== null });

/** A cluster with nothing left open but what has its default elsewhere. */
export type ClusterConfig = z.output<typeof clusterSchema>;

function hasImage(values: unknown): boolean {
  const parsed = z.object({ image: z.object({ repository: z.string().min(1) }) }).safeParse(values);
  return parsed.success;
}

/** Keys that need each other. Looks at half-valid entries too, so that all mistakes come at once. */
function refuseContradictions(cluster: Partial<Record<string, unknown>>, context: z.RefinementCtx): void {
  const refuse = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
  const { identity, oidcProvider, install, eksCluster, helmValues, privateEndpoint, region, account } = cluster;
  if (identity === 'irsa' && oidcProvider === undefined) {
    refuse('identity', 'irsa needs oidcProvider, the ARN of the IAM OIDC provider of this cluster');
  }
  if (identity !== 'irsa' && oidcProvider !== undefined) {
    refuse('oidcProvider', 'is for "identity: irsa"; add that, or remove this key to use Pod Identity');
  }
  if (install === true && eksCluster === undefined) {
    refuse('install', 'needs eksCluster, the name of the cluster to install into');
  }
  if (install === true && !hasImage(helmValues)) {
    refuse(
      'install',
      "needs the relay's image in a registry of yours: build and push it, and name it as helmValues.image.repository",
    );
  }
  for (const [key, value] of Object.entries({ helmValues, privateEndpoint })) {
    if (value !== undefined && install !== true) refuse(key, 'has no effect without "install: true"');
  }
  if ((region !== undefined || account !== undefined) && eksCluster === undefined && identity !== 'irsa') {
    refuse(
      region === undefined ? 'account' : 'region',
      'says where an EKS cluster is; name it with eksCluster, or remove this key',
    );
  }
  if (typeof oidcProvider === 'string' && typeof region === 'string') {
    const issuerRegion = /oidc\.eks\.([a-z0-9-]+)\./.exec(oidcProvider)?.[1];
    if (issuerRegion !== undefined && issuerRegion !== region) {
      refuse('oidcProvider', `is of a cluster in ${issuerRegion}, but this cluster is in region ${region}`);
    }
  }
}
