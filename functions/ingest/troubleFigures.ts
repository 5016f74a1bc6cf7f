import type { Metrics } from '@aws-lambda-powertools/metrics';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { HistoryItem } from '../../lib/store/historyItem.ts';

/**
 * Effective reasons with a figure of their own. Every one costs a custom metric in each cluster that has it, and anybody
 * can invent reasons: the list is closed, and all others are `other`.
 */
export const troubleReasons: readonly string[] = [
  'BackoffLimitExceeded',
  'CrashLoopBackOff',
  'CreateContainerConfigError',
  'ErrImagePull',
  'Evicted',
  'FailedAttachVolume',
  'FailedCreate',
  'FailedCreatePodSandBox',
  'FailedMount',
  'FailedScheduling',
  'ImagePullBackOff',
  'NodeNotReady',
  'OOMKilled',
  'Unhealthy',
];

/** Metric of all troubles of a cluster; with dimension `reason`, of one kind. */
const metricName = 'Troubles';

/** What is no routine in a batch, by reason. What happened before the relay was watching would look like an outbreak. */
export function troublesOf(items: readonly HistoryItem[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) {
    if (item.backlog !== undefined || item.s === 'info') continue;
    const reason = item.e ?? item.r;
    const name = troubleReasons.includes(reason) ? reason : 'other';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Writes the figures that `lib/stack/AnomalyAlarm.ts` looks at. A batch without trouble is a zero: bands need the quiet, too. */
export function reportTroubles(metrics: Metrics, cluster: string, items: readonly HistoryItem[]): void {
  const counts = troublesOf(items);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  metrics.singleMetric().addDimension('cluster', cluster).addMetric(metricName, MetricUnit.Count, total);
  for (const [reason, count] of counts) {
    const single = metrics.singleMetric().addDimension('cluster', cluster).addDimension('reason', reason);
    single.addMetric(metricName, MetricUnit.Count, count);
  }
}
