import { fullname, labels, serviceAccountName } from '../helpers.ts';
import { all, isSet, not } from '../template/condition.ts';
import { objects, objectsPer, type Template } from '../template/document.ts';
import { type Expression, type Joined, joined, quoted } from '../template/expression.ts';
import { type Item, type Mapping, when } from '../template/node.ts';
import { metadata, releaseNamespace } from './metadata.ts';

const create = isSet(({ Values }) => Values.rbac.create);
const isNamespaced = isSet(({ Values }) => Values.namespaces);
const watchesPods = isSet(({ Values }) => Values.signals.pods);
const watchesNodes = isSet(({ Values }) => Values.signals.nodes);

const read = ['get', 'list', 'watch'];
/** The same objects under two names; the relay asks for the first and falls back to the second on old servers. */
const events: Item[] = [
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: read },
  { apiGroups: [''], resources: ['events'], verbs: read },
];
const pods: Item = when(watchesPods, { apiGroups: [''], resources: ['pods'], verbs: read });
const nodes: Mapping = { apiGroups: [''], resources: ['nodes'], verbs: read };

type RoleKind = 'Role' | 'ClusterRole';

function role(kind: RoleKind, meta: Mapping, rules: readonly Item[]): Mapping {
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: meta, rules };
}

function binding(kind: RoleKind, meta: Mapping, roleName: Expression<string | number> | Joined): Mapping {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: `${kind}Binding`,
    metadata: meta,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: roleName },
    subjects: [{ kind: 'ServiceAccount', name: serviceAccountName, namespace: releaseNamespace }],
  };
}

const clusterWide = { name: fullname, labels };
const nodeReader = { name: joined`${fullname}-nodes`, labels };
const lease = metadata(joined`${fullname}-leader`);

/**
 * What the relay may do: read Events, and Pods or Nodes only for the signals that are derived from them. A relay of some
 * namespaces has rights there only. The one thing it may ever write is its own Lease.
 */
export const rbac: Template = {
  file: 'rbac.yaml',
  documents: [
    objects(
      [
        role('ClusterRole', clusterWide, [...events, pods, when(watchesNodes, nodes)]),
        binding('ClusterRole', clusterWide, fullname),
      ],
      all(create, not(isNamespaced)),
    ),
    objectsPer(
      ({ Values }) => Values.namespaces,
      'namespace',
      (namespace) => {
        const meta = { name: fullname, namespace: quoted(namespace), labels };
        return [role('Role', meta, [...events, pods]), binding('Role', meta, fullname)];
      },
      create,
    ),
    // Nodes are in no namespace, so reading them takes a ClusterRole even here.
    objects(
      [role('ClusterRole', nodeReader, [nodes]), binding('ClusterRole', nodeReader, nodeReader.name)],
      all(create, isNamespaced, watchesNodes),
    ),
    objects(
      [
        role('Role', lease, [
          { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
          {
            apiGroups: ['coordination.k8s.io'],
            resources: ['leases'],
            resourceNames: [fullname],
            verbs: ['get', 'update'],
          },
        ]),
        binding('Role', lease, joined`${fullname}-leader`),
      ],
      all(
        create,
        isSet(({ Values }) => Values.leaderElection.enabled),
      ),
    ),
  ],
};
