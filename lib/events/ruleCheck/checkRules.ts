import type { RuleSpec } from '../ruleSpec.ts';
import { impossible, strangeReasons, unlikely } from './conditions.ts';
import { futileOutcomes, renamedBefore } from './outcomes.ts';
import { shadows } from './shadows.ts';
import { type CheckOptions, type Finding, nameOf, type RuleWarning } from './warning.ts';

export type { CheckOptions, RuleWarning } from './warning.ts';

/**
 * Looks for rules that cannot do what they say: those that stand behind a rule which takes all their events, conditions no
 * event fulfils, reasons nobody writes, outcomes without effect. Only for rules that `compileRules` accepts.
 */
export function checkRules(specs: readonly RuleSpec[], options: CheckOptions): readonly RuleWarning[] {
  return specs.flatMap((spec, index) => {
    const findings: Finding[] = [
      ...impossible(spec.match, options.clusters).map(of('never')),
      ...shadows(specs, index).map(of('never')),
      ...strangeReasons(spec.match),
      ...unlikely(spec.match).map(of('doubt')),
      ...futileOutcomes(spec, options.now).map(of('doubt')),
      ...renamedBefore(specs, index).map(of('doubt')),
    ];
    return findings.map((finding) => ({ index, rule: nameOf(spec, index), ...finding }));
  });
}

function of(kind: Finding['kind']): (text: string) => Finding {
  return (text) => ({ kind, text });
}
