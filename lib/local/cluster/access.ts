import type { RequestInfo } from './requestInfo.ts';
import { StatusError } from './statusError.ts';

/** Who may call, and what. */
export interface ClusterUser {
  readonly name: string;
  readonly token: string;
  /** @default everything */
  readonly may?: (request: RequestInfo) => boolean;
}

const publicPaths = new Set(['/version', '/healthz', '/livez', '/readyz']);

/** Bearer tokens and permissions. */
export class Access {
  readonly #users = new Map<string, ClusterUser>();
  #denials: ((request: RequestInfo) => boolean)[] = [];

  /** Lets a user in; the same token again replaces the user. */
  allow(user: ClusterUser): void {
    this.#users.set(user.token, user);
  }

  /** From now on this token is answered 401. */
  revoke(token: string): void {
    this.#users.delete(token);
  }

  /** Takes a permission away from everybody, as a deleted role binding does. The returned function gives it back. */
  deny(applies: (request: RequestInfo) => boolean): () => void {
    this.#denials.push(applies);
    return () => {
      this.#denials = this.#denials.filter((other) => other !== applies);
    };
  }

  /** @throws StatusError 401 for an unknown token, 403 for a request that is not allowed */
  check(authorization: string | undefined, request: RequestInfo): string {
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
    const user = token === undefined ? undefined : this.#users.get(token);
    if (token !== undefined && user === undefined) throw new StatusError(401, 'Unauthorized', 'Unauthorized');
    const name = user?.name ?? 'system:anonymous';
    const isAllowed = publicPaths.has(request.path) || (user !== undefined && (user.may?.(request) ?? true));
    if (!isAllowed || this.#denials.some((applies) => applies(request))) throw forbidden(name, request);
    return name;
  }
}

function forbidden(user: string, request: RequestInfo): StatusError {
  const { view, verb, namespace, name, path } = request;
  if (view === undefined) {
    return new StatusError(403, 'Forbidden', `forbidden: User "${user}" cannot ${verb} path "${path}"`, {
      details: {},
    });
  }
  const { resource, group } = view;
  const subject = `${group === '' ? resource : `${resource}.${group}`}${name === '' ? '' : ` "${name}"`}`;
  const place = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const message = `${subject} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${group}" ${place}`;
  const details = { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), kind: resource };
  return new StatusError(403, 'Forbidden', message, { details });
}
