import { Duration } from 'aws-cdk-lib';
import { type EventBus, type IRuleTarget, Match, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SfnStateMachine, type TargetBaseProps } from 'aws-cdk-lib/aws-events-targets';
import { Function as LambdaFunctionResource } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { isAtLeast, severities } from '../events/severity.ts';
import { type Remedy, remedySchema } from './remediationConfig.ts';

export interface RemediationProps {
  readonly bus: EventBus;
  readonly remedies: readonly Remedy[];
  /** Where starts go that did not happen. */
  readonly deadLetters: IQueue;
}

/** Repairing what is an hour old does harm; it stays in the dead-letter queue for people. */
const maximumAge = Duration.hours(1);

/**
 * Bus → automation of yours: each remedy is a rule that starts a Lambda function or a state machine, with the event as its
 * input. Events from before a relay was watching start nothing.
 */
export class Remediation extends Construct {
  constructor(scope: Construct, id: string, props: RemediationProps) {
    super(scope, id);
    const { bus, deadLetters } = props;
    for (const { id: name, match, on, run } of props.remedies.map((remedy) => remedySchema.parse(remedy))) {
      const { cluster, namespace, reason, kind, minSeverity } = match;
      new Rule(this, name, {
        eventBus: bus,
        description: `Remedy ${name}: starts ${run.slice(run.lastIndexOf(':') + 1)}.`,
        eventPattern: {
          source: ['kubernetes'],
          detailType: on.map((moment) => `event.k8s.${moment}`),
          detail: {
            ...(cluster === undefined ? {} : { clusterId: [cluster].flat() }),
            ...(namespace === undefined ? {} : { namespace: [namespace].flat() }),
            ...(minSeverity === undefined
              ? {}
              : { severity: severities.filter((severity) => isAtLeast(severity, minSeverity)) }),
            labels: {
              ...(reason === undefined ? {} : { effective_reason: [reason].flat() }),
              ...(kind === undefined ? {} : { involved_kind: [kind].flat() }),
              backlog: Match.doesNotExist(),
            },
          },
        },
        targets: [this.target(name, run, { deadLetterQueue: deadLetters, maxEventAge: maximumAge, retryAttempts: 10 })],
      });
    }
  }

  private target(name: string, run: string, options: TargetBaseProps): IRuleTarget {
    if (run.includes(':stateMachine:')) {
      return new SfnStateMachine(StateMachine.fromStateMachineArn(this, `${name}Machine`, run), options);
    }
    const fn = LambdaFunctionResource.fromFunctionAttributes(this, `${name}Function`, {
      functionArn: run,
      sameEnvironment: true,
    });
    return new LambdaFunction(fn, options);
  }
}
