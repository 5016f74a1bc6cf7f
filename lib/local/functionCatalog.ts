import { KefError } from '../errors.ts';
import type { Role } from './iam/roles.ts';
import type { FunctionDefinition } from './lambda/functionDefinition.ts';
import type { LambdaFunction } from './lambda/LambdaFunction.ts';

/** Everything known about one function. */
export interface FunctionEntry {
  readonly definition: FunctionDefinition;
  readonly function: LambdaFunction;
  /** Absent when the templates do not define its role. */
  readonly role?: Role;
}

/** Looks functions up by name; asking for one that is not there is a mistake in the templates. */
export function functionCatalog(
  definitions: readonly FunctionDefinition[],
  functions: ReadonlyMap<string, LambdaFunction>,
  roles: Iterable<Role>,
): (name: string) => FunctionEntry {
  const allRoles = [...roles];
  const entries = new Map(
    definitions.flatMap((definition): [string, FunctionEntry][] => {
      const found = functions.get(definition.name);
      const role = allRoles.find(({ arn }) => arn === definition.roleArn);
      return found === undefined ? [] : [[definition.name, { definition, function: found, ...(role && { role }) }]];
    }),
  );
  return (name) => {
    const entry = entries.get(name);
    if (entry === undefined) throw new KefError('ConfigInvalid', `the templates have no function ${name}`);
    return entry;
  };
}
