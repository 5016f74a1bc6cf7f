import { Duration } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { type EventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type IncidentSettings, parseIncidentSettings } from '../incidents/settings.ts';
import { eksVariables } from './eksVariables.ts';
import { ForwarderFunction } from './ForwarderFunction.ts';

export interface RouteFunctionProps {
  readonly forwarderName: string;
  readonly incidents: TableV2;
  readonly bus: EventBus;
  /** Which EKS cluster each cluster is, see `lib/api/eksClusters.ts`. */
  readonly eksNames: string;
  /** @default - see `defaultIncidentSettings` */
  readonly settings?: Partial<IncidentSettings>;
  /** Where looks at the clock go that Lambda did not take. */
  readonly deadLetters: IQueue;
  readonly logRetention?: RetentionDays;
  readonly encryptionKey?: IKey | undefined;
}

/** Decides what is news and publishes it. It cannot write History, whose stream it reads. */
export class RouteFunction extends ForwarderFunction {
  /** @throws KefError ConfigInvalid when the settings are wrong or contradict each other */
  constructor(scope: Construct, id: string, props: RouteFunctionProps) {
    const { incidents, bus, settings = {} } = props;
    super(scope, id, {
      ...props,
      name: 'route',
      description: 'Turns stored occurrences into incidents and publishes what is news.',
      timeout: Duration.minutes(1),
      environment: {
        INCIDENTS_TABLE: incidents.tableName,
        EVENT_BUS_NAME: bus.eventBusName,
        ...eksVariables(scope, props.eksNames),
        INCIDENT_SETTINGS: JSON.stringify(parseIncidentSettings(JSON.stringify(settings))),
      },
    });
    this.addToRolePolicy(
      new PolicyStatement({
        sid: 'DecideIncidents',
        actions: ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        resources: [incidents.tableArn],
      }),
    );
    this.addToRolePolicy(
      new PolicyStatement({
        sid: 'LookAtWhatIsDue',
        actions: ['dynamodb:DeleteItem', 'dynamodb:Query'],
        resources: [incidents.tableArn],
        // The notes of what is due are one partition; incidents are never deleted.
        conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['due'] } },
      }),
    );
    this.addToRolePolicy(
      new PolicyStatement({ sid: 'Publish', actions: ['events:PutEvents'], resources: [bus.eventBusArn] }),
    );
    // Silence is news, too: a pod that still waits, a message that gathered long enough. Batches look by themselves, so this
    // matters in quiet clusters only; a look that was missed needs no second try.
    this.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    new Rule(this, 'Clock', {
      description: 'Lets route tell what became due in silence.',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [
        new LambdaFunction(this, {
          retryAttempts: 0,
          maxEventAge: Duration.minutes(1),
          deadLetterQueue: props.deadLetters,
        }),
      ],
    });
  }
}
