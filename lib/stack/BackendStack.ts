import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { EventForwarder } from './EventForwarder.ts';
import type { EventForwarderProps } from './EventForwarderProps.ts';

export interface BackendStackProps extends StackProps {
  readonly forwarder: EventForwarderProps;
}

/** The backend as a stack of its own. It has no access to any cluster. */
export class BackendStack extends Stack {
  readonly forwarder: EventForwarder;

  constructor(scope: Construct, id: string, props: BackendStackProps) {
    super(scope, id, { description: 'Kubernetes event forwarder: API, history, incidents, notifications.', ...props });
    this.forwarder = new EventForwarder(this, 'Forwarder', props.forwarder);
    const { api, bus, topic, operationsTopic, tables, buckets, functions, deadLetters, reader } = this.forwarder;
    // `kef` finds these by the name of the stack: bin/commands/stackOutputs.ts.
    const outputs = {
      ApiUrl: api.url,
      BusName: bus.eventBusName,
      TopicArn: topic.topicArn,
      OperationsTopicArn: operationsTopic.topicArn,
      HistoryTable: tables.history.tableName,
      IncidentsTable: tables.incidents.tableName,
      ClustersTable: tables.clusters.tableName,
      OriginalsBucket: buckets.originals.bucketName,
      ParkedBucket: buckets.parked.bucketName,
      RouteFunction: functions.route.functionName,
      NotifyFunction: functions.notify.functionName,
      NotifyDeadLetters: deadLetters.Notify.queueUrl,
      OperationsDeadLetters: deadLetters.Operations.queueUrl,
      ReaderPolicyArn: reader.managedPolicyArn,
    };
    for (const [name, value] of Object.entries(outputs)) {
      new CfnOutput(this, name, { value });
    }
  }
}
