import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { metricNamespace } from './metrics.ts';

export interface ClusterAlarmsProps {
  readonly forwarderName: string;
  readonly cluster: string;
  readonly topic: ITopic;
}

/** A threshold of the specification, see `docs/deploy.md`. */
interface Threshold {
  /** Metric that `ingest` counts per cluster. */
  readonly metric: string;
  /** More than so many … */
  readonly above: number;
  /** … within so many minutes … */
  readonly minutes: number;
  /** … so many times in a row. @default 1 */
  readonly times?: number;
  readonly level: 'critical' | 'warning';
  readonly text: string;
}

/**
 * The thresholds of the specification. "More than 10 in 5 minutes, and so for 5 minutes" is two periods of 5 minutes in a row.
 */
const thresholds: Readonly<Record<string, Threshold>> = {
  Warnings: { metric: 'Warnings', above: 10, minutes: 5, times: 2, level: 'warning', text: 'more warnings than usual' },
  WarningBurst: { metric: 'Warnings', above: 10, minutes: 1, level: 'warning', text: 'a burst of warnings' },
  WarningFlood: {
    metric: 'Warnings',
    above: 150, // 0.5 a second
    minutes: 5,
    level: 'critical',
    text: 'warnings at more than one every two seconds',
  },
  FailedScheduling: {
    metric: 'FailedScheduling',
    above: 5,
    minutes: 5,
    times: 2,
    level: 'critical',
    text: 'pods find no node',
  },
  KernelOops: { metric: 'KernelOops', above: 0, minutes: 5, level: 'critical', text: 'a kernel oops on a node' },
  CertificateNotReady: {
    metric: 'CertificateNotReady',
    above: 0,
    minutes: 5,
    times: 2,
    level: 'warning',
    text: 'a certificate is not ready for 10 minutes',
  },
  BackupFailed: { metric: 'BackupFailed', above: 0, minutes: 60, level: 'critical', text: 'a backup failed' },
  AllocationFailed: {
    metric: 'AllocationFailed',
    above: 3,
    minutes: 5,
    times: 2,
    level: 'warning',
    text: 'addresses or devices cannot be allocated',
  },
};

/** The specification's alert thresholds as alarms of one cluster. They count occurrences, before any window or storm guard. */
export class ClusterAlarms extends Construct {
  constructor(scope: Construct, id: string, props: ClusterAlarmsProps) {
    super(scope, id);
    const { forwarderName, cluster, topic } = props;
    for (const [key, { metric, above, minutes, times = 1, level, text }] of Object.entries(thresholds)) {
      const alarm = new Alarm(this, key, {
        alarmName: `${forwarderName}-${cluster}-${key}`,
        alarmDescription: `${level}: cluster ${cluster}: ${text}. kef incidents --cluster-id ${cluster} shows what is wrong.`,
        metric: new Metric({
          namespace: metricNamespace(forwarderName),
          metricName: metric,
          dimensionsMap: { service: 'ingest', cluster },
          statistic: Stats.SUM,
          period: Duration.minutes(minutes),
        }),
        threshold: above,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: times,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(new SnsAction(topic));
    }
  }
}
