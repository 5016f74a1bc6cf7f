import { RE2JS } from 're2js';
import { KefError } from '../errors.ts';
import { type CompiledRule, compileRule, type MessagePattern, RuleIndex } from './ruleIndex.ts';
import { type RuleSpec, ruleSpecSchema } from './ruleSpec.ts';
import { builtInRuleSpecs } from './rules/builtIn.ts';

export type { RuleSpec } from './ruleSpec.ts';
export { ruleSpecSchema } from './ruleSpec.ts';

/** Compiled rules: the user's own, consulted first, and the built-in table. Opaque: hand it to `classify`. */
export interface RuleSet {
  readonly user: RuleIndex | undefined;
  readonly builtIn: RuleIndex;
}

/** The rules this product comes with. */
export const builtInRules: RuleSet = {
  user: undefined,
  builtIn: new RuleIndex(
    // Ours are plain enough for the native engine: a test holds every pattern to a form that cannot backtrack far.
    builtInRuleSpecs.map((spec, order) => compileRule(spec, spec.id, order, (pattern) => new RegExp(pattern))),
  ),
};

/** RE2 programs past this size are refused: counted repetitions multiply, and every event would pay for them. */
const maxProgramSize = 5000;

/**
 * Compiles user rules; they come before the built-in ones and the first that matches decides. Message patterns run in
 * linear time, because whoever can write an event can choose its message.
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
      for (const issue of parsed.error.issues) complain(`${issue.path.join('.') || 'rule'}: ${issue.message}`);
      continue;
    }
    if (ids.has(id)) complain(`the id ${id} is used twice; ids name the rule in explanations`);
    ids.add(id);
    const { severity, category, effectiveReason, resolves, drop } = parsed.data;
    if ([severity, category, effectiveReason, resolves, drop].every((outcome) => outcome === undefined)) {
      complain('it decides nothing: state severity, category, effectiveReason, resolves or drop');
    }
    try {
      rules.push(compileRule(parsed.data, id, order, linearPattern));
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
  return compiled;
}
