import { errorBodySchema } from '../../api/contract.ts';
import type { Credentials } from '../../api/signedFetch.ts';
import type { ApiAnswer } from '../delivery/answer.ts';
import type { ApiConnection } from '../delivery/apiConnection.ts';
import { type Position, positionSchema } from '../position.ts';
import { describeSkew } from './describeSkew.ts';
import { explainFailure } from './explainFailure.ts';
import { type Finding, findingsOf } from './finding.ts';

/** What the checks of our API need. */
export interface ApiChecks {
  readonly api: Pick<ApiConnection, 'send' | 'skewMs'>;
  readonly apiUrl: string;
  readonly region: string;
  readonly clusterId: string;
  readonly credentials: () => Promise<Credentials>;
  readonly timeoutMs: number;
  readonly now: () => number;
}

/** What the API says about this cluster, besides the findings. */
export interface ApiOutcome {
  readonly findings: readonly Finding[];
  /** `undefined` when it did not tell. */
  readonly position: Position | null | undefined;
}

/** Asks our API for everything a relay will ask it for. Nothing is written. */
export async function checkApi(checks: ApiChecks): Promise<ApiOutcome> {
  const keys = await checkCredentials(checks);
  if (keys.status === 'failed') return { findings: [keys], position: undefined };
  const path = `/v1/clusters/${checks.clusterId}/position`;
  const read = findingsOf('api.position');
  let answer: ApiAnswer;
  try {
    answer = await checks.api.send({ method: 'GET', path }, AbortSignal.timeout(checks.timeoutMs));
  } catch (error) {
    const { message, fix } = explainFailure(error, new URL(checks.apiUrl).origin, 'api_url');
    return { findings: [keys, findingsOf('api.reachable').failed(message, fix)], position: undefined };
  }
  const clock = describeSkew('api.clock', 'the API', checks.api.skewMs);
  const refused = explainRefusal(answer, checks, `GET ${path}`);
  if (refused) return { findings: [keys, clock, read.failed(...refused)], position: undefined };
  const position = readPosition(answer.body);
  if (position === undefined) {
    const fix = 'Is api_url the output ApiUrl of the stack, and not of another product?';
    const message = `${checks.apiUrl} answers, but not as this API would: ${answer.body.slice(0, 80)}`;
    return { findings: [keys, clock, read.failed(message, fix)], position };
  }
  const findings = [keys, clock, read.ok('the API tells the position of this cluster'), await checkWriting(checks)];
  return { findings: [...findings, await checkRegistry(checks)], position };
}

async function checkCredentials({ credentials, now }: ApiChecks): Promise<Finding> {
  const { ok, warning, failed } = findingsOf('api.credentials');
  try {
    const { accessKeyId, expiration } = await credentials();
    const key = `AWS key …${accessKeyId.slice(-4)}`;
    if (expiration === undefined) return ok(`${key}, without an expiry`);
    const left = Math.round((expiration.getTime() - now()) / 60_000);
    if (left > 0) return ok(`${key}, good for ${left} min; renewed before that`);
    return warning(
      `${key} expired ${-left} min ago`,
      'Renew the login (aws sso login), or restart the agent that gives keys.',
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return failed(
      `no AWS credentials: ${reason}`,
      'In a pod: is the service account bound to the relay role (EKS Pod Identity association, or IRSA annotation)? Elsewhere: aws sts get-caller-identity',
    );
  }
}

/** A body that no API could store: it is refused behind authentication, so the refusal proves the right to write. */
async function checkWriting(checks: ApiChecks): Promise<Finding> {
  const { ok, warning, failed } = findingsOf('api.write');
  const path = `/v1/clusters/${checks.clusterId}/events`;
  const body = Buffer.from('{"kefDoctor":true}');
  try {
    const request = { method: 'POST', path, contentType: 'application/json', body } as const;
    const answer = await checks.api.send(request, AbortSignal.timeout(checks.timeoutMs));
    if (answer.status === 422 || answer.status === 400)
      return ok('batches may be posted (tried with one that is refused)');
    const refused = explainRefusal(answer, checks, `POST ${path}`);
    if (refused) return failed(...refused);
    return warning(
      `a batch that makes no sense was answered with HTTP ${answer.status}`,
      'Is the API of this version?',
    );
  } catch (error) {
    const { message, fix } = explainFailure(error, new URL(checks.apiUrl).origin, 'api_url');
    return failed(message, fix);
  }
}

/** What the backend remembers of this cluster's relays. Only readers may ask, and a relay's role is none. */
async function checkRegistry({ api, clusterId, timeoutMs }: ApiChecks): Promise<Finding> {
  const { ok, warning, skipped } = findingsOf('api.heartbeat');
  const answer = await api
    .send({ method: 'GET', path: '/v1/clusters' }, AbortSignal.timeout(timeoutMs))
    .catch(() => undefined);
  const row = rowOf(answer, clusterId);
  if (row === 'unknown')
    return skipped('these credentials may not read the registry (a relay may not); try those of a reader');
  if (row === undefined)
    return warning(
      `no relay of '${clusterId}' ever posted anything`,
      'Is a relay running? Is its cluster_id spelled this way?',
    );
  const gaps = row.gaps > 0 ? `; ${row.gaps} gaps so far` : '';
  const text = `a relay posted ${row.silentSeconds} s ago${gaps}`;
  if (row.silentSeconds <= 300) return ok(text);
  return warning(text, 'The relay is down, or cannot reach the API: kubectl logs, or run this where it runs.');
}

function rowOf(
  answer: ApiAnswer | undefined,
  clusterId: string,
): { silentSeconds: number; gaps: number } | undefined | 'unknown' {
  if (answer?.status !== 200) return 'unknown';
  const body = parse(answer.body) as {
    items?: { cluster?: unknown; silentSeconds?: unknown; gaps?: { count?: unknown } }[];
  };
  if (!Array.isArray(body?.items)) return 'unknown';
  const row = body.items.find(({ cluster }) => cluster === clusterId);
  return row && { silentSeconds: Number(row.silentSeconds), gaps: Number(row.gaps?.count ?? 0) };
}

/** Why the API says no, as far as its answer tells; `undefined` when it says yes. */
function explainRefusal(
  answer: ApiAnswer,
  checks: ApiChecks,
  request: string,
): [message: string, fix: string] | undefined {
  const { status, body } = answer;
  if (status === 200) return undefined;
  const said = messageIn(body);
  const message = `${request}: HTTP ${status}: ${said}`;
  if (status === 401 || status === 403) return [message, fixOfForbidden(said, checks, request)];
  if (status === 404 || status === 405)
    return [message, 'Is api_url the output ApiUrl of the stack, and not of another product?'];
  if (status >= 300 && status < 400)
    return [message, 'api_url leads to something that redirects, such as a login page.'];
  if (status === 429 || status >= 500)
    return [
      message,
      'The API is in trouble or throttles: try again, then see its alarms and the log of the ingest function.',
    ];
  return [message, 'Is the API of the same version as this command?'];
}

/** Wordings of API Gateway, IAM and STS. https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden */
function fixOfForbidden(said: string, { region, clusterId, api }: ApiChecks, request: string): string {
  if (/scoped to a valid region/i.test(said))
    return `The request was signed for region ${region}: set aws_region to the region of the API.`;
  if (/signature expired|not yet current|InvalidSignature|RequestTimeTooSkewed/i.test(said)) {
    return `The clock is wrong (measured difference: ${Math.round((api.skewMs ?? 0) / 1_000)} s), or a proxy changes requests.`;
  }
  if (/token.*(expired|invalid)/i.test(said))
    return 'The keys expired or belong to nobody: renew the login, or restart the agent that gives keys.';
  if (/relay role/i.test(said))
    return `Run as the relay role of '${clusterId}', or correct cluster_id: every cluster has a role of its own.`;
  if (/missing authentication token/i.test(said))
    return 'There is no such route: is api_url the output ApiUrl of the stack, with its stage if it has one?';
  return `The role needs execute-api:Invoke on ${request} of this API; the stack '…-cluster-${clusterId}' makes a role that has it.`;
}

function messageIn(body: string): string {
  const value = parse(body);
  const own = errorBodySchema.safeParse(value);
  if (own.success) return `${own.data.error.code}: ${own.data.error.message}`;
  const gateway = (value as { message?: unknown; Message?: unknown } | undefined) ?? {};
  return String(gateway.message ?? gateway.Message ?? body.slice(0, 160));
}

function readPosition(body: string): Position | null | undefined {
  const value = parse(body);
  if (typeof value !== 'object' || value === null || !('position' in value)) return undefined;
  if (value.position === null) return null;
  const parsed = positionSchema.safeParse(value.position);
  // A position of another kind is started over from, as the relay does.
  return parsed.success ? parsed.data : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
