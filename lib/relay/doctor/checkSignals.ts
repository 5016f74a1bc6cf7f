import type { AttemptEnd } from '../kubernetes/attemptEnd.ts';
import type { KubernetesConnection } from '../kubernetes/connection.ts';
import { type PageEnd, readPage } from '../kubernetes/listAttempt.ts';
import { resourcePath } from '../kubernetes/resource.ts';
import { watchOnce } from '../kubernetes/watchAttempt.ts';
import { allNamespaces } from '../position.ts';
import type { SignalKind } from '../signals/signalKinds.ts';
import { type Finding, findingsOf } from './finding.ts';
import { missingRule, userInRefusal } from './rbacRule.ts';

/** What the checks of signals need. */
export interface SignalChecks {
  readonly connection: KubernetesConnection;
  /** The signals that are on. */
  readonly kinds: readonly SignalKind[];
  readonly timeoutMs: number;
}

/** Longer than the second within which a silent end means that the server never followed. */
const watchSeconds = '2';
const anyRoom = { isFull: () => false, whenRoom: () => Promise.resolve() };

/** Asks for the objects that signals are derived from. What fails here is a warning: events are forwarded without them. */
export async function checkSignals(checks: SignalChecks): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const kind of checks.kinds) {
    for (const scope of kind.scopes) found.push(await checkScope(checks, kind, scope));
  }
  return found;
}

async function checkScope(checks: SignalChecks, { resource, setting }: SignalKind, scope: string): Promise<Finding> {
  const { ok, warning } = findingsOf('kubernetes.signals');
  const place = scope === allNamespaces ? 'the cluster' : `namespace ${scope}`;
  const list = await listOne(checks, resourcePath(resource, 'v1', scope, { limit: '1' }));
  const end = list.kind === 'page' ? await watchFrom(checks, resource, scope, list.page.version) : list;
  if (end === undefined) return ok(`${resource.plural} of ${place} can be listed and watched`);
  const why = end.kind === 'refused' ? `HTTP ${end.status.code} ${end.status.message}` : end.kind;
  const fix =
    end.kind === 'refused' && end.status.code === 403
      ? `The rule that is missing:\n${missingRule(scope, userInRefusal(end.status.message), resource.plural)}\nOr set signals.${setting} to false.`
      : 'Events can be read, so the API server or a proxy treats these differently; see its log.';
  return warning(`${resource.plural} of ${place} cannot be read, so nothing is derived from them: ${why}`, fix);
}

function listOne({ connection, timeoutMs }: SignalChecks, path: string): Promise<PageEnd> {
  const limits = { headTimeoutMs: timeoutMs, idleMs: timeoutMs };
  const reader = { ...anyRoom, onItem: () => {}, onBytes: () => {} };
  return readPage(connection, path, limits, reader, AbortSignal.timeout(timeoutMs * 2));
}

/** Opens a watch for a moment; undefined when it works. */
async function watchFrom(
  { connection, timeoutMs }: SignalChecks,
  resource: SignalKind['resource'],
  scope: string,
  resourceVersion: string,
): Promise<Exclude<AttemptEnd, { kind: 'done' }> | undefined> {
  const path = resourcePath(resource, 'v1', scope, { watch: 'true', resourceVersion, timeoutSeconds: watchSeconds });
  const limits = { headTimeoutMs: timeoutMs, idleMs: timeoutMs, stallMs: timeoutMs };
  const reader = { ...anyRoom, onLine: () => undefined, onOversize: () => {}, onBytes: () => {} };
  const end = await watchOnce(connection, path, limits, reader, AbortSignal.timeout(timeoutMs));
  return end.kind === 'done' || end.kind === 'stopped' ? undefined : end;
}
