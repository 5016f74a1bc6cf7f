import type { JsonObject } from './json.ts';
import { type ResourceName, type ResourceView, resourceViews } from './resources.ts';

/** The version this cluster says it is. */
export const kubernetesVersion = 'v1.36.3';

/** Answers of the paths that are no resource: version, health, discovery. `undefined` for any other path. */
export function discoveryOf(path: string, serverAddress: string): JsonObject | string | undefined {
  if (path === '/healthz' || path === '/livez' || path === '/readyz') return 'ok';
  if (path === '/version') return version;
  if (path === '/api') {
    return {
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
    };
  }
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: [eventsGroup] };
  if (path === '/apis/events.k8s.io') return { kind: 'APIGroup', apiVersion: 'v1', ...eventsGroup };
  if (path === '/api/v1') return resourceList('v1');
  if (path === '/apis/events.k8s.io/v1') return resourceList('events.k8s.io/v1');
  return undefined;
}

const version: JsonObject = {
  major: '1',
  minor: '36',
  gitVersion: kubernetesVersion,
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: 'go1.26.8',
  compiler: 'gc',
  platform: 'linux/amd64',
};

const eventsVersion = { groupVersion: 'events.k8s.io/v1', version: 'v1' };
const eventsGroup = { name: 'events.k8s.io', versions: [eventsVersion], preferredVersion: eventsVersion };

function resourceList(groupVersion: string): JsonObject {
  const resources = resourceViews.filter((view) => view.apiVersion === groupVersion).map(resourceOf);
  return { kind: 'APIResourceList', ...(groupVersion === 'v1' ? {} : { apiVersion: 'v1' }), groupVersion, resources };
}

const shortNames: Readonly<Record<ResourceName, string>> = { events: 'ev', nodes: 'no', pods: 'po' };

function resourceOf(view: ResourceView): JsonObject {
  return {
    name: view.resource,
    singularName: view.kind.toLowerCase(),
    namespaced: view.isNamespaced,
    kind: view.kind,
    verbs: ['get', 'list', 'watch'],
    shortNames: [shortNames[view.resource]],
  };
}
