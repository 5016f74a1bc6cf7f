import { Duration } from 'aws-cdk-lib';
import { AnomalyDetectionAlarm, ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { metricNamespace } from './metrics.ts';

export interface AnomalyAlarmProps {
  readonly forwarderName: string;
  readonly cluster: string;
  readonly topic: ITopic;
}

/** Standard deviations around what CloudWatch expects: three let an ordinary deployment pass. */
const bandWidth = 3;

/**
 * Tells when one cluster has more trouble than it usually has at this hour of the week, whatever each incident is worth by
 * itself. CloudWatch learns the band from the metric, best from two weeks of it.
 */
export class AnomalyAlarm extends Construct {
  readonly alarm: AnomalyDetectionAlarm;

  constructor(scope: Construct, id: string, { forwarderName, cluster, topic }: AnomalyAlarmProps) {
    super(scope, id);
    this.alarm = new AnomalyDetectionAlarm(this, 'Troubles', {
      alarmName: `${forwarderName}-${cluster}-Anomaly`,
      alarmDescription:
        `warning: cluster ${cluster} has more trouble than usual. Metric Troubles by reason shows of which kind, ` +
        `kef incidents --cluster-id ${cluster} where.`,
      // What `ingest` counts.
      metric: new Metric({
        namespace: metricNamespace(forwarderName),
        metricName: 'Troubles',
        dimensionsMap: { service: 'ingest', cluster },
        statistic: Stats.SUM,
        period: Duration.minutes(5),
      }),
      stdDevs: bandWidth,
      comparisonOperator: ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      // A silent cluster has an alarm of its own.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    this.alarm.addAlarmAction(new SnsAction(topic));
  }
}
