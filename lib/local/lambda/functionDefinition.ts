import * as z from 'zod';
import { KefError } from '../../errors.ts';
import type { Deployment, Resource } from '../template/deployment.ts';

/** What happens to an event whose asynchronous invocations all failed. */
export interface AsyncSettings {
  /** Attempts after the first. @default 2 */
  readonly maxRetries: number;
  readonly maxAgeMs: number;
  /** ARN that receives an invocation record. */
  readonly onFailure?: string;
  /** ARN of the queue or topic that receives the event itself. */
  readonly deadLetter?: string;
}

/** A function as the templates define it. */
export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  /** Directory of the unpacked asset. */
  readonly directory: string;
  readonly handler: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly roleArn: string;
  readonly async: AsyncSettings;
}

const propertiesSchema = z.object({
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string(),
  Runtime: z.string().startsWith('nodejs'),
  Role: z.string(),
  Timeout: z.coerce.number().default(3),
  MemorySize: z.coerce.number().default(128),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()) }).default({ Variables: {} }),
  DeadLetterConfig: z.object({ TargetArn: z.string() }).optional(),
});

const invokeConfigSchema = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: z.coerce.number().default(2),
  MaximumEventAgeInSeconds: z.coerce.number().default(21_600),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).default({}),
});

/** Reads the functions of the templates. Throws `ConfigInvalid` when one cannot run here. */
export function readFunctions(deployment: Deployment, assets: ReadonlyMap<string, string>): FunctionDefinition[] {
  const invokeConfigs = deployment
    .resources('AWS::Lambda::EventInvokeConfig')
    .map((resource) => parse(resource, invokeConfigSchema));
  return deployment.resources('AWS::Lambda::Function').map((resource) => {
    const properties = parse(resource, propertiesSchema);
    const directory = assets.get(properties.Code.S3Key);
    if (directory === undefined) {
      throw new KefError(
        'ConfigInvalid',
        `${resource.logicalId}: there is no asset ${properties.Code.S3Key}; synthesize again`,
      );
    }
    const config = invokeConfigs.find(
      ({ FunctionName }) => FunctionName === resource.ref || FunctionName === resource.attributes.Arn,
    );
    checkEnvironment(resource.logicalId, properties.Environment.Variables);
    const onFailure = config?.DestinationConfig.OnFailure?.Destination;
    return {
      name: resource.ref,
      arn: resource.attribute('Arn'),
      directory,
      handler: properties.Handler,
      timeoutMs: properties.Timeout * 1000,
      memoryMb: properties.MemorySize,
      environment: properties.Environment.Variables,
      roleArn: properties.Role,
      async: {
        maxRetries: config?.MaximumRetryAttempts ?? 2,
        maxAgeMs: (config?.MaximumEventAgeInSeconds ?? 21_600) * 1000,
        ...(onFailure === undefined ? {} : { onFailure }),
        ...(properties.DeadLetterConfig === undefined ? {} : { deadLetter: properties.DeadLetterConfig.TargetArn }),
      },
    };
  });
}

/** Lambda refuses a function whose variables are larger, names and values together. */
function checkEnvironment(logicalId: string, variables: Readonly<Record<string, string>>): void {
  const bytes = Object.entries(variables).reduce((total, [name, value]) => total + Buffer.byteLength(name + value), 0);
  // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  if (bytes <= 4096) return;
  throw new KefError(
    'ConfigInvalid',
    `${logicalId}: its environment variables have ${bytes} bytes and Lambda takes 4096; shorten the severity rules`,
  );
}

/** Reads a resource's properties, or says which one is wrong. */
export function parse<Schema extends z.ZodType>(resource: Resource, schema: Schema): z.infer<Schema> {
  const result = schema.safeParse(resource.properties);
  if (result.success) return result.data;
  throw new KefError(
    'ConfigInvalid',
    `stack ${resource.stack}, ${resource.logicalId} (${resource.type}): ${z.prettifyError(result.error)}`,
  );
}
