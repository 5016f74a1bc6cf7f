import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ClusterRelay } from './clusterRelay.ts';
import { readinessOf } from './readiness.ts';

/**
 * The relay's metrics, see `docs/relay.md`. They are read from running totals when somebody scrapes, because counting through
 * labelled metric objects would cost more per event than everything else. Labels are bounded; none names an object.
 */
export function createMetrics(relay: ClusterRelay): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ cluster_id: relay.config.cluster_id });
  eventMetrics(registry, relay);
  deliveryMetrics(registry, relay);
  streamMetrics(registry, relay);
  return registry;
}

/** What the specification's dashboards and alert rules ask for. */
function eventMetrics(registry: Registry, relay: ClusterRelay): void {
  const { stats } = relay;
  total(
    registry,
    'k8s_events_received_total',
    'Objects the API server sent: watch lines and list items.',
    () => stats.received,
  );
  total(registry, 'k8s_events_processed_total', 'Events the API acknowledged.', () => stats.acknowledged);
  totals(registry, 'k8s_events_filtered_total', 'Events not forwarded.', 'reason', () => stats.dropped);
  total(registry, 'k8s_events_error_total', 'Events the API refused for good: the dead letters.', () => stats.refused);
  gauge(registry, 'k8s_events_cache_size', 'Events taken in and not yet acknowledged.', () => relay.unacknowledged);
  const seconds = new Histogram({
    name: 'k8s_events_processing_seconds',
    help: 'From the first event of a batch to its acknowledgement.',
    buckets: [0.05, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 15, 60, 300, 1_800, 10_800],
    registers: [registry],
  });
  relay.onDelivered = (value) => seconds.observe(value);
  new Counter({
    name: 'kube_event_count',
    help: 'Occurrences forwarded.',
    labelNames: ['type', 'reason', 'involved_object_kind'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [type, reason, kind, count] of stats.counts()) {
        this.inc({ type, reason, involved_object_kind: kind }, count);
      }
    },
  });
  total(
    registry,
    'kube_event_unique_events_total',
    'Event objects forwarded with their first occurrence.',
    () => stats.unique,
  );
  total(registry, 'kef_relay_redactions_total', 'Secrets masked.', () => stats.redactions);
  total(registry, 'kef_relay_truncated_total', 'Events cut to size.', () => stats.truncated);
}

function deliveryMetrics(registry: Registry, relay: ClusterRelay): void {
  const { stats, delivery, poster } = relay;
  const now = (): number => Date.now();
  gauge(registry, 'kef_relay_ready', '1 when the relay is ready.', () => (readinessOf(relay).isReady ? 1 : 0));
  gauge(registry, 'kef_relay_lag_seconds', 'Age of the oldest unacknowledged event here.', () => relay.lagSeconds);
  gauge(
    registry,
    'kef_relay_last_acknowledgement_age_seconds',
    'Since the API last took a batch; -1 before the first.',
    () => (poster.lastAckAt === undefined ? -1 : (now() - poster.lastAckAt) / 1_000),
  );
  gauge(registry, 'kef_relay_clock_skew_seconds', "The API's clock minus ours.", () => (relay.skewMs ?? 0) / 1_000);
  gauge(registry, 'kef_relay_buffer_events', 'Events that wait for a worker.', () => relay.buffered);
  gauge(registry, 'kef_relay_buffer_bytes', 'Bytes of batches waiting and in flight.', () => relay.bytesHeld);
  gauge(registry, 'kef_relay_batches_in_flight', 'Batches being delivered.', () => delivery.inFlight);
  gauge(registry, 'kef_relay_window', 'Requests that may run at once; falls while the API fails.', () => poster.window);
  total(registry, 'kef_relay_batches_total', 'Batches done with.', () => stats.batches);
  total(registry, 'kef_relay_heartbeats_total', 'Heartbeats sent.', () => stats.heartbeats);
  total(registry, 'kef_relay_requests_total', 'Requests to the API.', () => stats.requests);
  total(registry, 'kef_relay_sent_bytes_total', 'Compressed bytes sent.', () => stats.bytesSent);
  totals(registry, 'kef_relay_api_failures_total', 'Requests the API did not take.', 'kind', () => stats.apiFailures);
}

function streamMetrics(registry: Registry, relay: ClusterRelay): void {
  const { stats } = relay;
  const oldest = (read: (source: ClusterRelay['sources'][number]) => number | undefined): number => {
    const times = relay.sources.map(read).filter((time) => time !== undefined);
    return times.length === 0 ? -1 : (Date.now() - Math.min(...times)) / 1_000;
  };
  gauge(registry, 'kef_relay_last_byte_age_seconds', 'Since the quietest stream said anything; -1 before.', () =>
    oldest((source) => source.lastByteAt),
  );
  gauge(registry, 'kef_relay_last_event_age_seconds', 'Since the quietest stream brought an event; -1 before.', () =>
    oldest((source) => source.lastEventAt),
  );
  total(registry, 'kef_relay_lists_total', 'Lists begun.', () => stats.lists);
  total(registry, 'kef_relay_list_pages_total', 'Pages of lists read.', () => stats.listPages);
  totals(registry, 'kef_relay_reconnects_total', 'Ends of streams and lists.', 'cause', () => stats.reconnects);
}

function total(registry: Registry, name: string, help: string, read: () => number): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

function totals(
  registry: Registry,
  name: string,
  help: string,
  label: string,
  read: () => Iterable<[string, number]>,
): void {
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
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}
