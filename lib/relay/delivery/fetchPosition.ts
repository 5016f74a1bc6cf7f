import type { Logger } from 'pino';
import { positionResultSchema } from '../../api/contract.ts';
import { backoffDelay, pause } from '../backoff.ts';
import type { RelayConfig } from '../config.ts';
import { type Position, positionSchema } from '../position.ts';
import { readRetryAfter } from './answer.ts';
import type { ApiConnection } from './apiConnection.ts';

/** What {@link fetchPosition} needs. */
export interface FetchPositionOptions {
  readonly api: ApiConnection;
  readonly config: RelayConfig;
  readonly logger: Logger;
  /** Told why there is no answer yet, after each attempt. */
  readonly onProblem: (problem: string) => void;
}

/**
 * Asks the API where the last relay of this cluster got to, until it answers. Without the answer nobody could tell new events
 * from old ones, so nothing is read from the cluster before. `undefined` when the relay is stopped first.
 */
export async function fetchPosition(
  { api, config, logger, onProblem }: FetchPositionOptions,
  signal: AbortSignal,
): Promise<{ position: Position | null } | undefined> {
  const path = `/v1/clusters/${config.cluster_id}/position`;
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    let problem: string;
    let waitMs = backoffDelay(attempt, { baseMs: config.retry_base, maxMs: config.retry_max }, Math.random());
    try {
      const answer = await api.send({ method: 'GET', path }, signal);
      if (answer.status === 200) return { position: readPosition(JSON.parse(answer.body), logger) };
      problem = `HTTP ${answer.status}: ${answer.body.slice(0, 200)}`;
      waitMs = Math.max(waitMs, readRetryAfter(answer) ?? 0);
      if (answer.status < 500 && answer.status !== 429) waitMs = config.retry_forbidden * (0.5 + Math.random());
      if (answer.status === 401 || answer.status === 403) {
        api.forgetCredentials();
        problem += `. The role of this relay needs execute-api:Invoke on GET ${path}, and its clock must be right (measured skew: ${api.skewMs ?? 'unknown'} ms).`;
      } else if (answer.status === 404) {
        problem += '. Is api_url the URL of a kube-event-forwarder API?';
      }
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    if (signal.aborted) return undefined;
    onProblem(problem);
    logger.warn(
      { attempt, waitMs },
      `the API at ${config.api_url} does not tell the position of this cluster: ${problem}`,
    );
    await pause(waitMs, signal);
  }
  return undefined;
}

function readPosition(body: unknown, logger: Logger): Position | null {
  const { position } = positionResultSchema.parse(body);
  if (position === null || position === undefined) return null;
  const parsed = positionSchema.safeParse(position);
  if (parsed.success) return parsed.data;
  logger.warn({ position }, 'the stored position is not one of this relay: starting without');
  return null;
}
