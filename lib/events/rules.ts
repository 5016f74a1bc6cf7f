import { RE2JS } from 're2js';
import { KefError } from '../errors.ts';
import { builtInRules, type RuleSet } from './builtInRules.ts';
import { reasonsMeantBy } from './catalogue/aliases.ts';
import { type CompiledRule, compileRule, type MessagePattern, RuleIndex } from './ruleIndex.ts';
import { describeRuleMistake } from './ruleMistake.ts';
import { listOf, outcomeNames, type RuleSpec, ruleSpecSchema } from './ruleSpec.ts';
import { compileSilences } from './silence.ts';

export { builtInRules, type RuleSet } from './builtInRules.ts';
export type { RuleSpec } from './ruleSpec.ts';
export { ruleSpecSchema } from './ruleSpec.ts';

/** RE2 programs past this size are refused: counted repetitions multiply, and every event would pay for them. */
const maxProgramSize = 5000;

/**
 * Compiles user rules; they come before the built-in ones and the first that matches decides. Message patterns run in
 * linear time, because whoever can write an event can choose its message.
 *
 * This module brings the regular expression library along: a function that may have no user rules imports it only when it
 * has some.
 *
 * @throws KefError `RuleInvalid` that names every wrong rule with its pattern.
 */
export function compileRules(specs: readonly RuleSpec[]): RuleSet {
  const mistakes: string[] = [];
  const rules: CompiledRule[] = [];
  const ids = new Set<string>();
  for (const [order, spec] of specs.entries()) {
    const parsed = ruleSpecSchema.safeParse(spec);
    const id = parsed.data?.id ?? `user-${order + 1}`;
    const complain = (text: string) => mistakes.push(`rule ${order + 1}${parsed.data?.id ? ` (${id})` : ''}: ${text}`);
    if (!parsed.success) {
      for (const mistake of parsed.error.issues.flatMap(describeRuleMistake)) complain(mistake);
      continue;
    }
    const { match } = parsed.data;
    if (ids.has(id)) complain(`the id ${id} is used twice; ids name the rule in explanations`);
    ids.add(id);
    if (outcomeNames.every((outcome) => parsed.data[outcome] === undefined)) {
      complain(`it decides nothing: state ${outcomeNames.slice(0, -1).join(', ')} or ${outcomeNames.at(-1)}`);
    }
    if (parsed.data.effectiveReason?.includes('$1') === true && !/\((?!\?:)/.test(match.message ?? '')) {
      complain('effectiveReason: $1 stands for the first group of match.message, which has none');
    }
    try {
      const silences = listOf(parsed.data.silence);
      rules.push(
        compileRule(parsed.data, id, order, {
          compileMessage: linearPattern,
          ...(match.reason === undefined ? undefined : { reasons: listOf(match.reason).flatMap(reasonsMeantBy) }),
          silence: silences.length === 0 ? undefined : compileSilences(silences),
        }),
      );
    } catch (error) {
      complain(`match.message: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (mistakes.length > 0) {
    throw new KefError(
      'RuleInvalid',
      `${mistakes.length} mistake(s) in the severity rules:\n- ${mistakes.join('\n- ')}`,
    );
  }
  return { user: rules.length === 0 ? undefined : new RuleIndex(rules), builtIn: builtInRules.builtIn };
}

function linearPattern(pattern: string): MessagePattern {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${JSON.stringify(pattern)} is not a RE2 pattern (no look-around, no back-references): ${detail}`, {
      cause,
    });
  }
  if (compiled.programSize() > maxProgramSize) {
    throw new Error(
      `${JSON.stringify(pattern)} compiles to ${compiled.programSize()} steps; at most ${maxProgramSize}`,
    );
  }
  return {
    test: (text) => compiled.test(text),
    firstGroup(text) {
      const matcher = compiled.matcher(text);
      return matcher.find() && matcher.groupCount() > 0 ? (matcher.group(1) ?? undefined) : undefined;
    },
  };
}
