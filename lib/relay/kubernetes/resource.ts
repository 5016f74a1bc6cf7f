import { allNamespaces } from '../position.ts';

/** The two APIs that show the same stored Events. Only one of them is ever watched. */
export type EventApi = 'events.k8s.io/v1' | 'v1';

/** A kind of object that a source follows. */
export interface Resource {
  /** Its name in paths and rules of access. */
  readonly plural: string;
  readonly kind: string;
  /** The API to ask first; a server that has no events.k8s.io/v1 is asked for core/v1. */
  readonly api: EventApi;
  /** What the server leaves out. */
  readonly fieldSelector?: string | ((api: EventApi) => string | undefined) | undefined;
  /** Objects whose JSON does not contain this text say nothing: they are passed over without being parsed. */
  readonly mark?: string;
  /** What a relay needs that may not read it, as the log says it. */
  readonly help: string;
}

/** The Events of a cluster. */
export const eventResource: Resource = {
  plural: 'events',
  kind: 'Event',
  api: 'events.k8s.io/v1',
  help: 'The service account needs: apiGroups ["", "events.k8s.io"], resources ["events"], verbs [get, list, watch]',
};

type Query = Record<string, string | undefined>;

/** Path of a list or watch of a resource in `scope` (`*` or a namespace), with query. */
export function resourcePath(
  { plural, fieldSelector }: Pick<Resource, 'plural' | 'fieldSelector'>,
  api: EventApi,
  scope: string,
  query: Query,
): string {
  const root = api === 'v1' ? '/api/v1' : `/apis/${api}`;
  const place = scope === allNamespaces ? '' : `/namespaces/${encodeURIComponent(scope)}`;
  const parameters = new URLSearchParams();
  const selector = typeof fieldSelector === 'function' ? fieldSelector(api) : fieldSelector;
  for (const [name, value] of Object.entries({ ...query, fieldSelector: selector })) {
    if (value !== undefined) parameters.set(name, value);
  }
  const text = parameters.toString();
  return `${root}${place}/${plural}${text === '' ? '' : `?${text}`}`;
}

/** Path of a list or watch of Events in `scope` (`*` or a namespace), with query. */
export function eventsPath(api: EventApi, scope: string, query: Query): string {
  return resourcePath(eventResource, api, scope, query);
}
