import type { ControlPlane } from './controlPlane.ts';
import type { KubeClient } from './kubeClient.ts';

const roles = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
const bindings = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
const apiGroup = 'rbac.authorization.k8s.io';

/** Gives the user `relay`, and service accounts of that name, what the chart gives a relay. */
export async function bindRelay({ client }: ControlPlane, namespace?: string): Promise<void> {
  const rules = [{ apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['get', 'list', 'watch'] }];
  await client.send('POST', roles, { metadata: { name: 'kef-real' }, rules });
  const subject =
    namespace === undefined
      ? { kind: 'User', apiGroup, name: 'relay' }
      : { kind: 'ServiceAccount', namespace, name: 'relay' };
  await client.send('POST', bindings, {
    metadata: { name: namespace === undefined ? 'kef-real' : `kef-real-${namespace}` },
    roleRef: { apiGroup, kind: 'ClusterRole', name: 'kef-real' },
    subjects: [subject],
  });
}

/** Gives the user `relay` what the chart adds for leader election: one Lease of one namespace. */
export async function bindLease(client: KubeClient, namespace: string): Promise<void> {
  const place = `/apis/${apiGroup}/v1/namespaces/${namespace}`;
  const leases = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };
  const rules = [
    { ...leases, verbs: ['create'] },
    { ...leases, resourceNames: ['kube-event-forwarder'], verbs: ['get', 'update'] },
  ];
  const metadata = { name: 'kef-leader', namespace };
  await client.call('POST', `${place}/roles`, { metadata, rules });
  const roleRef = { apiGroup, kind: 'Role', name: 'kef-leader' };
  const subjects = [{ kind: 'User', apiGroup, name: 'relay' }];
  await client.call('POST', `${place}/rolebindings`, { metadata, roleRef, subjects });
}

/** Takes the rights of the user `relay` away. */
export async function unbindRelay({ client }: ControlPlane): Promise<void> {
  await client.call('DELETE', `${bindings}/kef-real`);
}
