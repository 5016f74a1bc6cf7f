import { allNamespaces } from '../position.ts';

/**
 * The manifest that gives a relay what it needs in a scope. Printed as it is, so that it can be piped to kubectl.
 *
 * @param subject user name the API server knows the caller by, when it told; a service account otherwise
 */
export function missingRule(scope: string, subject: string | undefined): string {
  const isEverywhere = scope === allNamespaces;
  const place = isEverywhere ? '' : `, namespace: ${scope}`;
  const [role, binding] = isEverywhere ? ['ClusterRole', 'ClusterRoleBinding'] : ['Role', 'RoleBinding'];
  return [
    'kubectl apply -f - <<EOF',
    'apiVersion: rbac.authorization.k8s.io/v1',
    `kind: ${role}`,
    `metadata: { name: kube-event-forwarder${place} }`,
    'rules:',
    '  - { apiGroups: ["", "events.k8s.io"], resources: ["events"], verbs: ["get", "list", "watch"] }',
    '---',
    'apiVersion: rbac.authorization.k8s.io/v1',
    `kind: ${binding}`,
    `metadata: { name: kube-event-forwarder${place} }`,
    `roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ${role}, name: kube-event-forwarder }`,
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
