import { positionResultSchema } from '../../api/contract.ts';
import { backoffDelay, pause } from '../backoff.ts';
import type { ClusterRelayOptions } from '../clusterRelay.ts';
import { type Position, positionSchema } from '../position.ts';
import { readRetryAfter } from './answer.ts';

/**
 * Asks the API where the last relay of this cluster got to, until it answers. Without the answer nobody could tell new events
 * from old ones, so nothing is read from the cluster before. `undefined` when the relay is stopped first.
 */
export async function fetchPosition(
  { api, config, logger }: Pick<ClusterRelayOptions, 'api' | 'config' | 'logger'>,
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
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    if (signal.aborted) return undefined;
    const facts = { skewMs: api.skewMs, attempt, waitMs };
    logger.warn(facts, `the API at ${config.api_url} does not tell the position of this cluster: ${problem}`);
    await pause(waitMs, signal);
  }
  return undefined;
}

function readPosition(body: unknown, logger: ClusterRelayOptions['logger']): Position | null {
  const { position } = positionResultSchema.parse(body);
  if (position === null || position === undefined) return null;
  const parsed = positionSchema.safeParse(position);
  if (parsed.success) return parsed.data;
  logger.warn({ position }, 'the stored position is not one of this relay: starting without');
  return null;
}
