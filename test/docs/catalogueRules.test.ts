import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { classify } from '../../lib/events/classify.ts';
import { checkRules } from '../../lib/events/ruleCheck/checkRules.ts';
import { outcomeNames, ruleSpecSchema } from '../../lib/events/ruleSpec.ts';
import { compileRules, type RuleSpec } from '../../lib/events/rules.ts';
import { recordOf } from '../../test/fixtures/events/builders.ts';

const page = readFileSync('docs/rules.md', 'utf8');
const [, example = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];
const specs = (parse(example) as { rules: RuleSpec[] }).rules; // compileRules checks it below

describe('docs/rules.md', () => {
  it('has an example that is accepted and that kef rules check has no warning about', () => {
    compileRules(specs);
    const warnings = checkRules(specs, { now: new Date('2026-11-20T12:00:00Z') }).filter(({ kind }) => kind !== 'note');
    expect(warnings).toEqual([]);
  });

  it('has an example that does what its comments say', () => {
    const rules = compileRules(specs);
    const quota = recordOf({
      kind: 'ReplicaSet',
      reason: 'FailedCreate',
      message: 'pods "x" is forbidden: exceeded quota: compute',
    });
    expect(classify(quota, rules)).toMatchObject({ effectiveReason: 'QuotaExceeded-compute', severity: 'high' });
    const payments = recordOf({ namespace: 'payments-eu', message: 'Back-off restarting failed container' });
    expect(classify(payments, rules)).toMatchObject({
      severity: 'critical',
      rule: 'kubelet/BackOff/crash-loop',
      tags: { team: 'payments', owner: 'ana' },
    });
    expect(classify(recordOf({ component: 'acme-operator', reason: 'Reconciled' }), rules).drop).toBe(true);
  });

  it('describes every condition and every outcome there is', () => {
    for (const key of Object.keys(ruleSpecSchema.shape.match.shape)) expect(page).toContain(`\`${key}\``);
    for (const key of outcomeNames) expect(page).toMatch(new RegExp(`\`${key}[\`:]`));
    expect(page).toContain('`continue: true`');
  });
});
