import type { DropReason } from '../relay/filter.ts';
import { Joined, text } from './template/expression.ts';

/** One Prometheus alert. */
export interface Alert {
  readonly name: string;
  /** PromQL; `$cluster` stands for the label matcher of this release's cluster. */
  readonly expr: string;
  readonly for?: string;
  readonly severity: 'warning' | 'critical';
  readonly summary: string;
  /** What it means and what to do. */
  readonly description: string;
}

/**
 * How much counters have grown. A labelled counter appears with its first event, and `increase` does not see the step from
 * nothing to something: a single KernelOops would never alert. So a series that was not there before counts as it is.
 */
function growthOf(metric: string, matchers: string, range: string): string {
  const series = `${metric}{$cluster,${matchers}}`;
  return `sum by (cluster_id) ((${series} unless ${series} offset ${range}) or increase(${series}[${range}]))`;
}

/** The reasons for dropping an event that no setting asked for. */
const lost: readonly DropReason[] = ['unreadable', 'oversize'];

/** The relay's own state. Its metrics are listed in `lib/relay/metrics.ts`; a test compares the names. */
export const relayAlerts: readonly Alert[] = [
  {
    name: 'KefRelayAbsent',
    expr: 'absent(kef_relay_ready{$cluster})',
    for: '5m',
    severity: 'critical',
    summary: 'No relay of this cluster is scraped',
    description:
      'Either no relay runs, or Prometheus does not reach it. Events live for an hour: until then a restarted relay reads what it missed. Look at the Deployment and its pod.',
  },
  {
    name: 'KefRelayNotReady',
    expr: 'max by (cluster_id) (kef_relay_ready{$cluster}) == 0',
    for: '5m',
    severity: 'critical',
    summary: 'The relay runs but does not do its work',
    description: 'GET /ready on the pod says why: the first list, a broken stream, or an API that takes no batches.',
  },
  {
    name: 'KefRelaySilent',
    expr: 'min by (cluster_id) (kef_relay_last_acknowledgement_age_seconds{$cluster}) > 300',
    for: '1m',
    severity: 'critical',
    summary: 'The API has taken nothing for five minutes, not even a heartbeat',
    description: 'A healthy relay posts at least once a minute. GET /status on the pod tells what it waits for.',
  },
  {
    name: 'KefRelayStreamSilent',
    expr: 'max by (cluster_id) (kef_relay_last_byte_age_seconds{$cluster}) > 300',
    for: '1m',
    severity: 'critical',
    summary: 'The API server has said nothing for five minutes',
    description: 'Even on a quiet cluster the relay asks it once a minute. GET /status on the pod has the last error.',
  },
  {
    name: 'KefRelayLag',
    expr: 'max by (cluster_id) (kef_relay_lag_seconds{$cluster}) > 120',
    for: '5m',
    severity: 'warning',
    summary: 'Events wait in the relay for minutes',
    description: 'More come than the API takes: look at its answers, at worker_count, and at the CPU limit of the pod.',
  },
  {
    name: 'KefRelayForbidden',
    expr: `${growthOf('kef_relay_api_failures_total', 'kind=~"forbidden|misdirected"', '10m')} > 0`,
    for: '5m',
    severity: 'critical',
    summary: 'The API refuses the relay',
    description:
      'Wrong role, wrong cluster id, wrong URL or a wrong clock. The log of the pod names what is missing; see docs/troubleshooting.md.',
  },
  {
    name: 'KefRelayApiUnavailable',
    expr: `${growthOf('kef_relay_api_failures_total', 'kind="unavailable"', '10m')} > 10`,
    for: '10m',
    severity: 'warning',
    summary: 'The API answers with errors or not at all',
    description: 'Nothing is lost while the relay keeps trying. Check the backend, the network path and the proxy.',
  },
  {
    name: 'KefRelayThrottled',
    expr: `${growthOf('kef_relay_api_failures_total', 'kind="throttled"', '10m')} > 10`,
    for: '10m',
    severity: 'warning',
    summary: 'The API throttles the relay',
    description: 'Raise the throttle of the backend, or filter events in the relay (config.event_types, min_severity).',
  },
  {
    name: 'KefRelayEventsRefused',
    expr: 'sum by (cluster_id) (increase(k8s_events_error_total{$cluster}[15m])) > 0',
    severity: 'warning',
    summary: 'The API refused events for good',
    description: 'They are in dead-letters.ndjson on the spool volume, each with the reason.',
  },
  {
    name: 'KefRelayEventsUnreadable',
    expr: `${growthOf('k8s_events_filtered_total', `reason=~"${lost.join('|')}"`, '15m')} > 0`,
    severity: 'warning',
    summary: 'The relay dropped events it could not read or that were too large',
    description: 'The log of the pod names them. Some component writes broken events.',
  },
  {
    name: 'KefRelaySpoolBroken',
    expr: 'min by (cluster_id) (kef_relay_spool_ok{$cluster}) == 0',
    for: '5m',
    severity: 'warning',
    summary: 'The spool cannot be written: a long outage of the API would cost events',
    description: 'GET /status on the pod has the reason under spool. Events wait in memory until the disk works again.',
  },
  {
    name: 'KefRelaySpoolFilling',
    expr: 'max by (cluster_id) (kef_relay_spool_bytes{$cluster} / (kef_relay_spool_max_bytes{$cluster} > 0)) > 0.8',
    severity: 'warning',
    summary: 'The spool is nearly full',
    description:
      'The API has taken nothing for long. When the spool is full, ordinary Normal events are given up first, then the oldest. Repair the path to the API, or raise spool.maxMegabytes.',
  },
  {
    name: 'KefRelaySpoolLost',
    expr: `${growthOf('kef_relay_spool_lost_total', 'reason!=""', '15m')} > 0`,
    severity: 'critical',
    summary: 'Events were given up because the spool was full or damaged',
    description: 'The backend has a gap record with times and counts: "kef clusters" shows it.',
  },
  {
    name: 'KefRelayClockSkew',
    expr: 'max by (cluster_id) (abs(kef_relay_clock_skew_seconds{$cluster})) > 120',
    for: '5m',
    severity: 'warning',
    summary: 'The clock of the node is wrong',
    description: 'AWS refuses signatures that are five minutes off. Look at chrony on the node.',
  },
  {
    name: 'KefRelayCredentialsExpire',
    expr: 'min by (cluster_id) (kef_relay_credentials_expire_seconds{$cluster}) < 60',
    for: '5m',
    severity: 'critical',
    summary: 'The AWS keys of the relay end, and no new ones come',
    description: 'They are renewed five minutes ahead. Look at the EKS Pod Identity agent, or at the IRSA annotation.',
  },
  {
    name: 'KefRelayKubernetesCredentialsExpire',
    expr:
      'min by (cluster_id) (kef_relay_kubernetes_certificate_expire_seconds{$cluster} < 604800 ' +
      'or kef_relay_kubernetes_token_expire_seconds{$cluster} < 60)',
    for: '5m',
    severity: 'warning',
    summary: 'The credentials for the API server end soon: a certificate within a week, or a token that nobody renews',
    description: 'A pod renews its token itself. Outside, renew the certificate or token of the kubeconfig.',
  },
  {
    name: 'KefRelayReconnects',
    expr: `${growthOf('kef_relay_reconnects_total', 'cause!~"ended|idle"', '10m')} > 20`,
    for: '10m',
    severity: 'warning',
    summary: 'The stream of events keeps breaking',
    description: 'The label cause says how. Frequent stale ends mean an overloaded API server or relay.',
  },
  {
    name: 'KefRelaySignalsBroken',
    expr: 'max by (cluster_id) (kef_relay_signals_broken{$cluster}) > 0',
    for: '10m',
    severity: 'warning',
    summary: 'The relay cannot follow Pods or Nodes: no OOM kills and node conditions are derived',
    description:
      'Events are forwarded all the same. signals in /status has the last error; mostly it is the right to list and watch them.',
  },
];

const events = (matchers: string, range: string) => growthOf('kube_event_count', matchers, range);

/** What the Events say, by the thresholds of the specification. */
export const eventAlerts: readonly Alert[] = [
  {
    name: 'KubeEventsWarningRaised',
    expr: `${events('type="Warning"', '5m')} > 10`,
    for: '5m',
    severity: 'warning',
    summary: 'More than 10 Warning events in 5 minutes',
    description: 'kef events --type Warning --since 15m shows them.',
  },
  {
    name: 'KubeEventsWarningMany',
    // Of five minutes: scraped once a minute, a window of one never has the two samples that growth takes.
    expr: `${events('type="Warning"', '5m')} / 5 > 10`,
    for: '5m',
    severity: 'warning',
    summary: 'More than 10 Warning events per minute',
    description: 'kef events --type Warning --since 15m shows them.',
  },
  {
    name: 'KubeEventsWarningStorm',
    expr: `${events('type="Warning"', '5m')} / 300 > 0.5`,
    for: '5m',
    severity: 'critical',
    summary: 'A storm of Warning events: more than one every two seconds',
    description: 'topk(5, sum by (reason) (rate(kube_event_count{type="Warning"}[5m]))) names the reasons.',
  },
  {
    name: 'KubeEventsFailedScheduling',
    expr: `${events('reason="FailedScheduling"', '5m')} > 5`,
    for: '5m',
    severity: 'critical',
    summary: 'Pods cannot be scheduled',
    description: 'The messages of the events name the missing resource, taint, affinity or volume.',
  },
  {
    name: 'KubeEventsNodeNotReady',
    expr: `${events('reason="NodeNotReady"', '5m')} > 0`,
    for: '5m',
    severity: 'critical',
    summary: 'A node is not ready',
    description: 'Look at its kubelet, container runtime and network.',
  },
  {
    name: 'KubeEventsKernelOops',
    expr: `${events('reason="KernelOops"', '5m')} > 0`,
    severity: 'critical',
    summary: 'The kernel of a node reported an oops',
    description: 'Cordon the node, save its kernel log, replace it.',
  },
  {
    name: 'KubeEventsCertificateNotReady',
    expr: `${events('reason="NotReady",involved_object_kind="Certificate"', '10m')} > 0`,
    for: '10m',
    severity: 'warning',
    summary: 'A certificate is not ready',
    description: 'Look at the CertificateRequest and Order of the Certificate.',
  },
  {
    name: 'KubeEventsBackupFailed',
    expr: `${events('reason=~"BackupFailed|BackupPartiallyFailed"', '1h')} > 0`,
    severity: 'critical',
    summary: 'A backup failed',
    description: 'Look at the log of the backup before the next one is due.',
  },
  {
    name: 'KubeEventsAllocationFailed',
    expr: `${events('reason="AllocationFailed"', '5m')} > 3`,
    for: '5m',
    severity: 'warning',
    summary: 'Services get no address',
    description: 'The address pool of the load balancer is used up or does not match.',
  },
];

/** An alert's expression with the release's own cluster in it. */
export function expressionOf({ expr }: Alert): Joined {
  const pieces = expr.split('$cluster');
  const literals = pieces.map((piece, index) => {
    const opened = index === 0 ? piece : `"${piece}`;
    return index === pieces.length - 1 ? opened : `${opened}cluster_id="`;
  });
  const clusterId = text(({ Values }) => Values.clusterId);
  return new Joined(
    literals,
    pieces.slice(1).map(() => clusterId),
  );
}
