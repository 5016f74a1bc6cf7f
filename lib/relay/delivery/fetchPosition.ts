import type { Logger } from 'pino';
import { positionResultSchema } from '../../api/contract.ts';
import { backoffDelay, pause } from '../backoff.ts';
import type { RelayConfig } from '../config.ts';
import { type Position, positionSchema } from '../position.ts';
import { increment, type RelayStats } from '../relayStats.ts';
import { readRetryAfter } from './answer.ts';
import type { ApiConnection } from './apiConnection.ts';

/** Where a relay goes on. */
export interface Resumption {
  readonly position: Position | null;
  /** The epoch it claims: one more than that of the relay before it. `undefined` when the API knows no epochs. */
  readonly epoch: number | undefined;
}

/** What {@link fetchPosition} needs. */
export interface FetchPositionOptions {
  readonly api: ApiConnection;
  readonly config: RelayConfig;
  readonly stats: RelayStats;
  readonly logger: Logger;
  /** Told why there is no answer yet, after each attempt. */
  readonly onProblem: (problem: string) => void;
}

/**
 * Asks the API where the last relay of this cluster got to, until it answers. Without the answer nobody could tell new events
 * from old ones, so nothing is read from the cluster before. `undefined` when the relay is stopped first.
 */
export async function fetchPosition(
  { api, config, stats, logger, onProblem }: FetchPositionOptions,
  signal: AbortSignal,
): Promise<Resumption | undefined> {
  const path = `/v1/clusters/${config.cluster_id}/position`;
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    stats.requests += 1;
    const found = await ask(api, path, logger, signal);
    if (signal.aborted) return undefined;
    if ('position' in found) return found;
    const { kind, problem, retryAfterMs = 0 } = found;
    if (kind === 'forbidden') api.forgetCredentials();
    const isForPeople = kind === 'forbidden' || kind === 'misdirected';
    const backoffMs = backoffDelay(attempt, { baseMs: config.retry_base, maxMs: config.retry_max }, Math.random());
    const waitMs = isForPeople ? config.retry_forbidden * (0.5 + Math.random()) : Math.max(backoffMs, retryAfterMs);
    increment(stats.apiFailures, kind);
    onProblem(problem);
    logger.warn(
      { attempt, waitMs },
      `the API at ${config.api_url} does not tell the position of this cluster: ${problem}`,
    );
    await pause(waitMs, signal);
  }
  return undefined;
}

/** Why there is no position, in the kinds of `kef_relay_api_failures_total`. */
interface Failure {
  readonly kind: 'unavailable' | 'throttled' | 'forbidden' | 'misdirected';
  readonly problem: string;
  readonly retryAfterMs?: number | undefined;
}

const isThisTheApi = 'Is api_url the URL of a kube-event-forwarder API?';

async function ask(
  api: ApiConnection,
  path: string,
  logger: Logger,
  signal: AbortSignal,
): Promise<Resumption | Failure> {
  try {
    const answer = await api.send({ method: 'GET', path }, signal);
    const { status, body } = answer;
    const said = `HTTP ${status}: ${body.slice(0, 200)}`;
    if (status === 200) {
      const result = positionResultSchema.safeParse(parseJson(body));
      if (result.success) {
        const { position, epoch } = result.data;
        return { position: readPosition(position, logger), epoch: epoch === undefined ? undefined : epoch + 1 };
      }
      return { kind: 'misdirected', problem: `${said} is no position. ${isThisTheApi}` };
    }
    if (status === 429) return { kind: 'throttled', problem: said, retryAfterMs: readRetryAfter(answer) };
    if (status === 408 || status >= 500) {
      return { kind: 'unavailable', problem: said, retryAfterMs: readRetryAfter(answer) };
    }
    if (status !== 401 && status !== 403) return { kind: 'misdirected', problem: `${said}. ${isThisTheApi}` };
    const needed = `The role of this relay needs execute-api:Invoke on GET ${path}`;
    const skew = `its clock must be right (measured skew: ${api.skewMs ?? 'unknown'} ms)`;
    return { kind: 'forbidden', problem: `${said}. ${needed}, and ${skew}.` };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const hasNoKeys = error instanceof Error && error.name === 'CredentialsProviderError';
    return hasNoKeys
      ? { kind: 'forbidden', problem: `no AWS credentials: ${problem}` }
      : { kind: 'unavailable', problem };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // told apart by the schema
  }
}

function readPosition(position: unknown, logger: Logger): Position | null {
  if (position === null || position === undefined) return null;
  const parsed = positionSchema.safeParse(position);
  if (parsed.success) return parsed.data;
  logger.warn({ position }, 'the stored position is not one of this relay: starting without');
  return null;
}
