import { Aws, Token } from 'aws-cdk-lib';
import { relayRoleName } from '../api/relayRole.ts';
import { KefError } from '../errors.ts';

/** As long as the longest region name in any partition, and impossible as one. */
export const regionPlaceholder = 'xx-xxxxxxxxxx-0';

/**
 * The role name that `ingest` expects, in a stack whose region may be known only at deployment: the name is then built
 * around a placeholder of the greatest possible length, which is safe as long as nothing had to be cut.
 *
 * @throws KefError ConfigInvalid when something had to be cut
 */
export function deployedRoleName(forwarder: string, region: string, cluster: string): string {
  if (!Token.isUnresolved(region)) {
    return relayRoleName({ forwarder, region, cluster });
  }
  if (roleNameTooLong({ name: forwarder, region: undefined, id: cluster })) {
    throw new KefError(
      'ConfigInvalid',
      `cluster id "${cluster}" is too long for a relay role whose region is not known yet (IAM role names end at 64 ` +
        'characters). Shorten the id or the forwarder name, or give the stack a region (region: … in kef.config.yaml).',
    );
  }
  return relayRoleName({ forwarder, region: regionPlaceholder, cluster }).split(regionPlaceholder).join(Aws.REGION);
}

/** Whether a role name would have to be cut around a region that nobody knows yet. */
export function roleNameTooLong(parts: { name: string; region: string | undefined; id: string }): boolean {
  return parts.region === undefined && `${parts.name}-relay.${regionPlaceholder}.${parts.id}`.length > 64;
}
