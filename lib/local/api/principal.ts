import { createHash } from 'node:crypto';
import { KefError } from '../../errors.ts';
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

/** Name of every local role session. */
const sessionName = 'local';

/**
 * The local caller: a session of the role that may post events of `clusterId`, with the read policies of the templates
 * attached, so that one pair of keys serves relay, command line and console.
 *
 * @throws KefError `ConfigInvalid` when no role of the templates may post as this cluster
 */
export function relayPrincipal(
  clusterId: string,
  account: string,
  roles: Iterable<Role>,
  policies: readonly Policy[],
): Principal {
  const all = [...roles];
  const role = all.find(({ statements }) => statements.some((statement) => mayPostAs(statement, clusterId)));
  if (role === undefined) {
    throw new KefError(
      'ConfigInvalid',
      `no role of the synthesized stacks may post events of cluster ${clusterId}; synthesize with that cluster id`,
    );
  }
  const readers = policies.filter(({ statements }) => statements.every(isApiStatement));
  return {
    ...localKeys(role.name),
    sessionArn: `arn:aws:sts::${account}:assumed-role/${role.name}/${sessionName}`,
    callerId: `${role.roleId}:${sessionName}`,
    statements: [...role.statements, ...readers.flatMap(({ statements }) => statements)],
  };
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

function mayPostAs(statement: Statement, clusterId: string): boolean {
  return (
    isApiStatement(statement) &&
    (statement.Resource ?? []).some((arn) => arn.endsWith(`/POST/v1/clusters/${clusterId}/events`))
  );
}

function isApiStatement({ Effect, Action }: Statement): boolean {
  return Effect === 'Allow' && Action !== undefined && Action.every((action) => action === 'execute-api:Invoke');
}
