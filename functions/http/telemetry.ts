import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Namespace of this product's metrics unless the environment (`POWERTOOLS_METRICS_NAMESPACE`) says otherwise. */
const metricsNamespace = 'KubeEventForwarder';

/** Logger of one function. */
export function createLogger(serviceName: string): Logger {
  return new Logger({ serviceName });
}

/**
 * Metrics of one function. The only dimension is the function's name: a metric costs $0.30 a month for each combination of
 * dimensions, so clusters and namespaces go into metadata, which logs can search.
 */
export function createMetrics(serviceName: string): Metrics {
  return new Metrics({ namespace: process.env.POWERTOOLS_METRICS_NAMESPACE ?? metricsNamespace, serviceName });
}

/** Adds counts to what the function reports at its end; zeros are left out. */
export function addCounts(metrics: Metrics, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) {
    if (count > 0) metrics.addMetric(name, MetricUnit.Count, count);
  }
}
