import { type CompiledRule, compileRule, type MessagePattern, RuleIndex } from './ruleIndex.ts';
import { builtInRuleSpecs } from './rules/builtIn.ts';

/** Compiled rules: the user's own, consulted first, and the built-in table. Opaque: hand it to `classify`. */
export interface RuleSet {
  readonly user: RuleIndex | undefined;
  readonly builtIn: RuleIndex;
}

/** The rules this product comes with. Importing them loads no regular expression library: they need none. */
export const builtInRules: RuleSet = {
  user: undefined,
  builtIn: new RuleIndex(
    builtInRuleSpecs.map((spec, order): CompiledRule => compileRule(spec, spec.id, order, { compileMessage })),
  ),
};

/** Ours are plain enough for the native engine: a test holds every pattern to a form that cannot backtrack far. */
function compileMessage(pattern: string): MessagePattern {
  const expression = new RegExp(pattern);
  return {
    test: (text) => expression.test(text),
    firstGroup: (text) => expression.exec(text)?.[1],
  };
}
