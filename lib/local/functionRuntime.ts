import { localKeys } from './api/principal.ts';
import type { FunctionDefinition } from './lambda/functionDefinition.ts';
import { LambdaFunction } from './lambda/LambdaFunction.ts';
import type { LocalFaults } from './localCloudOptions.ts';
import type { LocalEvent } from './localEvent.ts';

/** What the functions of the templates run with. */
export interface FunctionRuntimeOptions {
  readonly definitions: readonly FunctionDefinition[];
  readonly region: string;
  /** Where the SDK clients in the functions send everything. */
  readonly endpointUrl: string;
  readonly concurrency: number;
  readonly faults: LocalFaults;
  readonly emit: (event: LocalEvent) => void;
}

/** Makes every function ready to run, by name. No thread starts before the first invocation or `warmUp`. */
export function createFunctions(options: FunctionRuntimeOptions): Map<string, LambdaFunction> {
  const { emit, faults } = options;
  return new Map(
    options.definitions.map((definition) => {
      const { name, arn, directory, handler, timeoutMs, memoryMb } = definition;
      const created = new LambdaFunction({
        setup: { directory, handler, functionName: name, functionArn: arn, memoryMb },
        variables: environmentOf(definition, options),
        timeoutMs,
        concurrency: options.concurrency,
        onLine: (line) => emit({ type: 'log', function: name, line }),
        beforeInvoke: (event) => {
          const fault = faults.invoke?.(name, event);
          if (fault === 'error') throw new Error('injected failure');
          return fault;
        },
        onInvoked: ({ durationMs, result }) => {
          const error = result.ok ? {} : { error: `${result.error.errorType}: ${result.error.errorMessage}` };
          emit({ type: 'invoked', function: name, durationMs, ...error });
        },
      });
      return [name, created];
    }),
  );
}

/** The template's variables and those of Lambda's own that code relies on; nothing of this process leaks in. */
function environmentOf(
  definition: FunctionDefinition,
  { region, endpointUrl }: FunctionRuntimeOptions,
): Record<string, string> {
  const { accessKeyId, secretAccessKey } = localKeys(definition.name);
  return {
    PATH: process.env.PATH ?? '',
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    ...definition.environment,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_ENDPOINT_URL_DYNAMODB: endpointUrl,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpointUrl,
    AWS_ENDPOINT_URL_SNS: endpointUrl,
    AWS_ENDPOINT_URL_SQS: endpointUrl,
    AWS_ENDPOINT_URL_S3: endpointUrl,
    AWS_EC2_METADATA_DISABLED: 'true',
    // The developer's profiles are none of the functions' business.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: definition.directory,
  };
}
