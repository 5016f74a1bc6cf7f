import type { AttemptEnd } from './attemptEnd.ts';
import type { KubernetesConnection } from './connection.ts';
import { type ListReader, readPage } from './listAttempt.ts';
import { type EventApi, type Resource, resourcePath } from './resource.ts';

const pageLimit = '500';

/** A list that was read to its end, with the version to watch from, or how it broke. */
export type ListEnd =
  | { readonly kind: 'list'; readonly version: string; readonly pages: number }
  | Exclude<AttemptEnd, { kind: 'done' }>;

/** Reads all pages of a list. Waits for room before each, so that a long list never outruns delivery. */
export async function readList(
  connection: KubernetesConnection,
  { resource, api, scope }: { readonly resource: Resource; readonly api: EventApi; readonly scope: string },
  limits: { readonly headTimeoutMs: number; readonly idleMs: number },
  reader: ListReader,
  signal: AbortSignal,
): Promise<ListEnd> {
  let token: string | undefined;
  let version: string | undefined;
  let pages = 0;
  for (;;) {
    await reader.whenRoom();
    if (signal.aborted) return { kind: 'stopped' };
    const path = resourcePath(resource, api, scope, { limit: pageLimit, continue: token });
    const end = await readPage(connection, path, limits, reader, signal);
    if (end.kind === 'refused' && end.status.code === 410 && end.status.continueToken !== undefined) {
      // The list outlived its snapshot. The rest comes from newer data; the watch still starts at the first page's version.
      token = end.status.continueToken;
      continue;
    }
    if (end.kind !== 'page') return end;
    pages += 1;
    version ??= end.page.version;
    token = end.page.continueToken;
    if (token === undefined) return { kind: 'list', version, pages };
  }
}
