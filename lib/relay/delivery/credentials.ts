import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { Credentials } from '../../api/signedFetch.ts';

/**
 * Credentials that a cluster's requests are signed with: those of the SDK's default chain or, with a role, those of that role, which
 * the default chain's may assume. That is how one process posts for several clusters, each of which has a role of its own.
 */
export function credentialsOf(
  { aws_region, role_arn }: { readonly aws_region: string; readonly role_arn?: string | undefined },
  sessionName: string,
): () => Promise<Credentials> {
  const clientConfig = { region: aws_region };
  const chain = fromNodeProviderChain({ clientConfig });
  if (role_arn === undefined) return chain;
  const RoleSessionName = sessionName.replace(/[^\w+=,.@-]/g, '-').slice(0, 64);
  return fromTemporaryCredentials({
    masterCredentials: chain,
    clientConfig,
    params: { RoleArn: role_arn, RoleSessionName },
  });
}
