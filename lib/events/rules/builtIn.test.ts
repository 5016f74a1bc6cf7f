import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { recordOf } from '../../../test/fixtures/events/builders.ts';
import { classify } from '../classify.ts';
import { compileRules, ruleSpecSchema } from '../rules.ts';
import { builtInRuleSpecs } from './builtIn.ts';

/** A message that the pattern finds: the first alternative of every group. */
function exampleOf(pattern: string): string {
  const simpler = pattern.replace(/\(\?:([^()|]*)[^()]*\)\??/, '$1');
  if (simpler !== pattern) return exampleOf(simpler);
  return pattern
    .replace(/^\^/, '')
    .replace('[^ ]+', 'x')
    .replace(/\[(.).*?\]/g, '$1');
}

const patterns = builtInRuleSpecs.flatMap((rule) => (rule.match.message === undefined ? [] : [rule.match.message]));

describe('the built-in rules', () => {
  it('have an id each', () => {
    const ids = builtInRuleSpecs.map((rule) => rule.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('could be written by a user', () => {
    for (const rule of builtInRuleSpecs) expect(ruleSpecSchema.safeParse(rule).error?.issues ?? []).toEqual([]);
    expect(() => compileRules(builtInRuleSpecs)).not.toThrow();
  });

  it('have patterns that only list texts, with one repetition at most and that anchored: nothing to backtrack over', () => {
    for (const pattern of patterns) {
      expect(pattern.replaceAll('(?:', '(')).toMatch(/^\^?[A-Za-z0-9 :.,'/()|[\]^?+-]+$/);
      const repetitions = pattern.match(/[+*{]/g)?.length ?? 0;
      expect(repetitions === 0 || (repetitions === 1 && pattern.startsWith('^'))).toBe(true);
    }
  });

  it('mean the same to the native engine and to RE2', () => {
    const texts = [
      'Back-off restarting failed container',
      'Error: secret "x" not found',
      'Cancelling',
      '',
      'x'.repeat(99),
    ];
    for (const pattern of patterns) {
      const linear = RE2JS.compile(pattern);
      for (const text of texts) expect(new RegExp(pattern).test(text)).toBe(linear.test(text));
    }
  });

  it('resolve only what some rule can call an event', () => {
    const names = new Set(
      builtInRuleSpecs.flatMap((rule) => [rule.effectiveReason ?? [rule.match.reason].flat()].flat()),
    );
    for (const rule of builtInRuleSpecs) for (const name of rule.resolves ?? []) expect(names).toContain(name);
  });

  it('can all be reached: no rule stands behind one that takes its events', () => {
    for (const rule of builtInRuleSpecs) {
      const { match } = rule;
      const reason = typeof match.reason === 'string' ? match.reason.replace('*', 'Xyz') : '';
      const record = recordOf({
        reason,
        kind: match.kind ?? 'Widget',
        type: match.type ?? 'Other',
        component: match.component ?? 'someone',
        message: match.message === undefined ? '' : exampleOf(match.message),
      });
      expect(classify(record).rule).toBe(rule.id);
    }
  });
});
