import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Namespace of this product's metrics unless the environment (`POWERTOOLS_METRICS_NAMESPACE`) says otherwise. */
const metricsNamespace = 'KubeEventForwarder';

/**
 * Logger and metrics of one function. The only dimension is the function's name: a metric costs $0.30 a month for each
 * combination of dimensions, so clusters and namespaces go into metadata, which logs can search.
 */
export function createTelemetry(serviceName: string): { logger: Logger; metrics: Metrics } {
  const namespace = process.env.POWERTOOLS_METRICS_NAMESPACE ?? metricsNamespace;
  return { logger: new Logger({ serviceName }), metrics: new Metrics({ namespace, serviceName }) };
}

/** Adds counts to what the function reports at its end; zeros are left out. */
export function addCounts(metrics: Metrics, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) {
    if (count > 0) metrics.addMetric(name, MetricUnit.Count, count);
  }
}
