import type { Metrics } from '@aws-lambda-powertools/metrics';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { HistoryItem } from '../../lib/store/historyItem.ts';

/** Effective reasons that are counted for alarms, see `lib/stack/ClusterAlarms.ts`. */
const countedReasons = ['FailedScheduling', 'KernelOops', 'CertificateNotReady', 'BackupFailed', 'AllocationFailed'];

/**
 * What alarms of one cluster count in a batch; zeros are left out. What happened before the relay was watching is no reason
 * for an alarm.
 */
export function clusterFiguresOf(items: readonly HistoryItem[]): Record<string, number> {
  const counts: Record<string, number> = {};
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  for (const item of items) {
    if (item.backlog !== undefined) continue;
    if (item.t === 'Warning') count('Warnings');
    const reason = item.e ?? item.r;
    if (countedReasons.includes(reason)) count(reason);
  }
  return counts;
}

/**
 * Writes the figures with the cluster as a dimension. Each combination is a metric of its own to CloudWatch, and has its
 * price: only for backends that asked for alarms per cluster.
 */
export function reportClusterFigures(metrics: Metrics, cluster: string, items: readonly HistoryItem[]): void {
  for (const [name, value] of Object.entries(clusterFiguresOf(items))) {
    metrics.singleMetric().addDimension('cluster', cluster).addMetric(name, MetricUnit.Count, value);
  }
}
