import { allNamespaces } from '../position.ts';

/** The two APIs that show the same stored Events. Only one of them is ever watched. */
export type EventApi = 'events.k8s.io/v1' | 'v1';

/** Path of a list or watch of Events in `scope` (`*` or a namespace), with query. */
export function eventsPath(api: EventApi, scope: string, query: Record<string, string | undefined>): string {
  const root = api === 'v1' ? '/api/v1' : `/apis/${api}`;
  const place = scope === allNamespaces ? '' : `/namespaces/${encodeURIComponent(scope)}`;
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, value);
  const text = parameters.toString();
  return `${root}${place}/events${text === '' ? '' : `?${text}`}`;
}
