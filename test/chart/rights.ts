import type { Binding, Manifest, Role } from './manifest.ts';

/**
 * What the relay's account may do, as one text per right: `events.k8s.io/events watch in shop`, `… everywhere`, and with a name
 * `coordination.k8s.io/leases/kef update in events`. Roles that are not bound to it give no rights; bindings without a role, or of
 * somebody else, are reported.
 */
export function rightsIn(objects: readonly Manifest[], account: { name: string; namespace: string }): string[] {
  const roles = objects.filter((object): object is Role => object.kind === 'Role' || object.kind === 'ClusterRole');
  const bindings = objects.filter(
    (object): object is Binding => object.kind === 'RoleBinding' || object.kind === 'ClusterRoleBinding',
  );
  const bound = new Set<Role>();
  const rights = bindings.flatMap((binding) => {
    for (const subject of binding.subjects) {
      if (
        subject.kind !== 'ServiceAccount' ||
        subject.name !== account.name ||
        subject.namespace !== account.namespace
      ) {
        throw new Error(`${binding.metadata.name} binds somebody else: ${JSON.stringify(subject)}`);
      }
    }
    const role = roles.find(
      ({ kind, metadata }) =>
        kind === binding.roleRef.kind &&
        metadata.name === binding.roleRef.name &&
        (kind === 'ClusterRole' || metadata.namespace === binding.metadata.namespace),
    );
    if (role === undefined) throw new Error(`${binding.metadata.name} binds a role that is not there`);
    bound.add(role);
    const where = binding.kind === 'ClusterRoleBinding' ? 'everywhere' : `in ${binding.metadata.namespace}`;
    return role.rules.flatMap((rule) =>
      rule.apiGroups.flatMap((group) =>
        rule.resources.flatMap((resource) =>
          (rule.resourceNames ?? [undefined]).flatMap((name) =>
            rule.verbs.map(
              (verb) => `${[group, resource, name].filter((part) => part !== undefined).join('/')} ${verb} ${where}`,
            ),
          ),
        ),
      ),
    );
  });
  if (bound.size !== roles.length) throw new Error('there are roles that nobody is bound to');
  return rights.sort();
}
