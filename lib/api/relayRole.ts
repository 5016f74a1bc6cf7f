import { createHash } from 'node:crypto';
import { KefError } from '../errors.ts';
import { isClusterId } from './clusterId.ts';

/** IAM's limit for a role name. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const maxRoleNameLength = 64;

/** No dot: the dot separates the parts of a role name, which keeps two triples from ever sharing one. */
const forwarderPattern = /^[A-Za-z][A-Za-z0-9-]*$/;

/** What a relay's role name is made of. */
export interface RelayRoleParts {
  /** Name of the backend, `kef` unless configured. */
  readonly forwarder: string;
  /** Roles are global in an account, backends are not. */
  readonly region: string;
  readonly cluster: string;
}

/**
 * Name of the one IAM role whose holder may post as `cluster`: `kef-relay.eu-west-1.prod`. The stack creates the role
 * under this name and ingest expects the caller to hold it, so both derive it here and no table of roles is needed.
 * A name that would be too long is cut and ends in a hash of the whole.
 *
 * @throws KefError `ConfigInvalid` when a part has characters that would make the name ambiguous
 */
export function relayRoleName({ forwarder, region, cluster }: RelayRoleParts): string {
  if (!forwarderPattern.test(forwarder)) {
    throw new KefError(
      'ConfigInvalid',
      `A backend's name is letters, digits and dashes and starts with a letter; it was '${forwarder}'.`,
    );
  }
  if (!isClusterId(cluster)) {
    throw new KefError(
      'ConfigInvalid',
      `A cluster id is 1 to 63 letters, digits, '.', '_' or '-' and starts with a letter or digit; it was '${cluster}'.`,
    );
  }
  const name = `${forwarder}-relay.${region}.${cluster}`;
  if (name.length <= maxRoleNameLength) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return `${name.slice(0, maxRoleNameLength - hash.length - 1)}.${hash}`;
}
