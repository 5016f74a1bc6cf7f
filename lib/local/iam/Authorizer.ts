import type { IncomingMessage } from 'node:http';
import { isAllowed } from './policy.ts';
import type { Role } from './roles.ts';
import { accessRequestsOf } from './serviceAction.ts';

/** What an {@link Authorizer} knows. */
export interface AuthorizerOptions {
  readonly region: string;
  readonly account: string;
  /** The role behind an access key: each function has its own key. */
  readonly roles: ReadonlyMap<string, Role>;
  /** Called when a role's policies do not allow a call. */
  readonly onDenied: (role: string, action: string, resource: string) => void;
}

/** Who signed a request, and for which service. */
export interface Caller {
  readonly accessKeyId: string;
  readonly service: string;
}

/** Decides as IAM does after a deployment: what the policies of the caller's role do not allow is denied. */
export class Authorizer {
  readonly #options: AuthorizerOptions;
  readonly #verdicts = new Map<string, boolean>();

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  /** Why the call is denied, in AWS's words; undefined when it is allowed. */
  denial({ accessKeyId, service }: Caller, request: IncomingMessage, body: Buffer, input: unknown): string | undefined {
    const { region, account, roles, onDenied } = this.#options;
    const role = roles.get(accessKeyId);
    if (role === undefined) return 'The security token included in the request is invalid.';
    const headers = Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    );
    const { method = 'GET', url = '/' } = request;
    for (const access of accessRequestsOf({ service, method, url, headers, body, input, region, account })) {
      if (this.#isAllowed(role, service, access)) continue;
      onDenied(role.name, access.action, access.resource);
      return (
        `User: arn:aws:sts::${account}:assumed-role/${role.name}/local is not authorized to perform: ${access.action} on ` +
        `resource: ${access.resource} because no identity-based policy allows the ${access.action} action`
      );
    }
    return undefined;
  }

  #isAllowed(role: Role, service: string, access: ReturnType<typeof accessRequestsOf>[number]): boolean {
    const id = `${role.name} ${access.action} ${access.resource}`;
    const known = this.#verdicts.get(id);
    if (known !== undefined) return known;
    const context = { 'aws:SecureTransport': 'true', ...access.context };
    const verdict = isAllowed(role.statements, { ...access, context });
    // Object keys and partition keys differ from call to call: remembering each would grow without end.
    const dependsOnKey = role.statements.some(({ Condition }) => JSON.stringify(Condition).includes('LeadingKeys'));
    if (service !== 's3' && !(service === 'dynamodb' && dependsOnKey)) this.#verdicts.set(id, verdict);
    return verdict;
  }
}
