import type { ClusterRelay } from './clusterRelay.ts';
import { readinessOf } from './readiness.ts';
import { relayVersion } from './version.ts';

/** What `/status` answers: what the relay is doing, in one object for people and `kef doctor`. */
export function statusOf(relay: ClusterRelay, startedAt: Date) {
  const { stats, delivery, config } = relay;
  return {
    clusterId: config.cluster_id,
    version: relayVersion,
    startedAt: startedAt.toISOString(),
    ...readinessOf(relay),
    position: relay.position,
    sources: relay.sources.map((source) => ({
      scope: source.scope,
      phase: source.phase,
      version: source.version,
      lastByteAt: iso(source.lastByteAt),
      lastEventAt: iso(source.lastEventAt),
      failingSince: iso(source.failingSince),
      lastError: source.lastError,
    })),
    api: {
      ...delivery.health,
      since: iso(delivery.health.since),
      lastAckAt: iso(delivery.lastAckAt),
      clockSkewMs: relay.skewMs,
      window: delivery.window,
      requests: stats.requests,
    },
    events: {
      received: stats.received,
      dropped: Object.fromEntries(stats.dropped),
      acknowledged: stats.acknowledged,
      refused: stats.refused,
      buffered: relay.buffered,
      inFlight: delivery.inFlightEvents,
    },
    buffer: { events: relay.buffered, size: config.buffer_size, batchesInFlight: delivery.inFlight },
    reconnects: Object.fromEntries(stats.reconnects),
  };
}

function iso(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}
