import { createHash } from 'node:crypto';
import type { Statement } from '../iam/policy.ts';
import type { Policy, Role } from '../iam/roles.ts';

/** A caller of the API: a session of a role, with its key and everything it may do. */
export interface Principal {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** `arn:aws:sts::…:assumed-role/<role>/<session>` */
  readonly sessionArn: string;
  /** `<role id>:<session>` */
  readonly callerId: string;
  readonly statements: readonly Statement[];
}

/** A {@link Principal} that posts for a cluster. */
export interface RelayPrincipal extends Principal {
  readonly clusterId: string;
}

/** Name of every local role session. */
const sessionName = 'local';

/**
 * The local callers: for every cluster a session of the role that may post its events, with the read policies of the
 * templates attached, so that one pair of keys serves relay, command line and console.
 */
export function relayPrincipals(account: string, roles: Iterable<Role>, policies: readonly Policy[]): RelayPrincipal[] {
  const readers = policies.filter(({ statements }) => statements.every(isApiStatement));
  return [...roles].flatMap((role) => {
    const clusterId = role.statements.map(clusterOf).find((id) => id !== undefined);
    if (clusterId === undefined) return [];
    return [
      {
        ...localKeys(role.name),
        clusterId,
        sessionArn: `arn:aws:sts::${account}:assumed-role/${role.name}/${sessionName}`,
        callerId: `${role.roleId}:${sessionName}`,
        statements: [...role.statements, ...readers.flatMap(({ statements }) => statements)],
      },
    ];
  });
}

/**
 * Keys of a role, the same in every run so that shells and relays survive a restart. They are no secret: the servers that
 * accept them listen on the loopback interface only.
 */
export function localKeys(name: string): { accessKeyId: string; secretAccessKey: string } {
  const digest = createHash('sha256').update(`local keys of ${name}`).digest();
  return {
    accessKeyId: `ASIA${digest.toString('hex').slice(0, 16).toUpperCase()}`,
    secretAccessKey: digest.toString('base64').slice(0, 40).padEnd(40, 'A'),
  };
}

/** The cluster whose events a statement lets post, if it is such a statement. */
function clusterOf(statement: Statement): string | undefined {
  if (!isApiStatement(statement)) return undefined;
  const arns = statement.Resource ?? [];
  return arns.map((arn) => /\/POST\/v1\/clusters\/([^/*]+)\/events$/.exec(arn)?.[1]).find((id) => id !== undefined);
}

function isApiStatement({ Effect, Action }: Statement): boolean {
  return Effect === 'Allow' && Action !== undefined && Action.every((action) => action === 'execute-api:Invoke');
}
