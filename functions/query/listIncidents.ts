import * as z from 'zod';
import { type IncidentItem, incidentsQuerySchema, type Page } from '../../lib/api/readContract.ts';
import { KefError } from '../../lib/errors.ts';
import { encodePart } from '../../lib/events/fingerprint.ts';
import { decodeCursor, encodeCursor } from '../../lib/store/cursor.ts';
import { incidentKey, lastSeenKey } from '../../lib/store/incidentKeys.ts';
import type { IncidentRow } from '../../lib/store/incidentRow.ts';
import type { IncidentPage } from '../../lib/store/incidentsTable.ts';
import { eachLimited } from '../../lib/store/retry.ts';
import { type ApiRequest, pathParameter } from '../http/request.ts';
import { readParameters, timeRange, withCursor } from './parameters.ts';
import type { QueryDependencies } from './queryDependencies.ts';

/** A place in the index `byCluster`, the same for every cluster because its sort key ends in the whole fingerprint. */
const placeSchema = z.object({ gsk: z.string(), pk: z.string() });

type Place = z.infer<typeof placeSchema>;

/** Clusters asked at once. */
const parallelClusters = 16;

const stateSchema = z.object({ since: z.string().optional(), until: z.string().optional(), after: placeSchema });

/** `GET /v1/incidents`: last seen first, of one cluster or of all. */
export async function listIncidents(
  request: ApiRequest,
  { incidents, clusters, now }: QueryDependencies,
): Promise<Page<IncidentItem>> {
  const { cursor, limit, ...query } = readParameters(request, incidentsQuerySchema);
  const from = cursor === undefined ? undefined : decodeCursor(query, cursor, stateSchema);
  const { since, until } = from ?? timeRange(query, now());
  const ids = query.cluster === undefined ? await clusters.ids() : [query.cluster];
  const pages = new Map<string, IncidentPage>();
  await withCursor(cursor, () =>
    eachLimited(ids, parallelClusters, async (cluster) => {
      const startKey = from === undefined ? undefined : { gpk: cluster, sk: incidentKey('').sk, ...from.after };
      pages.set(cluster, await incidents.list({ ...query, cluster, since, until, limit, startKey }));
    }),
  );
  const { rows, after } = mergePages([...pages.values()], limit);
  return {
    items: rows.map((row) => ({ ...row })),
    ...(after === undefined ? {} : { cursor: encodeCursor(query, { since, until, after }) }),
  };
}

/** `GET /v1/incidents/{fingerprint+}`: greedy, because API Gateway matches routes on the decoded path, slashes and all. */
export async function getIncident(request: ApiRequest, { incidents }: QueryDependencies): Promise<IncidentItem> {
  const text = pathParameter(request, 'fingerprint') ?? '';
  for (const fingerprint of new Set([text, fingerprintOfPath(text)])) {
    const row = await incidents.get(fingerprint);
    if (row !== undefined) return { ...row };
  }
  throw new KefError('NotFound', `There is no incident '${text.slice(0, 512)}'.`);
}

/**
 * Merges the clusters' pages. What a cluster has not read yet may be as new as the end of its page, so nothing older than the
 * newest such end can be shown now; that end is where the next page starts.
 */
function mergePages(pages: readonly IncidentPage[], limit: number): { rows: IncidentRow[]; after?: Place } {
  const ends = pages.flatMap(({ lastKey }) => (lastKey === undefined ? [] : [placeSchema.parse(lastKey)]));
  const end = ends.reduce<Place | undefined>((newest, place) => {
    return newest === undefined || place.gsk > newest.gsk ? place : newest;
  }, undefined);
  const known = pages
    .flatMap(({ items }) => items)
    .map((row) => ({ row, place: { gsk: lastSeenKey(row.lastSeen, row.fingerprint), pk: row.fingerprint } }))
    .filter(({ place }) => end === undefined || place.gsk >= end.gsk)
    .sort((a, b) => (a.place.gsk < b.place.gsk ? 1 : -1));
  const shown = known.slice(0, limit);
  const after = known.length > limit ? shown.at(-1)?.place : end;
  return { rows: shown.map(({ row }) => row), ...(after === undefined ? {} : { after }) };
}

/**
 * API Gateway hands path variables over decoded twice. Sent encoded once, that also takes the encoding off inside the parts
 * (`OutOfnvidia.com%2Fgpu`): it is put back, as of Kubernetes' names only the last, the reason, can hold a slash.
 */
function fingerprintOfPath(variable: string): string {
  const parts = variable.split('/');
  return [...parts.slice(0, 4), parts.slice(4).join('/')].map(encodePart).join('/');
}
