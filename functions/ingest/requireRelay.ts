import { isClusterId } from '../../lib/api/clusterId.ts';
import { isOnClusterList } from '../../lib/api/clusterList.ts';
import { relayRoleName } from '../../lib/api/relayRole.ts';
import { KefError } from '../../lib/errors.ts';
import { type ApiRequest, pathParameter } from '../http/request.ts';

/** Which backend this is. */
export interface Backend {
  readonly forwarder: string;
  readonly region: string;
  /** Account of the relay roles. @default the account that owns the API */
  readonly accountId?: string | undefined;
  /** The clusters that are served, see `lib/api/clusterList.ts`. @default every one whose relay role exists */
  readonly clusterList?: string | undefined;
}

/**
 * The cluster a request is about, once its caller is known to be that cluster's relay. IAM has checked the path already;
 * this holds even where somebody's policy says `*`. Clusters nobody set up have no role, so they end here as well.
 *
 * @throws KefError `ClusterForbidden`
 */
export function requireRelay(request: ApiRequest, backend: Backend): string {
  const cluster = pathParameter(request, 'cluster') ?? '';
  const caller = assumedRole(request.requestContext.authorizer?.iam?.userArn);
  const account = backend.accountId ?? request.requestContext.accountId;
  if (isClusterId(cluster) && caller !== undefined && caller.account === account) {
    if (caller.role === relayRoleName({ ...backend, cluster })) return requireServed(cluster, backend);
  }
  throw new KefError(
    'ClusterForbidden',
    `Only the relay role of cluster '${cluster.slice(0, 63)}' may do this; the caller is ${caller === undefined ? 'no role' : `role '${caller.role}'`}.`,
  );
}

/** A role outlives its cluster's place in the configuration until somebody deletes its stack; what it may do does not. */
function requireServed(cluster: string, { clusterList }: Backend): string {
  if (clusterList === undefined || isOnClusterList(clusterList, cluster)) return cluster;
  throw new KefError(
    'ClusterForbidden',
    `Cluster '${cluster}' is not in the configuration of this backend; add it to kef.config.yaml and deploy, or stop its relay.`,
  );
}

function assumedRole(userArn: string | undefined): { account: string; role: string } | undefined {
  const match = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\/./.exec(userArn ?? '');
  return match?.[1] === undefined || match[2] === undefined ? undefined : { account: match[1], role: match[2] };
}
