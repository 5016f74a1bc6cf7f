import { Counter, Gauge, Registry } from 'prom-client';
import type { ClusterRelay } from './clusterRelay.ts';
import { readinessOf } from './readiness.ts';

/**
 * The relay's metrics. They are read from running totals when somebody scrapes, because counting through labelled metric
 * objects would cost more per event than everything else. Labels are bounded; none names an object.
 */
export function createMetrics(relay: ClusterRelay): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ cluster_id: relay.config.cluster_id });
  const { stats, delivery } = relay;

  const total = (name: string, help: string, read: () => number): void => {
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  };
  const totals = (name: string, help: string, label: string, read: () => Iterable<[string, number]>): void => {
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        this.reset();
        for (const [key, count] of read()) this.inc({ [label]: key }, count);
      },
    });
  };
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  };

  total('k8s_events_received_total', 'Objects the API server sent: watch lines and list items.', () => stats.received);
  total('k8s_events_processed_total', 'Events the API acknowledged.', () => stats.acknowledged);
  totals('k8s_events_filtered_total', 'Events not forwarded, by reason.', 'reason', () => stats.dropped);
  total('k8s_events_error_total', 'Events the API refused for good (dead letters).', () => stats.refused);
  gauge('k8s_events_cache_size', 'Events in memory: buffered and in flight.', () => relay.unacknowledged);
  new Counter({
    name: 'kube_event_count',
    help: 'Occurrences forwarded.',
    labelNames: ['type', 'reason', 'involved_object_kind'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [type, reason, kind, count] of stats.counts())
        this.inc({ type, reason, involved_object_kind: kind }, count);
    },
  });
  total('kube_event_unique_events_total', 'Event objects seen for the first time.', () => stats.unique);
  gauge('kef_relay_ready', '1 when the relay is ready.', () => (readinessOf(relay).isReady ? 1 : 0));
  gauge('kef_relay_clock_skew_seconds', 'Clock of the API minus ours.', () => (relay.skewMs ?? 0) / 1_000);
  gauge('kef_relay_batches_in_flight', 'Batches being delivered.', () => delivery.inFlight);
  total('kef_relay_redactions_total', 'Secrets masked.', () => stats.redactions);
  total('kef_relay_truncated_total', 'Events cut to size.', () => stats.truncated);
  total('kef_relay_batches_total', 'Batches settled.', () => stats.batches);
  total('kef_relay_heartbeats_total', 'Heartbeats sent.', () => stats.heartbeats);
  total('kef_relay_requests_total', 'Requests to the API.', () => stats.requests);
  total('kef_relay_sent_bytes_total', 'Compressed bytes sent.', () => stats.bytesSent);
  total('kef_relay_lists_total', 'Lists made.', () => stats.lists);
  totals('kef_relay_reconnects_total', 'Ends of watches and lists, by cause.', 'cause', () => stats.reconnects);
  totals('kef_relay_api_failures_total', 'Requests the API did not take, by kind.', 'kind', () => stats.apiFailures);
  return registry;
}
