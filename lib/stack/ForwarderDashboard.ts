import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Metric,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { WatchedTable } from './Alarms.ts';
import type { ForwarderApi } from './ForwarderApi.ts';
import { type Figure, figureMetric } from './metrics.ts';

export interface ForwarderDashboardProps {
  readonly name: string;
  readonly api: ForwarderApi;
  readonly functions: Readonly<Record<string, IFunction>>;
  readonly route: IFunction;
  readonly tables: Readonly<Record<string, WatchedTable>>;
  readonly deadLetters: Readonly<Record<string, IQueue>>;
  /** @default - no alarm states on the dashboard */
  readonly alarms?: readonly Alarm[];
}

const period = Duration.minutes(5);

/** One page in the order of an event's way: what is wrong now, what came in, what went out, what it ran on. */
export class ForwarderDashboard extends Construct {
  constructor(scope: Construct, id: string, props: ForwarderDashboardProps) {
    super(scope, id);
    const { name, alarms = [] } = props;
    new Dashboard(this, 'Dashboard', {
      dashboardName: name,
      defaultInterval: Duration.hours(12),
      widgets: [
        alarms.length === 0
          ? []
          : [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 4 })],
        incoming(props),
        outgoing(props),
        machinery(props),
        storage(props),
      ],
    });
  }
}

function incoming({ name, api }: ForwarderDashboardProps): IWidget[] {
  return [
    graph('Events in', figuresOf(name, ['EventsAccepted', 'EventsDropped', 'EventsRejected'])),
    graph('Clusters: silent, gaps', figuresOf(name, ['SilentClusters', 'Gaps'])),
    graph('API', [sum(api, 'Count', 'requests'), sum(api, '4xx', '4xx'), sum(api, '5xx', '5xx')], {
      right: [api.metric('Latency', { statistic: 'p99', period, label: 'p99 ms' })],
    }),
  ];
}

function outgoing({ name, route, deadLetters }: ForwarderDashboardProps): IWidget[] {
  return [
    graph('Publications', figuresOf(name, ['Published', 'Suppressed', 'Withheld', 'Storms', 'Notified'])),
    graph('Behind, ms', [route.metric('IteratorAge', { statistic: Stats.MAXIMUM, period, label: 'stream → route' })]),
    graph(
      'Dead letters',
      Object.entries(deadLetters).map(([label, queue]) =>
        queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period, label }),
      ),
    ),
  ];
}

function machinery({ functions }: ForwarderDashboardProps): IWidget[] {
  const of = (make: (fn: IFunction, label: string) => IMetric) =>
    Object.entries(functions).map(([label, fn]) => make(fn, label));
  return [
    graph(
      'Functions: errors and throttles',
      of((fn, label) => fn.metricErrors({ period, label: `${label} errors` })),
      { right: of((fn, label) => fn.metricThrottles({ period, label: `${label} throttles` })) },
    ),
    graph(
      'Functions: p99 ms',
      of((fn, label) => fn.metricDuration({ statistic: 'p99', period, label })),
    ),
    graph(
      'Functions: invocations',
      of((fn, label) => fn.metricInvocations({ period, label })),
    ),
  ];
}

function storage({ tables }: ForwarderDashboardProps): IWidget[] {
  const of = (metricName: string) =>
    Object.entries(tables).map(
      ([label, { table }]) =>
        new Metric({
          namespace: 'AWS/DynamoDB',
          metricName,
          dimensionsMap: { TableName: table.tableName },
          statistic: Stats.SUM,
          period,
          label,
        }),
    );
  return [
    graph('Tables: write units', of('ConsumedWriteCapacityUnits')),
    graph('Tables: read units', of('ConsumedReadCapacityUnits')),
    graph('Tables: throttled', [...of('WriteThrottleEvents'), ...of('ReadThrottleEvents')]),
  ];
}

function figuresOf(name: string, list: readonly Figure[]): IMetric[] {
  return list.map((figure) => figureMetric(name, figure, { label: figure }));
}

function sum(api: ForwarderApi, metricName: string, label: string): IMetric {
  return api.metric(metricName, { statistic: Stats.SUM, period, label });
}

function graph(title: string, left: IMetric[], { right }: { right?: IMetric[] } = {}): GraphWidget {
  return new GraphWidget({ title, left, ...(right === undefined ? {} : { right }), width: 8, height: 6 });
}
