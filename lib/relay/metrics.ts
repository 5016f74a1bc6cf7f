import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { monotonicMs } from './clock.ts';
import type { ClusterRelay } from './clusterRelay.ts';
import type { ShownProcess } from './fleet/fleetStatus.ts';
import type { CredentialExpiry } from './kubernetes/credentialExpiry.ts';
import { type MeasuredRelays, MetricSet } from './metricSet.ts';
import { readinessOf } from './readiness.ts';
import type { RelayStats } from './relayStats.ts';

/**
 * The relay's metrics, see `docs/relay.md`. They are read from running totals when somebody scrapes, because counting through
 * labelled metric objects would cost more per event than everything else. Labels are bounded; none names an object.
 */
export function createMetrics(measured: MeasuredRelays, shown: Pick<ShownProcess, 'reloads' | 'elector'>): Registry {
  const registry = new Registry();
  const metrics = new MetricSet(registry, measured);
  eventMetrics(metrics, registry, measured);
  deliveryMetrics(metrics);
  spoolMetrics(metrics);
  streamMetrics(metrics);
  processMetrics(registry, shown);
  return registry;
}

/** What the specification's dashboards and alert rules ask for. */
function eventMetrics(metrics: MetricSet, registry: Registry, measured: MeasuredRelays): void {
  metrics.total(
    'k8s_events_received_total',
    'Objects the API server sent: watch lines and list items.',
    ({ stats }) => stats.received,
  );
  metrics.total('k8s_events_processed_total', 'Events the API acknowledged.', ({ stats }) => stats.acknowledged);
  metrics.totals('k8s_events_filtered_total', 'Events not forwarded.', 'reason', ({ stats }) => stats.dropped);
  metrics.total(
    'k8s_events_error_total',
    'Events the API refused for good: the dead letters.',
    ({ stats }) => stats.refused,
  );
  metrics.gauge('k8s_events_cache_size', 'Events taken in and not yet acknowledged.', (relay) => relay.unacknowledged);
  const observed = new Set<string>();
  const seconds = new Histogram({
    name: 'k8s_events_processing_seconds',
    help: 'From the first event of a batch to its acknowledgement.',
    labelNames: ['cluster_id'],
    buckets: [0.05, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 15, 60, 300, 1_800, 10_800],
    registers: [registry],
    collect() {
      const present = new Set(measured.relays.map(({ config }) => config.cluster_id));
      for (const cluster_id of observed) {
        if (present.has(cluster_id)) continue;
        this.remove({ cluster_id });
        observed.delete(cluster_id);
      }
    },
  });
  measured.onDelivered = (cluster_id, value) => {
    observed.add(cluster_id);
    seconds.observe({ cluster_id }, value);
  };
  new Counter({
    name: 'kube_event_count',
    help: 'Occurrences forwarded.',
    labelNames: ['cluster_id', 'type', 'reason', 'involved_object_kind'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { config, stats } of measured.relays) {
        for (const [type, reason, kind, count] of stats.counts()) {
          this.inc({ cluster_id: config.cluster_id, type, reason, involved_object_kind: kind }, count);
        }
      }
    },
  });
  metrics.total(
    'kube_event_unique_events_total',
    'Event objects forwarded with their first occurrence.',
    ({ stats }) => stats.unique,
  );
  metrics.total('kef_relay_redactions_total', 'Secrets masked.', ({ stats }) => stats.redactions);
  metrics.total('kef_relay_truncated_total', 'Events cut to size.', ({ stats }) => stats.truncated);
}

function deliveryMetrics(metrics: MetricSet): void {
  metrics.gauge('kef_relay_ready', '1 when the relay is ready.', (relay) => (readinessOf(relay).isReady ? 1 : 0), 0);
  metrics.gauge('kef_relay_lag_seconds', 'Age of the oldest unacknowledged event here.', (relay) => relay.lagSeconds);
  metrics.gauge(
    'kef_relay_lag_versions',
    'Versions of the API server that were read and are not acknowledged.',
    (relay) => relay.lagVersions,
  );
  metrics.gauge(
    'kef_relay_last_acknowledgement_age_seconds',
    'Since the API last took a batch; -1 before the first.',
    ({ poster }) => (poster.lastAckAt === undefined ? -1 : (monotonicMs() - poster.lastAckAt) / 1_000),
  );
  metrics.gauge('kef_relay_clock_skew_seconds', "The API's clock minus ours; absent before it answered.", (relay) =>
    secondsOf(relay.skewMs),
  );
  metrics.gauge(
    'kef_relay_credentials_expire_seconds',
    'Until the AWS keys in use expire; absent for keys that do not.',
    (relay) => untilDate(relay.keysExpireAt),
  );
  metrics.gauge('kef_relay_buffer_events', 'Events that wait for a worker.', (relay) => relay.buffered);
  metrics.gauge('kef_relay_buffer_max_events', 'Events that may wait.', ({ config }) => config.buffer_size);
  metrics.gauge('kef_relay_buffer_bytes', 'Bytes of batches waiting and in flight.', (relay) => relay.bytesHeld);
  metrics.gauge('kef_relay_buffer_max_bytes', 'Bytes they may have.', ({ config }) => config.buffer_max_bytes);
  metrics.gauge('kef_relay_batches_in_flight', 'Batches being delivered.', ({ delivery }) => delivery.inFlight);
  metrics.gauge(
    'kef_relay_window',
    'Requests that may run at once; falls while the API fails.',
    ({ poster }) => poster.window,
  );
  metrics.total('kef_relay_batches_total', 'Batches done with.', ({ stats }) => stats.batches);
  metrics.total('kef_relay_heartbeats_total', 'Heartbeats sent.', ({ stats }) => stats.heartbeats);
  metrics.total('kef_relay_requests_total', 'Requests to the API.', ({ stats }) => stats.requests);
  metrics.total('kef_relay_sent_bytes_total', 'Compressed bytes sent.', ({ stats }) => stats.bytesSent);
  metrics.totals(
    'kef_relay_api_failures_total',
    'Requests the API did not take.',
    'kind',
    ({ stats }) => stats.apiFailures,
  );
}

function spoolMetrics(metrics: MetricSet): void {
  metrics.gauge('kef_relay_spool_ok', '0 when there should be a spool and it cannot be written.', ({ spool }) =>
    spool.status.state === 'failing' ? 0 : 1,
  );
  metrics.gauge('kef_relay_spool_active', '1 while batches go to disk.', ({ spool }) => (spool.queue.isActive ? 1 : 0));
  metrics.gauge('kef_relay_spool_bytes', 'Bytes on disk.', ({ spool }) => spool.queue.bytes);
  metrics.gauge('kef_relay_spool_max_bytes', 'Most bytes on disk; 0 without a spool.', ({ spool, config }) =>
    spool.directory === undefined ? 0 : config.spool_max_bytes,
  );
  metrics.gauge(
    'kef_relay_spool_batches',
    'Unacknowledged batches on disk.',
    ({ spool }) => spool.queue.onDisk.batches,
  );
  metrics.gauge('kef_relay_spool_events', 'Unacknowledged events on disk.', ({ spool }) => spool.queue.onDisk.events);
  metrics.total('kef_relay_spool_written_total', 'Records written.', ({ spool }) => spool.queue.written);
  metrics.total(
    'kef_relay_spool_failures_total',
    'Writes and removals that failed.',
    ({ spool }) => spool.queue.failures,
  );
  metrics.total(
    'kef_relay_spool_restored_events_total',
    'Events an earlier process left.',
    ({ stats }) => stats.restored,
  );
  metrics.totals(
    'kef_relay_spool_lost_total',
    'Events given up, and reported as gaps.',
    'reason',
    ({ spool }) => spool.lost,
  );
  metrics.totals(
    'kef_relay_gaps_total',
    'Times of which events may have expired unread.',
    'reason',
    ({ stats }) => stats.gaps,
  );
}

function streamMetrics(metrics: MetricSet): void {
  const oldest = (
    relay: ClusterRelay,
    read: (source: ClusterRelay['sources'][number]) => number | undefined,
  ): number => {
    const times = relay.sources.map(read).filter((time) => time !== undefined);
    return times.length === 0 ? -1 : (monotonicMs() - Math.min(...times)) / 1_000;
  };
  // A stream that never said anything is as quiet as the time it has been tried.
  metrics.gauge('kef_relay_last_byte_age_seconds', 'Since the quietest stream said anything; -1 before.', (relay) =>
    oldest(relay, ({ lastByteAt, failingSince }) => lastByteAt ?? failingSince),
  );
  metrics.gauge('kef_relay_last_event_age_seconds', 'Since the quietest stream brought an event; -1 before.', (relay) =>
    oldest(relay, (source) => source.lastEventAt),
  );
  metrics.gauge(
    'kef_relay_kubernetes_clock_skew_seconds',
    "The API server's clock minus ours; absent before it answered.",
    ({ kubernetes }) => secondsOf(kubernetes.skewMs),
  );
  const untilEnd = ({ kubernetes }: ClusterRelay, kind: CredentialExpiry['kind']): number | undefined => {
    const expiry = kubernetes.expiry();
    return expiry?.kind === kind ? untilDate(expiry.at) : undefined;
  };
  metrics.gauge(
    'kef_relay_kubernetes_token_expire_seconds',
    'Until the token for the API server expires; absent for tokens that do not say.',
    (relay) => untilEnd(relay, 'token'),
  );
  metrics.gauge(
    'kef_relay_kubernetes_certificate_expire_seconds',
    'Until the client certificate for the API server expires; absent without one.',
    (relay) => untilEnd(relay, 'certificate'),
  );
  metrics.total('kef_relay_lists_total', 'Lists begun.', ({ stats }) => stats.lists);
  metrics.total('kef_relay_list_pages_total', 'Pages of lists read.', ({ stats }) => stats.listPages);
  metrics.totals('kef_relay_reconnects_total', 'Ends of streams and lists.', 'cause', ({ stats }) => stats.reconnects);
  signalMetrics(metrics);
}

/** What the signals bring, and what they cost next to the Events themselves. */
function signalMetrics(metrics: MetricSet): void {
  const read = ({ stats, signals }: ClusterRelay, of: (stats: RelayStats) => number): [string, number][] => [
    ['events', of(stats)],
    ...signals.watches.map((watch): [string, number] => [watch.resource, of(watch.stats)]),
  ];
  metrics.totals(
    'kef_relay_signals_total',
    'Events derived from Pods and Nodes.',
    'reason',
    ({ signals }) => signals.derived,
  );
  metrics.gauge(
    'kef_relay_signals_broken',
    'Signals whose stream does not work, such as for want of rights.',
    ({ signals }) => signals.watches.filter(({ isBroken }) => isBroken).length,
  );
  metrics.totals('kef_relay_read_bytes_total', 'Bytes the API server sent.', 'resource', (relay) =>
    read(relay, ({ bytesRead }) => bytesRead),
  );
  metrics.totals(
    'kef_relay_signal_objects_total',
    'Pods and Nodes the API server sent: watch lines and list items.',
    'resource',
    (relay) => read(relay, ({ received }) => received).slice(1),
  );
}

/** What concerns the process and none of its clusters. */
function processMetrics(registry: Registry, { reloads, elector }: Pick<ShownProcess, 'reloads' | 'elector'>): void {
  new Gauge({
    name: 'kef_relay_config_last_reload_successful',
    help: '1 when the last reload of the configuration was taken; 0 when it had errors and the old one stayed.',
    registers: [registry],
    collect() {
      this.set(reloads.state.isSuccessful ? 1 : 0);
    },
  });
  new Gauge({
    name: 'kef_relay_config_last_reload_success_timestamp_seconds',
    help: 'When the configuration in force was taken.',
    registers: [registry],
    collect() {
      this.set(reloads.state.succeededAt / 1_000);
    },
  });
  if (elector === undefined) return;
  new Gauge({
    name: 'kef_relay_leader',
    help: '1 when this replica works, 0 when it stands by.',
    registers: [registry],
    collect() {
      this.set(elector.isLeader ? 1 : 0);
    },
  });
  new Gauge({
    name: 'kef_relay_lease_ok',
    help: '1 when the Lease can be read and written.',
    registers: [registry],
    collect() {
      this.set(elector.state.problem === undefined ? 1 : 0);
    },
  });
}

function secondsOf(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000;
}

/** Of the wall clock, because expiry is. */
function untilDate(at: Date | undefined): number | undefined {
  return at === undefined ? undefined : (at.getTime() - Date.now()) / 1_000;
}
