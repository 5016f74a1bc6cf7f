import { KefError } from '../errors.ts';
import { permissionsByType } from './bootstrapPermissions.ts';

/** An IAM policy as JSON. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly {
    readonly Effect: 'Allow';
    readonly Action: readonly string[];
    readonly Resource: readonly string[];
  }[];
}

/** Characters that a managed policy may have, without white space. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const maxPolicyLength = 6_144;

export interface BootstrapPolicyOptions {
  /** Types of the resources in all templates. */
  readonly types: Iterable<string>;
  /** Name of the forwarder. */
  readonly name: string;
  /** @default - any account: `*` */
  readonly account?: string | undefined;
  /** @default 'aws' */
  readonly partition?: string;
}

/**
 * What CloudFormation needs to deploy, change and delete these types of resources, for `cdk bootstrap
 * --cloudformation-execution-policies`, which otherwise gives it AdministratorAccess. Statements with the same ARNs are one, and
 * everything that can carry the forwarder's name has to.
 * One policy, or several where one would be too long for IAM.
 *
 * @throws KefError Internal when a type is not known here
 */
export function bootstrapPolicies(options: BootstrapPolicyOptions): PolicyDocument[] {
  const { types, name, account = '*', partition = 'aws' } = options;
  const actionsByResources = new Map<string, Set<string>>();
  const add = (resources: readonly string[], actions: readonly string[]) => {
    const key = JSON.stringify(
      resources.map((arn) =>
        arn === '*' ? arn : `arn:${partition}:${arn.replace('ACCOUNT', account).replace('NAME', name)}`,
      ),
    );
    const own = actionsByResources.get(key) ?? new Set();
    for (const action of actions) own.add(action);
    actionsByResources.set(key, own);
  };
  // Every CDK stack asks for the version of the bootstrap stack.
  add([`ssm:*:ACCOUNT:parameter/cdk-bootstrap/*`], ['ssm:GetParameters']);
  for (const type of new Set(types)) {
    const permissions = permissionsByType[type];
    if (permissions === undefined) {
      throw new KefError(
        'Internal',
        `it is not known what CloudFormation needs for ${type}; see bootstrapPermissions.ts.`,
      );
    }
    for (const { actions, resources } of permissions) add(resources, actions);
  }
  const statements = [...actionsByResources].map(([resources, actions]) => ({
    Effect: 'Allow' as const,
    Action: [...actions].sort(),
    Resource: JSON.parse(resources) as string[], // written above
  }));
  return pack(statements);
}

function pack(statements: PolicyDocument['Statement']): PolicyDocument[] {
  const of = (own: PolicyDocument['Statement']): PolicyDocument => ({ Version: '2012-10-17', Statement: own });
  const policies: PolicyDocument[] = [];
  for (const statement of statements) {
    const last = policies.at(-1);
    const longer = last === undefined ? undefined : of([...last.Statement, statement]);
    if (longer !== undefined && JSON.stringify(longer).length <= maxPolicyLength) policies.splice(-1, 1, longer);
    else policies.push(of([statement]));
  }
  return policies;
}
