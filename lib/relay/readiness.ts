import type { ClusterRelay } from './clusterRelay.ts';

/** Whether the relay does its work, and if not, why. */
export interface Readiness {
  readonly isReady: boolean;
  readonly reasons: readonly string[];
}

/** Ready means: the first list is done, every stream is alive, and the API takes batches. */
export function readinessOf(relay: Pick<ClusterRelay, 'sources' | 'poster' | 'startProblem' | 'spool'>): Readiness {
  const reasons: string[] = [];
  if (relay.spool.waitsFor !== undefined) reasons.push(relay.spool.waitsFor);
  else if (relay.sources.length === 0)
    reasons.push(`the position has not been read from the API yet${because(relay.startProblem)}`);
  for (const source of relay.sources) {
    if (!source.hasStarted) reasons.push(`${source.scope}: the first list is not done${because(source.lastError)}`);
    else if (source.failingSince !== undefined)
      reasons.push(`${source.scope}: the stream is broken${because(source.lastError)}`);
  }
  const { state, reason } = relay.poster.health;
  if (state !== 'ok' && state !== 'unknown') reasons.push(`the API does not take batches${because(reason)}`);
  return { isReady: reasons.length === 0, reasons };
}

function because(error: string | undefined): string {
  return error === undefined ? '' : `: ${error}`;
}
