import { createReadStream } from 'node:fs';
import { Command, Option } from 'commander';
import { KefError } from '../../lib/errors.ts';
import { builtInRules, type RuleSet } from '../../lib/events/builtInRules.ts';
import { isAtLeast, type Severity, severities } from '../../lib/events/severity.ts';
import { readRulesFile } from './rulesFile.ts';

interface ExplainOptions {
  readonly clusterId: string;
  readonly rules?: string;
  readonly reason?: string;
  readonly minSeverity: Severity;
  readonly output: 'text' | 'json';
}

/** `kef explain [FILE|-]`: why each event is what it is, and what to do about it. */
export function explainCommand(): Command {
  return new Command('explain')
    .description('Say which rule decided about each event and why, what it means and what to do.')
    .argument('[file]', 'an Event, a list, an array, NDJSON or watch lines; - or nothing for standard input', '-')
    .option(
      '--reason <name>',
      'print what the catalogue knows about a reason instead, or about a name people use for one',
    )
    .option('--rules <file>', 'your rules: YAML or JSON, a list, a kef.config.yaml or a relay configuration')
    .option('--cluster-id <id>', 'cluster id, for rules that name one', 'local')
    .addOption(
      new Option('--min-severity <severity>', 'only this severity or worse').choices([...severities]).default('info'),
    )
    .addOption(
      new Option('-o, --output <format>', 'text, or one JSON object per event')
        .choices(['text', 'json'])
        .default('text'),
    )
    .addHelpText(
      'after',
      `
Bad input is reported on standard error with its line number; the rest is still explained, and the exit code is 1.

Examples:
  kubectl get events -A -o json | kef explain --min-severity high
  kubectl -n shop get events --field-selector involvedObject.name=web-0 -o json | kef explain --rules kef.config.yaml
  kef explain --reason CrashLoopBackOff`,
    )
    .action(async (path: string, options: ExplainOptions) => {
      if (options.reason !== undefined) return explainReason(options.reason, options);
      await explainEvents(path, options);
    });
}

async function explainReason(reason: string, { output }: ExplainOptions): Promise<void> {
  const { lookUp } = await import('../../lib/events/catalogue/lookUp.ts');
  const { reasonAsText } = await import('./explainText.ts');
  const found = lookUp(reason);
  if (found.entries.length === 0 && found.documented === undefined) {
    const hint = found.nearest === undefined ? '' : ` Did you mean ${found.nearest}?`;
    throw new KefError(
      'UsageInvalid',
      `the catalogue knows no reason ${JSON.stringify(reason)}.${hint} Unknown reasons flow all the same; docs/rules.md says how they are judged.`,
    );
  }
  process.stdout.write(`${output === 'json' ? JSON.stringify(found) : reasonAsText(found)}\n`);
}

async function explainEvents(path: string, options: ExplainOptions): Promise<void> {
  const { explain } = await import('../../lib/events/explain.ts');
  const { recordStream } = await import('../../lib/events/recordStream.ts');
  const { explanationAsJson, explanationAsText } = await import('./explainText.ts');
  const rules = await rulesOf(options.rules);
  let refused = 0;
  try {
    for await (const item of recordStream(path === '-' ? process.stdin : createReadStream(path))) {
      if ('error' in item) {
        refused += 1;
        console.error(`kef explain: line ${item.line}: ${item.error.message} (${item.error.code})`);
        continue;
      }
      const explanation = explain(item.record, rules, options.clusterId);
      if (!isAtLeast(explanation.classification.severity, options.minSeverity)) continue;
      const text =
        options.output === 'json'
          ? explanationAsJson(item.line, item.record, explanation)
          : explanationAsText(item.record, explanation);
      if (!process.stdout.write(`${text}\n`)) await new Promise((resolve) => process.stdout.once('drain', resolve));
    }
  } catch (error) {
    throw unreadable(path, error);
  }
  if (refused > 0) process.exitCode = 1;
}

async function rulesOf(path: string | undefined): Promise<RuleSet> {
  if (path === undefined) return builtInRules;
  const { compileRules } = await import('../../lib/events/rules.ts');
  return compileRules((await readRulesFile(path)).specs);
}

function unreadable(path: string, error: unknown): unknown {
  if (error instanceof KefError || !(error instanceof Error) || !('syscall' in error)) return error;
  return new KefError(
    'UsageInvalid',
    `cannot read ${path}: ${error.message}; name a readable file, or - for standard input`,
    {
      cause: error,
    },
  );
}
