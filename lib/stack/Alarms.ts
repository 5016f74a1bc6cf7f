import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { TableSchema } from '../store/tableSchemas.ts';
import type { ForwarderApi } from './ForwarderApi.ts';
import { figureMetric } from './metrics.ts';

/** A table as its alarms see it. */
export interface WatchedTable {
  readonly table: TableV2;
  readonly schema: TableSchema;
}

export interface AlarmsProps {
  readonly name: string;
  /** Where alarms go, and where they go once they are over. */
  readonly topic: ITopic;
  readonly api: ForwarderApi;
  readonly functions: Readonly<Record<string, IFunction>>;
  readonly tables: Readonly<Record<string, WatchedTable>>;
  readonly deadLetters: Readonly<Record<string, IQueue>>;
  /** The function behind the stream. */
  readonly route: IFunction;
}

/** What an alarm is about, and what to do about it. */
interface AlarmSpec {
  readonly metric: IMetric;
  /** Alarm from this value on. */
  readonly from: number;
  /** Of so many last periods … @default 1 */
  readonly periods?: number;
  /** … so many have to be over. @default all of them */
  readonly of?: number;
  readonly missing?: TreatMissingData;
  readonly description: string;
}

const fiveMinutes = Duration.minutes(5);

/** The backend's alarms, each with what to do in its description. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { name, topic } = props;
    const specs = { ...pathAlarms(props), ...functionAlarms(props), ...tableAlarms(props), ...queueAlarms(props) };
    this.all = Object.entries(specs).map(([key, { metric, from, periods = 1, of = periods, missing, description }]) => {
      const alarm = new Alarm(this, key, {
        alarmName: `${name}-${key}`,
        alarmDescription: description,
        metric,
        threshold: from,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: periods,
        datapointsToAlarm: of,
        treatMissingData: missing ?? TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(new SnsAction(topic));
      alarm.addOkAction(new SnsAction(topic));
      return alarm;
    });
  }
}

/** Along the way of an event. */
function pathAlarms({ name, api, route }: AlarmsProps): Record<string, AlarmSpec> {
  return {
    ClustersSilent: {
      metric: figureMetric(name, 'SilentClusters', { period: Duration.minutes(1) }),
      from: 1,
      periods: 3,
      missing: TreatMissingData.BREACHING,
      description:
        'A cluster sends no heartbeats (the message before this one names it; so does "kef clusters"), or function watch does not run.',
    },
    Gaps: {
      metric: figureMetric(name, 'Gaps'),
      from: 1,
      description:
        'A relay reported events that it lost: its spool was full or damaged, or it was away for longer than events live. "kef clusters" shows which; look for what held it up.',
    },
    Storms: {
      metric: figureMetric(name, 'Storms'),
      from: 1,
      description: 'Many objects of one namespace fail for one reason. The storm message names the worst.',
    },
    RouteBehind: {
      metric: route.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: fiveMinutes }),
      from: 300_000,
      periods: 2,
      description:
        'Notifications are more than 5 minutes late: function route does not keep up, or fails. See its log; more routeParallelism helps against load.',
    },
    RouteFailures: {
      metric: figureMetric(name, 'RouteFailures'),
      from: 1,
      periods: 3,
      description:
        'Function route keeps failing on some records. They are retried, and parked in S3 at last. Its log has the reason.',
    },
    ApiErrors: {
      metric: api.metric('5xx', { statistic: Stats.SUM, period: fiveMinutes }),
      from: 5,
      periods: 3,
      of: 2,
      description: 'The API answers 5xx. Relays keep their events and send them again; see the log of function ingest.',
    },
  };
}

function functionAlarms({ functions }: AlarmsProps): Record<string, AlarmSpec> {
  return Object.fromEntries(
    Object.entries(functions).flatMap(([key, fn]): [string, AlarmSpec][] => [
      [
        `${key}Errors`,
        {
          metric: fn.metricErrors({ period: fiveMinutes }),
          from: 1,
          periods: 3,
          of: 2,
          description: `Function ${key.toLowerCase()} crashes or runs into its time limit. Its log has the reason.`,
        },
      ],
      [
        `${key}Throttles`,
        {
          metric: fn.metricThrottles({ period: fiveMinutes }),
          from: 1,
          periods: 3,
          of: 2,
          description: `Function ${key.toLowerCase()} is refused concurrency. Raise the account's quota "Concurrent executions".`,
        },
      ],
    ]),
  );
}

function tableAlarms({ tables }: AlarmsProps): Record<string, AlarmSpec> {
  return Object.fromEntries(
    Object.entries(tables).flatMap(([key, { table, schema }]): [string, AlarmSpec][] => {
      const throttled = (metricName: string, index?: string) => ({
        metric: new Metric({
          namespace: 'AWS/DynamoDB',
          metricName,
          dimensionsMap: {
            TableName: table.tableName,
            ...(index === undefined ? {} : { GlobalSecondaryIndexName: index }),
          },
          statistic: Stats.SUM,
          period: fiveMinutes,
        }),
        from: 1,
        periods: 3,
        of: 2,
        description: `DynamoDB throttles table ${key}${index === undefined ? '' : `, index ${index}`}: a hot key, or traffic that more than doubled within 30 minutes. Retries cover it for a while; docs/scale.md tells what moves the limit.`,
      });
      return [
        [`${key}WriteThrottles`, throttled('WriteThrottleEvents')],
        [`${key}ReadThrottles`, throttled('ReadThrottleEvents')],
        // An index that cannot keep up throttles the writes of its table.
        ...schema.indexes.map(({ name }): [string, AlarmSpec] => [
          `${key}IndexThrottles`,
          throttled('WriteThrottleEvents', name),
        ]),
      ];
    }),
  );
}

function queueAlarms({ deadLetters }: AlarmsProps): Record<string, AlarmSpec> {
  return Object.fromEntries(
    Object.entries(deadLetters).map(([key, queue]): [string, AlarmSpec] => [
      `${key}DeadLetters`,
      {
        metric: queue.metricApproximateNumberOfMessagesVisible({ period: fiveMinutes, statistic: Stats.MAXIMUM }),
        from: 1,
        description:
          key === 'Notify'
            ? 'Notifications wait in the dead-letter queue of notify: somebody was not told. Repair the reason, then "kef redrive".'
            : `What was not delivered waits in the dead-letter queue of ${key.toLowerCase()}: messages to operators, automation that did not start, missed looks at the clock. Read it, repair the reason, then "aws sqs purge-queue".`,
      },
    ]),
  );
}
