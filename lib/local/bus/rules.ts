import * as z from 'zod';
import { parse } from '../lambda/functionDefinition.ts';
import { compileEventPattern, type EventPattern } from '../pattern/eventPattern.ts';
import type { Deployment } from '../template/deployment.ts';
import { busName } from '../template/identity.ts';

/** A target of a rule. */
export interface RuleTarget {
  readonly arn: string;
  /** Constant JSON text. */
  readonly input?: string;
  readonly inputPath?: string;
  readonly transformer?: { readonly paths: Readonly<Record<string, string>>; readonly template: string };
  readonly deadLetterArn?: string;
  /** Attempts after the first. @default 185 */
  readonly maxRetries: number;
  readonly maxAgeMs: number;
}

/** A rule of the templates that matches events. */
export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly bus: string;
  readonly pattern: EventPattern;
  readonly targets: readonly RuleTarget[];
}

const targetSchema = z.object({
  Arn: z.string(),
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .object({ InputPathsMap: z.record(z.string(), z.string()).default({}), InputTemplate: z.string() })
    .optional(),
  DeadLetterConfig: z.object({ Arn: z.string() }).optional(),
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
  RetryPolicy: z
    .object({
      MaximumRetryAttempts: z.coerce.number().default(185),
      MaximumEventAgeInSeconds: z.coerce.number().default(86_400),
    })
    .default({ MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 }),
});
function targetOf(target: z.infer<typeof targetSchema>): RuleTarget {
  const { Arn, Input, InputPath, InputTransformer, DeadLetterConfig, RetryPolicy } = target;
  return {
    arn: Arn,
    ...(Input === undefined ? {} : { input: Input }),
    ...(InputPath === undefined ? {} : { inputPath: InputPath }),
    ...(InputTransformer === undefined
      ? {}
      : { transformer: { paths: InputTransformer.InputPathsMap, template: InputTransformer.InputTemplate } }),
    ...(DeadLetterConfig === undefined ? {} : { deadLetterArn: DeadLetterConfig.Arn }),
    maxRetries: RetryPolicy.MaximumRetryAttempts,
    maxAgeMs: RetryPolicy.MaximumEventAgeInSeconds * 1000,
  };
}

function nameOf(ref: string): string {
  return ref.split('|').at(-1) ?? ref;
}

const ruleSchema = z.object({
  ScheduleExpression: z.string().optional(),
  EventPattern: z.record(z.string(), z.json()).optional(),
  EventBusName: z.string().default('default'),
  State: z.string().default('ENABLED'),
  Targets: z.array(targetSchema).default([]),
});

/** A rule of the templates that runs by the clock. */
export interface ScheduledRule extends Pick<Rule, 'name' | 'arn' | 'targets'> {
  readonly everyMs: number;
}

const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Reads the enabled rules with a rate; `cron` expressions do not run locally. */
export function readSchedules(deployment: Deployment): ScheduledRule[] {
  return deployment.resources('AWS::Events::Rule').flatMap((resource): ScheduledRule[] => {
    const { ScheduleExpression = '', State, Targets } = parse(resource, ruleSchema);
    const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(ScheduleExpression) ?? [];
    const everyMs = Number(count) * (unitMs[unit ?? ''] ?? Number.NaN);
    if (Number.isNaN(everyMs) || State === 'DISABLED') return [];
    return [{ name: nameOf(resource.ref), arn: resource.attribute('Arn'), everyMs, targets: Targets.map(targetOf) }];
  });
}

/** Reads the enabled rules with an event pattern. */
export function readRules(deployment: Deployment): Rule[] {
  return deployment.resources('AWS::Events::Rule').flatMap((resource): Rule[] => {
    const { EventPattern, EventBusName, State, Targets } = parse(resource, ruleSchema);
    if (EventPattern === undefined || State === 'DISABLED') return [];
    return [
      {
        name: nameOf(resource.ref),
        arn: resource.attribute('Arn'),
        bus: busName(EventBusName),
        pattern: compileEventPattern(EventPattern),
        targets: Targets.map(targetOf),
      },
    ];
  });
}
