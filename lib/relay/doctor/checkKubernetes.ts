import type { IncomingMessage } from 'node:http';
import type { AttemptEnd } from '../kubernetes/attemptEnd.ts';
import type { KubernetesConnection } from '../kubernetes/connection.ts';
import { type PageEnd, readPage } from '../kubernetes/listAttempt.ts';
import { type EventApi, eventsPath } from '../kubernetes/resource.ts';
import { endOfErrorLine, watchOnce } from '../kubernetes/watchAttempt.ts';
import { allNamespaces, compareVersions, type Position, versionFor } from '../position.ts';
import { describeSkew } from './describeSkew.ts';
import { explainFailure } from './explainFailure.ts';
import { type Finding, findingsOf } from './finding.ts';
import { missingRule, userInRefusal } from './rbacRule.ts';

/** What the checks of an API server need. */
export interface KubernetesChecks {
  readonly connection: KubernetesConnection;
  /** Namespaces to watch; none means all. */
  readonly namespaces: readonly string[];
  /** What the API knows of this cluster's position; `undefined` when it did not tell. */
  readonly position: Position | null | undefined;
  readonly timeoutMs: number;
  readonly now: () => number;
}

/** How long the trial watch is asked to last; a server ends it in good order after that. */
const watchSeconds = 2;

/** Asks an API server for everything a relay will ask it for. */
export async function checkKubernetes(checks: KubernetesChecks): Promise<Finding[]> {
  const reachable = await checkReachability(checks);
  if (reachable.some(({ status }) => status === 'failed')) return reachable;
  const scopes = checks.namespaces.length === 0 ? [allNamespaces] : [...new Set(checks.namespaces)];
  const perScope: Finding[] = [];
  for (const scope of scopes) perScope.push(...(await checkScope(checks, scope)));
  return [...reachable, ...perScope];
}

async function checkReachability({ connection, timeoutMs, now }: KubernetesChecks): Promise<Finding[]> {
  const { ok, failed } = findingsOf('kubernetes.reachable');
  try {
    const response = await connection.get('/version', {
      signal: AbortSignal.timeout(timeoutMs),
      headTimeoutMs: timeoutMs,
    });
    const body = await textOf(response);
    const credentials = checkExpiry(connection, now());
    if (response.statusCode === 401) {
      const fix =
        'The token or certificate expired or is of another cluster: renew it, or check kubeconfig and context.';
      return [...credentials, failed(`${connection.server} does not know these credentials (HTTP 401)`, fix)];
    }
    const version = /"gitVersion":\s*"([^"]+)"/.exec(body)?.[1];
    const isOther = version === undefined && response.statusCode === 200;
    if (isOther) {
      const fix =
        'Is the server in the kubeconfig a Kubernetes API server, or a proxy in front of it that wants a login?';
      return [failed(`${connection.server} answers /version as no API server does: ${body.slice(0, 80)}`, fix)];
    }
    return [
      ok(`${connection.server} answers${version === undefined ? '' : `, Kubernetes ${version}`}`),
      ...credentials,
      describeSkew('kubernetes.clock', 'the API server', skewOf(response, now())),
    ];
  } catch (error) {
    const { message, fix } = explainFailure(error, connection.server, 'kubeconfig');
    return [failed(message, fix)];
  }
}

/** Until when the credentials are good; nothing about those that do not say. */
function checkExpiry(connection: KubernetesConnection, now: number): Finding[] {
  const { ok, warning, failed } = findingsOf('kubernetes.credentials');
  const expiry = connection.expiry();
  if (expiry === undefined) return [];
  const { kind, at } = expiry;
  const what = kind === 'token' ? 'the token' : 'the client certificate';
  const left = at.getTime() - now;
  const when = at.toISOString();
  if (left <= 0)
    return [failed(`${what} expired at ${when}`, `Renew ${what} of the kubeconfig, or look at the clock here.`)];
  // A pod's token lives an hour and is renewed by itself; nobody renews a certificate by accident.
  if (kind === 'certificate' && left < 7 * 86_400_000)
    return [warning(`${what} ends at ${when}`, 'Renew it this week.')];
  return [ok(`${what} is good until ${when}`)];
}

async function checkScope(checks: KubernetesChecks, scope: string): Promise<Finding[]> {
  const list = findingsOf('kubernetes.list');
  let api: EventApi = 'events.k8s.io/v1';
  let page = await listOne(checks, scope, api);
  if (page.kind === 'refused' && page.status.code === 404) {
    api = 'v1';
    page = await listOne(checks, scope, api);
  }
  if (page.kind !== 'page') return [list.failed(...refusal('list', scope, page))];
  const { version } = page.page;
  const found = [list.ok(`${nameOf(scope)}: events can be listed (${api}, version ${version})`)];
  const end = await watchFrom(checks, scope, api, version);
  const watch = findingsOf('kubernetes.watch');
  if (end.kind === 'done' || end.kind === 'stopped') found.push(watch.ok(`${nameOf(scope)}: events can be watched`));
  else found.push(watch.failed(...refusal('watch', scope, end)));
  found.push(await checkPosition(checks, scope, api, version));
  return found;
}

/** Could a relay that starts now go on where the last one was? */
async function checkPosition(checks: KubernetesChecks, scope: string, api: EventApi, server: string): Promise<Finding> {
  const { ok, warning, skipped } = findingsOf('position');
  if (checks.position === undefined) return skipped('the API did not tell the position');
  const version = versionFor(checks.position, scope);
  if (version === undefined) return ok(`${nameOf(scope)}: no relay has run yet; the first one will list what there is`);
  if (compareVersions(version, server) > 0) {
    return warning(
      `${nameOf(scope)}: the stored position ${version} is ahead of the server's ${server}`,
      'Was etcd restored, or is this another cluster under the same cluster_id? A relay will take everything in again; two clusters must not share an id.',
    );
  }
  const end = await watchFrom(checks, scope, api, version);
  const behind = `${BigInt(server) - BigInt(version)} versions behind the server`;
  if (end.kind === 'stale') {
    return warning(
      `${nameOf(scope)}: the stored position ${version} is older than the server's history (${behind})`,
      'A relay that starts now lists what is left. What happened more than an hour (--event-ttl) before that is gone: start it soon.',
    );
  }
  return ok(`${nameOf(scope)}: the stored position ${version} can be resumed from (${behind})`);
}

function listOne(checks: KubernetesChecks, scope: string, api: EventApi): Promise<PageEnd> {
  const reader = { onItem: () => {}, onBytes: () => {}, isFull: () => false, whenRoom: () => Promise.resolve() };
  const limits = { headTimeoutMs: checks.timeoutMs, idleMs: checks.timeoutMs };
  const path = eventsPath(api, scope, { limit: '1' });
  return readPage(checks.connection, path, limits, reader, AbortSignal.timeout(checks.timeoutMs * 2));
}

/** Opens a watch and ends it at the first line; `done` and `stopped` both mean that it works. */
async function watchFrom(checks: KubernetesChecks, scope: string, api: EventApi, version: string): Promise<AttemptEnd> {
  const enough = new AbortController();
  let inBand: AttemptEnd | undefined;
  const path = eventsPath(api, scope, {
    watch: 'true',
    resourceVersion: version,
    timeoutSeconds: String(watchSeconds),
  });
  const idleMs = watchSeconds * 1_000 + checks.timeoutMs;
  const end = await watchOnce(
    checks.connection,
    path,
    { headTimeoutMs: checks.timeoutMs, idleMs, stallMs: idleMs },
    {
      onLine: (bytes, start, stop) => {
        const line = parse(bytes.toString('utf8', start, stop));
        if (line?.type !== 'ERROR') {
          enough.abort();
          return undefined;
        }
        const ended = endOfErrorLine(line.object);
        inBand = ended;
        return ended;
      },
      onOversize: () => {},
      onBytes: () => {},
      isFull: () => false,
      whenRoom: () => Promise.resolve(),
    },
    enough.signal,
  );
  return inBand ?? end;
}

function refusal(verb: 'list' | 'watch', scope: string, end: AttemptEnd | PageEnd): [message: string, fix: string] {
  const what = `${nameOf(scope)}: ${verb === 'list' ? 'events cannot be listed' : 'events cannot be watched'}`;
  if (end.kind === 'refused') {
    const { code, reason, message } = end.status;
    const text = `${what}: HTTP ${code} ${reason}: ${message}`;
    if (code === 403) return [text, `The rule that is missing:\n${missingRule(scope, userInRefusal(message))}`];
    if (code === 401) return [text, 'The token or certificate expired or is of another cluster: renew it.'];
    return [text, 'The API server is in trouble itself; see its log.'];
  }
  if (end.kind === 'stale') {
    return [
      `${what}: the stream from the version of a list made just now ends at once`,
      'A proxy in front of the API server ends watches; let it pass streams of at least ten minutes.',
    ];
  }
  if (end.kind === 'idle') {
    return [
      `${what}: the server did not end a watch of ${watchSeconds} s`,
      'A proxy in between holds answers back; turn its buffering off.',
    ];
  }
  const reason = end.kind === 'failed' ? end.reason : end.kind;
  return [`${what}: ${reason}`, 'A proxy or load balancer between here and the API server breaks the stream.'];
}

function skewOf(response: IncomingMessage, now: number): number | undefined {
  const date = Date.parse(response.headers.date ?? '');
  return Number.isNaN(date) ? undefined : date - now;
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    if (text.length > 64 * 1024) break;
  }
  return text;
}

function nameOf(scope: string): string {
  return scope === allNamespaces ? 'all namespaces' : `namespace ${scope}`;
}

/** A line of a watch as far as it matters here; `undefined` when it is no JSON. */
function parse(line: string): { type?: unknown; object?: unknown } | undefined {
  try {
    return JSON.parse(line) as { type?: unknown; object?: unknown };
  } catch {
    return undefined;
  }
}
