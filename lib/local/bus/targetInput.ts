import { isJsonObject, type JsonObject, type JsonValue } from '../pattern/json.ts';
import type { RuleTarget } from './rules.ts';

/** What a rule adds to an event's own values in an input transformer. */
export interface TransformContext {
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly ingestionTime: string;
}

/** The text a target receives for an event: the whole event, a part of it, a constant, or a filled-in template. */
export function targetInput(target: RuleTarget, event: JsonObject, context: TransformContext): string {
  if (target.input !== undefined) return target.input;
  if (target.inputPath !== undefined) return JSON.stringify(selectPath(event, target.inputPath) ?? null);
  if (target.transformer !== undefined) return fillTemplate(target.transformer, event, context);
  return JSON.stringify(event);
}

/**
 * Fills an input template. Inside quotes a variable is inserted as text, elsewhere as JSON; a path that leads nowhere
 * inserts nothing.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
function fillTemplate(
  { paths, template }: { readonly paths: Readonly<Record<string, string>>; readonly template: string },
  event: JsonObject,
  context: TransformContext,
): string {
  const variable = (name: string): JsonValue | undefined => {
    switch (name) {
      case 'aws.events.rule-arn':
        return context.ruleArn;
      case 'aws.events.rule-name':
        return context.ruleName;
      case 'aws.events.event.ingestion-time':
        return context.ingestionTime;
      case 'aws.events.event.json':
        return event;
      case 'aws.events.event': {
        const { detail: _detail, ...envelope } = event;
        return envelope;
      }
      default: {
        const path = paths[name];
        return path === undefined ? undefined : selectPath(event, path);
      }
    }
  };
  let filled = '';
  let quoted = false;
  for (const part of template.split(/(<[A-Za-z0-9_.-]+>|\\.|")/)) {
    if (part === '"') quoted = !quoted;
    const name = /^<(.+)>$/.exec(part)?.[1];
    if (name === undefined) {
      filled += part;
      continue;
    }
    const value = variable(name);
    if (value === undefined) continue;
    const json = JSON.stringify(value);
    filled +=
      quoted && typeof value === 'string' ? json.slice(1, -1) : quoted ? JSON.stringify(json).slice(1, -1) : json;
  }
  return filled;
}

/** Follows a JSON path of names and indexes: `$.detail.labels.reason`, `$.resources[0]`. Undefined where it leads nowhere. */
export function selectPath(event: JsonObject, path: string): JsonValue | undefined {
  const steps = path.replace(/^\$\.?/, '').match(/[^.[\]]+/g) ?? [];
  return steps.reduce<JsonValue | undefined>((value, step) => {
    const name = step.replace(/^'(.*)'$/, '$1');
    if (Array.isArray(value)) return value[Number(name)];
    return isJsonObject(value) ? value[name] : undefined;
  }, event);
}
