import { isJsonObject, type JsonValue } from '../pattern/json.ts';
import type { Deployment } from '../template/deployment.ts';
import { readPolicy, type Statement } from './policy.ts';

/** A role of the templates with everything its policies say. */
export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly roleId: string;
  readonly statements: readonly Statement[];
}

/** A managed policy of the templates. */
export interface Policy {
  readonly arn: string;
  readonly statements: readonly Statement[];
}

/**
 * The roles of the templates, by name: inline policies, attached policies, and managed policies of the same templates.
 * Policies AWS manages are not known here and grant nothing.
 */
export function readRoles(deployment: Deployment): { roles: Map<string, Role>; policies: Policy[] } {
  const managed = deployment.resources('AWS::IAM::ManagedPolicy').map((resource) => ({
    arn: resource.ref,
    statements: readPolicy(resource.properties.PolicyDocument, resource.logicalId),
    roles: names(resource.properties.Roles),
  }));
  const attached = deployment.resources('AWS::IAM::Policy').map((resource) => ({
    statements: readPolicy(resource.properties.PolicyDocument, resource.logicalId),
    roles: names(resource.properties.Roles),
  }));
  const roles = deployment.resources('AWS::IAM::Role').map((resource): Role => {
    const inline = Array.isArray(resource.properties.Policies) ? resource.properties.Policies : [];
    const arns = names(resource.properties.ManagedPolicyArns);
    return {
      name: resource.ref,
      arn: resource.attribute('Arn'),
      roleId: resource.attribute('RoleId'),
      statements: [
        ...inline.filter(isJsonObject).flatMap((policy) => readPolicy(policy.PolicyDocument, resource.logicalId)),
        ...attached.filter((policy) => policy.roles.includes(resource.ref)).flatMap((policy) => policy.statements),
        ...managed
          .filter((policy) => policy.roles.includes(resource.ref) || arns.includes(policy.arn))
          .flatMap((policy) => policy.statements),
      ],
    };
  });
  return { roles: new Map(roles.map((role) => [role.name, role])), policies: managed };
}

function names(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}
