import { Command, Option } from 'commander';
import { checkRules, type RuleWarning } from '../../lib/events/ruleCheck/checkRules.ts';
import { compileRules } from '../../lib/events/rules.ts';
import { type RulesFile, readRulesFile } from './rulesFile.ts';

/** `kef rules`: what can be done with severity rules before they are deployed. */
export function rulesCommand(): Command {
  return new Command('rules').description('Check severity rules before they are deployed.').addCommand(checkCommand());
}

function checkCommand(): Command {
  return new Command('check')
    .description('Validate rules, and warn of those that can never match or may not do what they look like.')
    .argument('<file>', 'YAML or JSON: a list of rules, a kef.config.yaml, or a relay configuration')
    .addOption(
      new Option('-o, --output <format>', 'text, or one JSON object per finding')
        .choices(['text', 'json'])
        .default('text'),
    )
    .addHelpText(
      'after',
      `
Exit codes: 0 nothing to say, or only notes; 1 warnings, the rules work all the same; 2 rules that are refused.

Examples:
  kef rules check kef.config.yaml
  kef rules check rules.yaml -o json | jq -r .text`,
    )
    .action(async (path: string, options: { output: 'text' | 'json' }) => {
      const file = await readRulesFile(path);
      const { user } = compileRules(file.specs);
      const { clusters } = file;
      const warnings = checkRules(file.specs, { now: new Date(), ...(clusters === undefined ? {} : { clusters }) });
      for (const warning of warnings)
        process.stdout.write(`${options.output === 'json' ? asJson(warning, file) : asText(warning, file, path)}\n`);
      const count = user?.rules.length ?? 0;
      const grave = warnings.filter(({ kind }) => kind !== 'note').length;
      if (options.output === 'text') process.stdout.write(`${summary(count, grave, warnings.length - grave)}\n`);
      if (grave > 0) process.exitCode = 1;
    });
}

const words = { never: 'warning', doubt: 'warning', note: 'note' } as const;

/** `kef.config.yaml:12: warning: quiet-nights: it never decides: …`, as compilers write it, so that editors jump there. */
function asText(warning: RuleWarning, file: RulesFile, path: string): string {
  const line = file.lineOf(warning.index);
  return `${path}${line === undefined ? '' : `:${line}`}: ${words[warning.kind]}: ${warning.rule}: ${warning.text}`;
}

function asJson({ index, rule, kind, text }: RuleWarning, file: RulesFile): string {
  return JSON.stringify({ line: file.lineOf(index), index, rule, kind, text });
}

function summary(rules: number, warnings: number, notes: number): string {
  const parts = [
    `${rules} ${rules === 1 ? 'rule' : 'rules'}`,
    warnings === 0 ? 'no warnings' : `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
    ...(notes === 0 ? [] : [`${notes} ${notes === 1 ? 'note' : 'notes'}`]),
  ];
  return parts.join(', ');
}
