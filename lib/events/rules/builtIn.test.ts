import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { recordOf } from '../../../test/fixtures/events/builders.ts';
import { classify } from '../classify.ts';
import { listOf, type OneOrMore } from '../ruleSpec.ts';
import { compileRules, ruleSpecSchema } from '../rules.ts';
import { builtInRuleSpecs } from './builtIn.ts';

/** A message that the pattern finds: the first alternative of every group, the first character of every class. */
function exampleOf(pattern: string): string {
  const simpler = pattern.replace(/\((?:\?:)?([^()|]*)[^()]*\)\??/, '$1');
  if (simpler !== pattern) return exampleOf(simpler);
  const [first = ''] = pattern.split('|');
  return first
    .replace(/^\^|\$$/g, '')
    .replace('[^ ]+', 'x')
    .replace(/\[[^\]]*\]\*/g, '')
    .replace(/\[(.)[^\]]*\]\+?/g, '$1');
}

/** The first of what a condition takes, with something in the place of its stars. */
function exampleText(condition: OneOrMore | undefined, otherwise: string): string {
  return (listOf(condition)[0] ?? otherwise).replace('*', 'Xyz');
}

const patterns = builtInRuleSpecs.flatMap((rule) => (rule.match.message === undefined ? [] : [rule.match.message]));

describe('the built-in rules', () => {
  it('have an id each', () => {
    const ids = builtInRuleSpecs.map((rule) => rule.id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it('could be written by a user', () => {
    for (const rule of builtInRuleSpecs) expect(ruleSpecSchema.safeParse(rule).error?.issues ?? []).toEqual([]);
    expect(() => compileRules(builtInRuleSpecs)).not.toThrow();
  });

  it('have patterns that only list texts, with one repetition at most and that anchored: nothing to backtrack over', () => {
    for (const pattern of patterns) {
      expect(pattern.replaceAll('(?:', '(')).toMatch(/^\^?[A-Za-z0-9 :.,'/()|[\]^?+*>-]+\$?$/);
      const repetitions = pattern.match(/[+*{]/g)?.length ?? 0;
      expect(repetitions === 0 || (repetitions === 1 && pattern.startsWith('^'))).toBe(true);
    }
  });

  it('mean the same to the native engine and to RE2', () => {
    const texts = [
      'Back-off restarting failed container',
      'Error: secret "x" not found',
      'Cancelling',
      'Status condition transitioned, Type: Ready, Status: True -> Unknown, Reason: NodeStatusUnknown',
      'IPAMDNoIPs: none left',
      'Updated health status:  -> Degraded',
      '',
      'x'.repeat(99),
    ];
    for (const pattern of patterns) {
      const linear = RE2JS.compile(pattern);
      for (const text of texts) expect(new RegExp(pattern).test(text)).toBe(linear.test(text));
    }
  });

  it('resolve only what some rule can call an event', () => {
    const names = new Set(builtInRuleSpecs.flatMap((rule) => rule.effectiveReason ?? listOf(rule.match.reason)));
    for (const rule of builtInRuleSpecs) for (const name of rule.resolves ?? []) expect(names).toContain(name);
  });

  it('never resolve by trouble: what ends an incident is harmless itself', () => {
    const resolving = builtInRuleSpecs.filter((rule) => (rule.resolves ?? []).length > 0);
    for (const rule of resolving) expect(['info', 'low', 'medium']).toContain(rule.severity);
    // A rollback ends the failed rollback and is itself worth a look.
    expect(resolving.filter((rule) => rule.severity === 'medium').map((rule) => rule.id)).toEqual([
      'flux/RollbackSucceeded',
    ]);
  });

  it('can all be reached: no rule stands behind one that takes its events', () => {
    for (const rule of builtInRuleSpecs) {
      const { match } = rule;
      const record = recordOf({
        reason: exampleText(match.reason, ''),
        kind: exampleText(match.kind, 'Widget'),
        type: match.type ?? 'Other',
        component: exampleText(match.component, 'someone'),
        message: match.message === undefined ? '' : exampleOf(match.message),
      });
      expect(classify(record).rule).toBe(rule.id);
    }
  });
});
