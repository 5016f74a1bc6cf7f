import { Duration } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type IncidentSettings, parseIncidentSettings } from '../incidents/settings.ts';
import { ForwarderFunction } from './ForwarderFunction.ts';

export interface RouteFunctionProps {
  readonly forwarderName: string;
  readonly incidents: TableV2;
  readonly bus: EventBus;
  /** @default - see `defaultIncidentSettings` */
  readonly settings?: Partial<IncidentSettings>;
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
      new PolicyStatement({ sid: 'Publish', actions: ['events:PutEvents'], resources: [bus.eventBusArn] }),
    );
  }
}
