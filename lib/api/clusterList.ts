import { createHash } from 'node:crypto';

/** Bytes one cluster takes in a cluster list. */
export const clusterListBytes = 8;

/**
 * The clusters a backend serves, as one short text. Removing a cluster from the configuration takes it off this list, and
 * with it every right of its relay: `cdk` leaves the stack of a removed cluster, and so its role, where it is until
 * somebody deletes it. Ids are hashed to 48 bits, so that 200 of any length fit into a function's environment; that a
 * cluster which was taken off is still let in has a chance of one in a million millions.
 */
export function encodeClusterList(ids: readonly string[]): string {
  return ids.map(digestOf).sort().join('');
}

/** Whether `id` is on a list that {@link encodeClusterList} made. */
export function isOnClusterList(list: string, id: string): boolean {
  const digest = digestOf(id);
  for (let at = 0; at < list.length; at += clusterListBytes) {
    if (list.startsWith(digest, at)) return true;
  }
  return false;
}

function digestOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, clusterListBytes);
}
