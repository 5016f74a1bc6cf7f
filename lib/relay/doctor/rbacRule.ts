import { allNamespaces } from '../position.ts';

/**
 * The manifest that gives a relay what it needs in a scope. Printed as it is, so that it can be piped to kubectl.
 *
 * @param subject user name the API server knows the caller by, when it told; a service account otherwise
 * @param plural what may not be read. @default events
 */
export function missingRule(scope: string, subject: string | undefined, plural = 'events'): string {
  const isEverywhere = scope === allNamespaces;
  const place = isEverywhere ? '' : `, namespace: ${scope}`;
  const [groups, name] =
    plural === 'events' ? ['"", "events.k8s.io"', 'kube-event-forwarder'] : ['""', `kube-event-forwarder-${plural}`];
  const [role, binding] = isEverywhere ? ['ClusterRole', 'ClusterRoleBinding'] : ['Role', 'RoleBinding'];
  return [
    'kubectl apply -f - <<EOF',
    'apiVersion: rbac.authorization.k8s.io/v1',
    `kind: ${role}`,
    `metadata: { name: ${name}${place} }`,
    'rules:',
    `  - { apiGroups: [${groups}], resources: ["${plural}"], verbs: ["get", "list", "watch"] }`,
    '---',
    'apiVersion: rbac.authorization.k8s.io/v1',
    `kind: ${binding}`,
    `metadata: { name: ${name}${place} }`,
    `roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ${role}, name: ${name} }`,
    `subjects: [${subjectOf(subject)}]`,
    'EOF',
  ].join('\n');
}

/** The user named in the API server's refusal: `User "system:serviceaccount:kef:relay" cannot list …`. */
export function userInRefusal(message: string): string | undefined {
  return /User "([^"]+)"/.exec(message)?.[1];
}

function subjectOf(user: string | undefined): string {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):(.+)$/.exec(user ?? '') ?? [];
  if (name !== undefined) return `{ kind: ServiceAccount, namespace: ${namespace}, name: ${name} }`;
  if (user !== undefined) return `{ kind: User, apiGroup: rbac.authorization.k8s.io, name: "${user}" }`;
  return '{ kind: ServiceAccount, namespace: NAMESPACE, name: SERVICE_ACCOUNT }';
}
