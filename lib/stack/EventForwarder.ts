import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { EventBus, type EventPattern, type IRuleTarget, Rule } from 'aws-cdk-lib/aws-events';
import { Grant, type IGrantable, ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { KefError } from '../errors.ts';
import { clustersTableSchema, historyTableSchema, incidentsTableSchema } from '../store/tableSchemas.ts';
import { Alarms } from './Alarms.ts';
import { AnomalyAlarm } from './AnomalyAlarm.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import { ClusterAlarms } from './ClusterAlarms.ts';
import { Encryption } from './Encryption.ts';
import type { EventForwarderProps } from './EventForwarderProps.ts';
import { EventSchema } from './EventSchema.ts';
import { ForwarderApi } from './ForwarderApi.ts';
import { ForwarderBuckets } from './ForwarderBuckets.ts';
import { ForwarderDashboard } from './ForwarderDashboard.ts';
import { ForwarderTables } from './ForwarderTables.ts';
import { IngestFunction } from './IngestFunction.ts';
import { MessageTopic } from './MessageTopic.ts';
import { type Figure, figureMetric } from './metrics.ts';
import { NotificationRule } from './Notifications.ts';
import { NotifyFunction } from './NotifyFunction.ts';
import { Operations } from './Operations.ts';
import { QueryFunction } from './QueryFunction.ts';
import { type ClusterProps, RelayRole } from './RelayRole.ts';
import { Remediation } from './Remediation.ts';
import { RouteFunction } from './RouteFunction.ts';
import { RouteMapping } from './RouteMapping.ts';
import { ServedClusters } from './ServedClusters.ts';
import { SlackChannels } from './SlackChannels.ts';
import type { NotificationTargets } from './targetsConfig.ts';
import { WatchFunction } from './WatchFunction.ts';

/** The functions of a forwarder. */
export interface ForwarderFunctions {
  readonly ingest: IngestFunction;
  readonly route: RouteFunction;
  readonly query: QueryFunction;
  readonly notify: NotifyFunction;
  readonly watch: WatchFunction;
}

/** {@link EventForwarder.addCluster}, with the place to create the role in. */
export interface AddClusterProps extends ClusterProps {
  /**
   * Where the role is created; another stack, to add and remove clusters without touching the backend.
   *
   * @default - the forwarder
   */
  readonly scope?: Construct;
}

export interface OnEventProps {
  /**
   * Which publications: detail types `event.k8s.received`, `.ongoing`, `.escalated`, `.resolved`, `.storm`, and fields of
   * the standard event in `detail`.
   *
   * @default - all
   */
  readonly pattern?: EventPattern;
  /** At most 5. Give each a dead-letter queue: EventBridge drops what it cannot deliver. */
  readonly targets: readonly IRuleTarget[];
}

/**
 * The backend: API, History with its stream, incidents, event bus, notifications, and what watches over them. Many
 * clusters, one of these per account and region.
 *
 * @example
 * const forwarder = new EventForwarder(stack, 'Events', { notify: { emails: ['oncall@example.com'] } });
 * forwarder.addCluster({ id: 'prod', eksCluster: 'prod-eks' });
 */
export class EventForwarder extends Construct {
  readonly name: string;
  readonly tables: ForwarderTables;
  readonly buckets: ForwarderBuckets;
  readonly bus: EventBus;
  /** Incidents, for people. */
  readonly topic: MessageTopic;
  /** The forwarder's own troubles. */
  readonly operationsTopic: MessageTopic;
  readonly api: ForwarderApi;
  readonly functions: ForwarderFunctions;
  /** Dead-letter queues by whose they are. */
  readonly deadLetters: Readonly<Record<'Notify' | 'Operations', IQueue>>;
  /** May call every read route: attach it to the people and consoles that look at events. */
  readonly reader: ManagedPolicy;
  private readonly hasClusterAlarms: boolean;
  private readonly hasAnomalyAlarms: boolean;
  private readonly clusters: ServedClusters;

  constructor(scope: Construct, id: string, props: EventForwarderProps = {}) {
    super(scope, id);
    const name = checkedName(props.name ?? 'kef');
    const { rules = [], notify = {}, operations = {} } = props;
    this.name = name;
    this.clusters = new ServedClusters(this, rules);
    this.hasClusterAlarms = props.clusterAlarms ?? false;
    this.hasAnomalyAlarms = props.anomalyAlarms ?? false;
    const encryptionKey = new Encryption(this, 'Encryption', { ...props, name }).key;
    const shared = { ...props, name, forwarderName: name, encryptionKey };
    this.tables = new ForwarderTables(this, 'Tables', shared);
    this.buckets = new ForwarderBuckets(this, 'Buckets', shared);
    this.bus = new EventBus(this, 'Bus', {
      eventBusName: name,
      ...(encryptionKey === undefined ? {} : { kmsKey: encryptionKey }),
    });
    if (props.schemaRegistry ?? true) new EventSchema(this, 'Schema', { name });
    this.topic = new MessageTopic(this, 'Topic', { ...notify, displayName: name, encryptionKey });
    const { parked } = this.buckets;
    const watchOver = new Operations(this, 'Operations', { ...operations, name, bus: this.bus, parked, encryptionKey });
    this.operationsTopic = watchOver.topic;
    new SlackChannels(this, 'Slack', {
      name,
      topics: [
        { topic: this.topic, slack: notify.slack },
        { topic: this.operationsTopic, slack: operations.slack },
      ],
    });

    this.functions = this.createFunctions(shared, notify, watchOver.deadLetters);
    const { ingest, route, query } = this.functions;
    this.api = new ForwarderApi(this, 'Api', { ...shared, ingest, query });
    const { history } = this.tables;
    new RouteMapping(this, 'HistoryStream', {
      route,
      history,
      parked,
      parallelizationFactor: props.routeParallelism ?? 1,
    });
    const { deadLetters } = new NotificationRule(this, 'Notifications', {
      bus: this.bus,
      notify: this.functions.notify,
      minSeverity: props.notifyFrom ?? 'high',
      encryptionKey,
    });
    if (props.remediation !== undefined && props.remediation.length > 0) {
      new Remediation(this, 'Remediation', {
        bus: this.bus,
        remedies: props.remediation,
        deadLetters: watchOver.deadLetters,
      });
    }
    this.deadLetters = { Notify: deadLetters, Operations: watchOver.deadLetters };
    this.reader = new ManagedPolicy(this, 'Reader', {
      description: `Read clusters, events, incidents and figures of forwarder ${name}.`,
    });
    this.grantRead(this.reader);
    for (const arn of this.api.readerArns().filter((arn) => arn.endsWith('*'))) {
      acknowledgeWildcard(this.reader, arn, 'The fingerprint in GET /v1/incidents/{fingerprint} can be any.');
    }
    this.watchOver(props);
  }

  private createFunctions(
    shared: EventForwarderProps & { name: string; forwarderName: string; encryptionKey: IKey | undefined },
    notifyTargets: NotificationTargets,
    deadLetters: IQueue,
  ): ForwarderFunctions {
    const { history, incidents, clusters } = this.tables;
    const { bus, topic } = this;
    const { list: clusterList, eksNames } = this.clusters;
    return {
      ingest: new IngestFunction(this, 'Ingest', {
        ...shared,
        history,
        clusters,
        clusterList,
        originals: (shared.archive ?? true) ? this.buckets.originals : undefined,
        clusterFigures: this.hasClusterAlarms,
        troubleFigures: this.hasAnomalyAlarms,
      }),
      route: new RouteFunction(this, 'Route', {
        ...shared,
        incidents,
        bus,
        deadLetters,
        eksNames,
        settings: shared.incidents ?? {},
      }),
      query: new QueryFunction(this, 'Query', { ...shared, tables: this.tables }),
      notify: new NotifyFunction(this, 'Notify', {
        ...shared,
        incidents,
        topic,
        httpsBody: notifyTargets.slack !== undefined || (notifyTargets.webhooks ?? []).length > 0,
      }),
      watch: new WatchFunction(this, 'Watch', { ...shared, clusters, bus, clusterList, eksNames, deadLetters }),
    };
  }

  private watchOver(props: EventForwarderProps): void {
    const { ingest, route, query, notify, watch } = this.functions;
    const { history, incidents, clusters } = this.tables;
    const watched = {
      name: this.name,
      topic: this.operationsTopic,
      api: this.api,
      route,
      functions: { Ingest: ingest, Route: route, Query: query, Notify: notify, Watch: watch },
      tables: {
        History: { table: history, schema: historyTableSchema },
        Incidents: { table: incidents, schema: incidentsTableSchema },
        Clusters: { table: clusters, schema: clustersTableSchema },
      },
      deadLetters: this.deadLetters,
    };
    const alarms = (props.alarms ?? true) ? new Alarms(this, 'Alarms', watched).all : [];
    if (props.dashboard ?? true) new ForwarderDashboard(this, 'Dashboard', { ...watched, alarms });
  }

  /**
   * Lets a cluster in: creates the role that its relay runs as, and puts it on the list that `ingest` checks. A cluster that
   * is no longer added is refused from the next deployment on, also while its role still exists.
   *
   * @throws KefError ConfigInvalid when the id is malformed or taken, or when the list is full. Ids that differ in case
   * alone count as taken, because IAM compares role names that way.
   */
  addCluster(props: AddClusterProps): RelayRole {
    const { scope = this, ...cluster } = props;
    this.clusters.add(cluster);
    const watched = { forwarderName: this.name, cluster: cluster.id, topic: this.operationsTopic };
    if (this.hasClusterAlarms) new ClusterAlarms(scope, `Alarms-${cluster.id}`, watched);
    if (this.hasAnomalyAlarms) new AnomalyAlarm(scope, `Anomaly-${cluster.id}`, watched);
    return new RelayRole(scope, `Cluster-${cluster.id}`, { ...cluster, api: this.api, forwarderName: this.name });
  }

  /**
   * Sends publications that match `pattern` to targets of yours; `source` is already narrowed to this product's.
   *
   * @example
   * forwarder.onEvent('Pager', {
   *   pattern: { detail: { severity: ['critical'], labels: { notify: ['true'] } } },
   *   targets: [new SqsQueue(queue, { deadLetterQueue })],
   * });
   */
  onEvent(id: string, props: OnEventProps): Rule {
    return new Rule(this, id, {
      eventBus: this.bus,
      eventPattern: { source: ['kubernetes'], ...props.pattern },
      targets: [...props.targets],
    });
  }

  /** Lets `grantee` call every read route. */
  grantRead(grantee: IGrantable): Grant {
    return Grant.addToPrincipal({ grantee, actions: ['execute-api:Invoke'], resourceArns: this.api.readerArns() });
  }

  /**
   * Lets `grantee` run `kef redrive`: read and remove what is parked, and hand it to the functions again. The batches hold
   * whole events.
   */
  grantRedrive(grantee: IGrantable): void {
    const { parked } = this.buckets;
    const { route, notify } = this.functions;
    const allow = (actions: string[], resourceArns: string[]) =>
      Grant.addToPrincipal({ grantee, actions, resourceArns });
    allow(['s3:ListBucket'], [parked.bucketArn]);
    allow(['s3:GetObject', 's3:DeleteObject'], [parked.arnForObjects('aws/lambda/*')]);
    allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage'], [this.deadLetters.Notify.queueArn]);
    allow(['lambda:InvokeFunction'], [route.functionArn, notify.functionArn]);
  }

  /**
   * A figure that the functions count, such as `EventsAccepted`, `Published`, `Storms` or `SilentClusters`.
   *
   * @param options @default sum over 5 minutes
   */
  metric(figure: Figure, options?: MetricOptions): Metric {
    return figureMetric(this.name, figure, options);
  }
}

/** At most 20 characters, so that the longest region and a decent cluster id still fit into a role name. */
function checkedName(name: string): string {
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(name)) {
    throw new KefError(
      'ConfigInvalid',
      `forwarder name must be 1 to 20 lower-case letters, digits and dashes and begin with a letter, got "${name}".`,
    );
  }
  return name;
}
