import type { Duration } from 'aws-cdk-lib';
import type { ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { RuleSpec } from '../events/rules.ts';
import type { Severity } from '../events/severity.ts';
import type { IncidentSettings } from '../incidents/settings.ts';
import type { EncryptionChoice } from './Encryption.ts';
import type { Remedy } from './remediationConfig.ts';
import type { NotificationTargets } from './targetsConfig.ts';

/** Settings of an {@link EventForwarder}; all have defaults. */
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
   * Least severity that the namespace index holds. What is left out costs half, and is found by its object alone.
   *
   * @default 'info', which is everything
   */
  readonly indexFrom?: Severity;
  /**
   * Keep every original batch in S3.
   *
   * @default true
   */
  readonly archive?: boolean;
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
   * Automation of yours that incidents start: Lambda functions and state machines beside the forwarder.
   *
   * @default - none; for other targets see {@link EventForwarder.onEvent}
   */
  readonly remediation?: readonly Remedy[];
  /**
   * Least severity that people hear of.
   *
   * @default 'high'
   */
  readonly notifyFrom?: Severity;
  /**
   * Who hears of incidents.
   *
   * @default - nobody; subscribe to {@link EventForwarder.topic} yourself
   */
  readonly notify?: NotificationTargets;
  /**
   * Who hears of the forwarder's own troubles: its alarms, silent clusters, parked batches.
   *
   * @default - nobody; subscribe to {@link EventForwarder.operationsTopic} yourself
   */
  readonly operations?: NotificationTargets;
  /**
   * How long a cluster may send nothing before it counts as silent. Relays send a heartbeat each minute.
   *
   * @default Duration.minutes(5)
   */
  readonly silentAfter?: Duration;
  /**
   * The backend's own alarms.
   *
   * @default true
   */
  readonly alarms?: boolean;
  /**
   * A CloudWatch dashboard named after the forwarder.
   *
   * @default true
   */
  readonly dashboard?: boolean;
  /**
   * Alarms per cluster on counts of warnings and of certain reasons. They need custom metrics for each cluster, about
   * $3 a month.
   *
   * @default false
   */
  readonly clusterAlarms?: boolean;
  /**
   * An alarm per cluster for more trouble than it usually has, by CloudWatch's anomaly detection, and counts of troubles by
   * reason. At most $5.10 a month for each cluster.
   *
   * @default false
   */
  readonly anomalyAlarms?: boolean;
  /**
   * Whose keys encrypt tables, buckets, topics, queues, bus and logs.
   *
   * @default 'aws-managed'
   */
  readonly encryption?: EncryptionChoice;
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
  /**
   * Register the standard event in EventBridge's schema registry, which some regions do not have.
   *
   * @default true
   */
  readonly schemaRegistry?: boolean;
  /** @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays;
}
