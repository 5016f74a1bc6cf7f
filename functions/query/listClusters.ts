import * as z from 'zod';
import type { ClusterItem, Page } from '../../lib/api/readContract.ts';
import type { ClusterRow } from '../../lib/store/clusterRow.ts';
import type { ApiRequest } from '../http/request.ts';
import { readParameters } from './parameters.ts';
import type { QueryDependencies } from './queryDependencies.ts';

/** `GET /v1/clusters`: every cluster that ever posted, in order of ids; a backend has tens, so there is one page. */
export async function listClusters(
  request: ApiRequest,
  { clusters, now }: QueryDependencies,
): Promise<Page<ClusterItem>> {
  readParameters(request, z.strictObject({}));
  const nowMs = now();
  return { items: (await clusters.list()).map((row) => toClusterItem(row, nowMs)) };
}

function toClusterItem({ heartbeat, gapCount, gapDropped, lastGaps, ...row }: ClusterRow, nowMs: number): ClusterItem {
  return {
    ...row,
    lastHeartbeat: heartbeat,
    silentSeconds: Math.max(0, Math.round((nowMs - Date.parse(heartbeat)) / 1_000)),
    gaps: { count: gapCount, dropped: gapDropped, last: lastGaps },
  };
}
