import * as z from 'zod';
import { KefError } from '../../errors.ts';
import { parse } from '../lambda/functionDefinition.ts';
import { compileEventPattern, type EventPattern } from '../pattern/eventPattern.ts';
import type { Deployment } from '../template/deployment.ts';

/** How a stream feeds a function, as the template says. Absent retry limits mean "for ever", as on AWS. */
export interface MappingSettings {
  /** Stands in for the UUID that AWS gives a mapping. */
  readonly id: string;
  readonly streamArn: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly windowMs: number;
  readonly parallelization: number;
  readonly filters: readonly EventPattern[];
  readonly bisect: boolean;
  readonly reportItemFailures: boolean;
  /** Retries after the first attempt. @default without limit */
  readonly maxRetries: number;
  readonly maxRecordAgeMs: number;
  /** ARN of the bucket, queue or topic that receives what was given up. */
  readonly onFailure?: string;
}

const propertiesSchema = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: z.boolean().default(true),
  // https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
  BatchSize: z.coerce.number().int().min(1).max(10_000).default(100),
  MaximumBatchingWindowInSeconds: z.coerce.number().min(0).max(300).default(0),
  ParallelizationFactor: z.coerce.number().int().min(1).max(10).default(1),
  BisectBatchOnFunctionError: z.boolean().default(false),
  MaximumRetryAttempts: z.coerce.number().int().min(-1).max(10_000).default(-1),
  MaximumRecordAgeInSeconds: z.coerce.number().int().min(-1).max(604_800).default(-1),
  TumblingWindowInSeconds: z.coerce.number().max(0, 'tumbling windows are not supported by the local cloud').optional(),
  FunctionResponseTypes: z.array(z.string()).default([]),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string().optional() })).optional() }).default({}),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).default({}),
});

/** Reads the event source mappings of the templates that read a DynamoDB stream. */
export function readMappings(deployment: Deployment): MappingSettings[] {
  return deployment.resources('AWS::Lambda::EventSourceMapping').flatMap((resource): MappingSettings[] => {
    const properties = parse(resource, propertiesSchema);
    if (!properties.Enabled) return [];
    if (!properties.EventSourceArn.startsWith('arn:aws:dynamodb:')) {
      throw new KefError(
        'ConfigInvalid',
        `${resource.logicalId}: the local cloud maps DynamoDB streams only, not ${properties.EventSourceArn}`,
      );
    }
    const onFailure = properties.DestinationConfig.OnFailure?.Destination;
    const retries = properties.MaximumRetryAttempts;
    const age = properties.MaximumRecordAgeInSeconds;
    return [
      {
        id: resource.logicalId,
        streamArn: properties.EventSourceArn,
        functionName: properties.FunctionName.split(':function:').at(-1) ?? properties.FunctionName,
        batchSize: properties.BatchSize,
        windowMs: properties.MaximumBatchingWindowInSeconds * 1000,
        parallelization: properties.ParallelizationFactor,
        filters: (properties.FilterCriteria.Filters ?? []).map(({ Pattern = '{}' }) =>
          compileEventPattern(JSON.parse(Pattern)),
        ),
        bisect: properties.BisectBatchOnFunctionError,
        reportItemFailures: properties.FunctionResponseTypes.includes('ReportBatchItemFailures'),
        maxRetries: retries < 0 ? Number.POSITIVE_INFINITY : retries,
        maxRecordAgeMs: age < 0 ? Number.POSITIVE_INFINITY : age * 1000,
        ...(onFailure === undefined ? {} : { onFailure }),
      },
    ];
  });
}
