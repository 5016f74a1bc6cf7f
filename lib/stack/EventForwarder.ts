import type { Duration } from 'aws-cdk-lib';
import type { ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import { EventBus, type EventPattern, type IRuleTarget, Rule } from 'aws-cdk-lib/aws-events';
import { Grant, type IGrantable, ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { clusterIdPattern, isClusterId } from '../api/clusterId.ts';
import { KefError } from '../errors.ts';
import type { RuleSpec } from '../events/rules.ts';
import type { Severity } from '../events/severity.ts';
import type { IncidentSettings } from '../incidents/settings.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import { ForwarderApi } from './ForwarderApi.ts';
import { ForwarderBuckets } from './ForwarderBuckets.ts';
import { ForwarderTables } from './ForwarderTables.ts';
import { IngestFunction } from './IngestFunction.ts';
import { NotificationRule, NotificationTopic } from './Notifications.ts';
import { NotifyFunction } from './NotifyFunction.ts';
import { QueryFunction } from './QueryFunction.ts';
import { type ClusterProps, RelayRole } from './RelayRole.ts';
import { RouteFunction } from './RouteFunction.ts';
import { RouteMapping } from './RouteMapping.ts';

export interface EventForwarderProps {
  /**
   * Name of this forwarder: of its event bus, its API, and the first part of its relay roles. Lower-case letters,
   * digits and dashes, at most 20.
   *
   * @default 'kef'
   */
  readonly name?: string;
  /**
   * How long History answers questions. Counted from the event's own time.
   *
   * @default Duration.days(30)
   */
  readonly retention?: Duration;
  /**
   * How long the original batches stay in S3.
   *
   * @default Duration.days(365)
   */
  readonly originalsRetention?: Duration;
  /**
   * Window, escalation and storm settings.
   *
   * @default - see `defaultIncidentSettings`
   */
  readonly incidents?: Partial<IncidentSettings>;
  /**
   * Severity rules that come before the built-in ones.
   *
   * @default - built-in rules only
   */
  readonly rules?: readonly RuleSpec[];
  /**
   * Least severity that people hear of.
   *
   * @default 'high'
   */
  readonly notifyFrom?: Severity;
  /**
   * Addresses subscribed to the notification topic.
   *
   * @default - none
   */
  readonly emails?: readonly string[];
  /**
   * Deletion protection, point-in-time recovery, and tables that outlive the stack.
   *
   * @default true
   */
  readonly protectData?: boolean;
  /**
   * Requests per second and burst that the API takes.
   *
   * @default { rateLimit: 1000, burstLimit: 2000 }
   */
  readonly throttle?: ThrottleSettings;
  /**
   * Concurrent `route` batches per stream shard, 1 to 10.
   *
   * @default 1
   */
  readonly routeParallelism?: number;
  /** @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays;
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
 * The backend: API, History with its stream, incidents, event bus, notifications. Many clusters, one of these per
 * account and region.
 *
 * @example
 * const forwarder = new EventForwarder(stack, 'Events', { emails: ['oncall@example.com'] });
 * forwarder.addCluster({ id: 'prod', eksCluster: 'prod-eks' });
 */
export class EventForwarder extends Construct {
  readonly name: string;
  readonly tables: ForwarderTables;
  readonly buckets: ForwarderBuckets;
  readonly bus: EventBus;
  readonly topic: NotificationTopic;
  readonly api: ForwarderApi;
  /** May call every read route: attach it to the people and consoles that look at events. */
  readonly reader: ManagedPolicy;
  private readonly clusterIds = new Map<string, string>();

  constructor(scope: Construct, id: string, props: EventForwarderProps = {}) {
    super(scope, id);
    const name = checkedName(props.name ?? 'kef');
    this.name = name;
    this.tables = new ForwarderTables(this, 'Tables', props);
    this.buckets = new ForwarderBuckets(this, 'Buckets', props);
    this.bus = new EventBus(this, 'Bus', { eventBusName: name });
    this.topic = new NotificationTopic(this, 'Topic', { name, emails: props.emails ?? [] });

    const shared = { ...props, forwarderName: name };
    const { history, incidents, clusters } = this.tables;
    const { originals, parked } = this.buckets;
    const ingest = new IngestFunction(this, 'Ingest', { ...shared, history, clusters, originals });
    const route = new RouteFunction(this, 'Route', {
      ...shared,
      incidents,
      bus: this.bus,
      settings: props.incidents ?? {},
    });
    const query = new QueryFunction(this, 'Query', { ...shared, tables: this.tables });
    const notify = new NotifyFunction(this, 'Notify', { ...shared, incidents, topic: this.topic });

    this.api = new ForwarderApi(this, 'Api', { ...props, name, ingest, query });
    new RouteMapping(this, 'HistoryStream', {
      route,
      history,
      parked,
      parallelizationFactor: props.routeParallelism ?? 1,
    });
    new NotificationRule(this, 'Notifications', { bus: this.bus, notify, minSeverity: props.notifyFrom ?? 'high' });
    this.reader = new ManagedPolicy(this, 'Reader', {
      description: `Read clusters, events, incidents and figures of forwarder ${name}.`,
    });
    this.grantRead(this.reader);
    for (const arn of this.api.readerArns().filter((arn) => arn.endsWith('*'))) {
      acknowledgeWildcard(this.reader, arn, 'The fingerprint in GET /v1/incidents/{fingerprint} can be any.');
    }
  }

  /**
   * Creates the role that a cluster's relay runs as.
   *
   * @throws KefError ConfigInvalid when the id is malformed or taken. Ids that differ in case alone count as taken,
   * because IAM compares role names that way.
   */
  addCluster(props: AddClusterProps): RelayRole {
    const { scope = this, ...cluster } = props;
    if (!isClusterId(cluster.id)) {
      throw new KefError('ConfigInvalid', `cluster id must match ${clusterIdPattern.source}, got "${cluster.id}".`);
    }
    const taken = this.clusterIds.get(cluster.id.toLowerCase());
    if (taken !== undefined) {
      throw new KefError('ConfigInvalid', `cluster ids must differ in more than case: "${taken}" and "${cluster.id}".`);
    }
    this.clusterIds.set(cluster.id.toLowerCase(), cluster.id);
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
