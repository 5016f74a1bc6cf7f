import { wallTime } from './clock.ts';
import type { ClusterRelay } from './clusterRelay.ts';
import type { SourceState } from './kubernetes/sourceState.ts';
import { readinessOf } from './readiness.ts';
import { relayVersion } from './version.ts';

/** What `/status` answers: what the relay is doing, in one object for people and `kef doctor`. */
export function statusOf(relay: ClusterRelay, startedAt: Date) {
  const { stats, delivery, poster, config } = relay;
  return {
    clusterId: config.cluster_id,
    version: relayVersion,
    startedAt: startedAt.toISOString(),
    ...readinessOf(relay),
    position: relay.position,
    sources: relay.sources.map(describeSource),
    signals: relay.signals.watches.map((watch) => ({
      resource: watch.resource,
      objects: watch.stats.received,
      bytes: watch.stats.bytesRead,
      sources: watch.sources.map(describeSource),
    })),
    derived: Object.fromEntries(relay.signals.derived),
    kubernetes: {
      server: relay.kubernetes.server,
      clockSkewMs: relay.kubernetes.skewMs,
      credentials: relay.kubernetes.expiry()?.kind,
      credentialsExpireAt: relay.kubernetes.expiry()?.at.toISOString(),
    },
    api: {
      ...poster.health,
      since: iso(poster.health.since),
      lastAckAt: iso(poster.lastAckAt),
      clockSkewMs: relay.skewMs,
      credentialsExpireAt: relay.keysExpireAt?.toISOString(),
      window: poster.window,
      requests: stats.requests,
      failures: Object.fromEntries(stats.apiFailures),
    },
    events: {
      received: stats.received,
      restored: stats.restored,
      dropped: Object.fromEntries(stats.dropped),
      acknowledged: stats.acknowledged,
      refused: stats.refused,
      unacknowledged: relay.unacknowledged,
    },
    lagSeconds: relay.lagSeconds,
    lagVersions: relay.lagVersions,
    buffer: {
      events: relay.buffered,
      maxEvents: config.buffer_size,
      bytes: relay.bytesHeld,
      maxBytes: config.buffer_max_bytes,
      batchesInFlight: delivery.inFlight,
    },
    spool: relay.spool.status,
    reconnects: Object.fromEntries(stats.reconnects),
  };
}

function describeSource(source: SourceState) {
  return {
    scope: source.scope,
    phase: source.phase,
    version: source.version,
    lastByteAt: iso(source.lastByteAt),
    lastEventAt: iso(source.lastEventAt),
    failingSince: iso(source.failingSince),
    lastError: source.lastError,
  };
}

/** @param time on the clock of `monotonicMs` */
function iso(time: number | undefined): string | undefined {
  return time === undefined ? undefined : wallTime(time).toISOString();
}
