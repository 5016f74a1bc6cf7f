import { Duration } from 'aws-cdk-lib';
import { Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';

/** Figures that the functions count, each with the function that counts it. */
export const figures = {
  Batches: 'ingest',
  EventsAccepted: 'ingest',
  EventsDropped: 'ingest',
  EventsRejected: 'ingest',
  Gaps: 'ingest',
  Routed: 'route',
  Suppressed: 'route',
  Published: 'route',
  Withheld: 'route',
  Storms: 'route',
  RouteFailures: 'route',
  PoisonRecords: 'route',
  Notified: 'notify',
  NotifyRepeats: 'notify',
  SilentClusters: 'watch',
} as const;

/** A figure's name. */
export type Figure = keyof typeof figures;

/** Where a forwarder's figures are: two forwarders in one account and region must not add up in one metric. */
export function metricNamespace(forwarder: string): string {
  return `KubeEventForwarder/${forwarder}`;
}

/**
 * One figure of a forwarder.
 *
 * @param options @default sum over 5 minutes; `SilentClusters` is a maximum
 */
export function figureMetric(forwarder: string, figure: Figure, options: MetricOptions = {}): Metric {
  return new Metric({
    namespace: metricNamespace(forwarder),
    metricName: figure,
    dimensionsMap: { service: figures[figure] },
    statistic: figure === 'SilentClusters' ? Stats.MAXIMUM : Stats.SUM,
    period: Duration.minutes(5),
    ...options,
  });
}
