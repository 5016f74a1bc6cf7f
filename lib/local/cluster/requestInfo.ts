import { type ResourceView, resourceViews } from './resources.ts';

/** What a request asks for, as the API server's own request info. */
export interface RequestInfo {
  readonly path: string;
  readonly query: URLSearchParams;
  /** `list`, `watch`, `get` for objects; the lower-case HTTP method for paths that are no resource. */
  readonly verb: string;
  readonly view: ResourceView | undefined;
  /** Empty when cluster-wide. */
  readonly namespace: string;
  readonly name: string;
}

const resourcePath = /^\/(?:api\/(v1)|apis\/([^/]+\/[^/]+))\/(?:namespaces\/([^/]+)\/)?([a-z]+)(?:\/([^/]+))?$/;

/** Reads method and URL of a request. */
export function readRequest(method: string, url: string): RequestInfo {
  const { pathname, searchParams: query } = new URL(url, 'http://cluster');
  const path = pathname.length > 1 ? pathname.replace(/\/$/, '') : pathname;
  const [, core, grouped, namespace = '', plural, name = ''] = resourcePath.exec(path) ?? [];
  const apiVersion = core ?? grouped;
  const view = resourceViews.find((known) => known.apiVersion === apiVersion && known.resource === plural);
  const isWatch = query.has('watch') && !['0', 'false'].includes(query.get('watch')?.toLowerCase() ?? '');
  const verb =
    view === undefined || method !== 'GET' ? method.toLowerCase() : name !== '' ? 'get' : isWatch ? 'watch' : 'list';
  return { path, query, verb, view, namespace: decodeURIComponent(namespace), name: decodeURIComponent(name) };
}
