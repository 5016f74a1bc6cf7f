import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type FunctionName, functionCode } from './bundle.ts';
import { metricNamespace } from './metrics.ts';

export interface ForwarderFunctionProps {
  /** Which folder of `functions/` it runs. */
  readonly name: FunctionName;
  /** Name of the forwarder: part of its relay roles' names and of its metrics' namespace. */
  readonly forwarderName: string;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  /**
   * MiB; CPU comes in proportion.
   *
   * @default 512
   */
  readonly memorySize?: number;
  /** @default Duration.seconds(30) */
  readonly timeout?: Duration;
  /** @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays;
  /**
   * Encrypts log group and environment.
   *
   * @default - keys of CloudWatch Logs and Lambda
   */
  readonly encryptionKey?: IKey | undefined;
}

/**
 * One handler on Lambda. Its role starts empty: not even the managed basic execution policy, whose statement covers
 * every log group of the account. What a function may do is what the code below it grants by name.
 */
export class ForwarderFunction extends LambdaFunction {
  /** Its role, which nobody else has. */
  readonly executionRole: Role;

  constructor(scope: Construct, id: string, props: ForwarderFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: props.logRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(props.encryptionKey === undefined ? {} : { encryptionKey: props.encryptionKey }),
    });
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    super(scope, id, {
      code: functionCode(scope, props.name),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySize ?? 512,
      timeout: props.timeout ?? Duration.seconds(30),
      description: props.description,
      role,
      logGroup,
      ...(props.encryptionKey === undefined ? {} : { environmentEncryption: props.encryptionKey }),
      environment: {
        FORWARDER_NAME: props.forwarderName,
        POWERTOOLS_METRICS_NAMESPACE: metricNamespace(props.forwarderName),
        ...props.environment,
      },
    });
    this.executionRole = role;
  }
}
