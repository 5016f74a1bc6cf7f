import { createHash } from 'node:crypto';

/** Key of an item in the Incidents table. */
export interface IncidentsKey {
  readonly pk: string;
  readonly sk: string;
}

/** The incident of a fingerprint; its parts are percent-encoded already. */
export function incidentKey(fingerprint: string): IncidentsKey {
  return { pk: fingerprint, sk: 'incident' };
}

/** The storm guard of one `cluster#namespace#reason`. A fingerprint holds no bare `#`, so the two never meet. */
export function stormKey(group: string): IncidentsKey {
  return { pk: `storm#${group}`, sk: 'storm' };
}

/** What people of one cluster were told lately. */
export function deskKey(cluster: string): IncidentsKey {
  return { pk: `desk#${cluster}`, sk: 'desk' };
}

/** A note that something has to be looked at when its time comes; all in one partition, in the order of time. */
export function dueKey(at: number, id: string): IncidentsKey {
  return {
    pk: 'due',
    sk: `${new Date(at).toISOString()}#${createHash('sha256').update(id).digest('base64url').slice(0, 16)}`,
  };
}

/** What is known about telling people of one publication. */
export function notificationKey(publicationId: string): IncidentsKey {
  return { pk: `notification#${publicationId}`, sk: 'notification' };
}

/** Sort key of the index `byCluster`: text order is order of time. */
export function lastSeenKey(lastSeen: string, fingerprint: string): string {
  // 1,024 bytes is the limit of a sort key. The start of a longer fingerprint with the time tells two apart well enough.
  return `${lastSeen}#${Buffer.from(fingerprint).subarray(0, 900).toString('utf8').replaceAll('\ufffd', '')}`;
}
