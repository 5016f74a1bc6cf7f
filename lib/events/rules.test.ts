import { describe, expect, it } from 'vitest';
import { recordOf } from '../../test/fixtures/events/builders.ts';
import { KefError } from '../errors.ts';
import { classify } from './classify.ts';
import { compileRules, type RuleSpec } from './rules.ts';

const crashLoop = recordOf({ message: 'Back-off restarting failed container app in pod web' });
const pullBackOff = recordOf({ type: 'Normal', message: 'Back-off pulling image "x"' });

function classifyWith(specs: readonly RuleSpec[], record = crashLoop, cluster = 'prod') {
  return classify(record, compileRules(specs), cluster);
}

function mistakesOf(specs: readonly unknown[]): string {
  try {
    // Rules come from files: the compiler must not rely on their type.
    compileRules(specs as RuleSpec[]);
  } catch (error) {
    if (error instanceof KefError && error.code === 'RuleInvalid') return error.message;
    throw error;
  }
  return '';
}

describe('compileRules', () => {
  it('puts user rules before the built-in ones', () => {
    expect(classifyWith([{ id: 'calm', match: { namespace: 'shop' }, severity: 'low' }])).toMatchObject({
      severity: 'low',
      rule: 'calm',
    });
  });

  it('keeps what a user rule does not state', () => {
    expect(classifyWith([{ match: {}, category: 'team-a' }])).toEqual({
      severity: 'critical',
      effectiveReason: 'CrashLoopBackOff',
      category: 'team-a',
      rule: 'user-1',
      resolves: [],
    });
  });

  it('lets the first matching rule decide', () => {
    const specs: RuleSpec[] = [
      { match: { namespace: 'other' }, severity: 'info' },
      { match: { reason: 'BackOff' }, severity: 'medium' },
      { match: {}, severity: 'low' },
    ];
    expect(classifyWith(specs)).toMatchObject({ severity: 'medium', rule: 'user-2' });
    expect(classifyWith([...specs].reverse())).toMatchObject({ severity: 'low', rule: 'user-1' });
  });

  it.each<[string, RuleSpec['match'], boolean]>([
    ['the reason on the wire', { reason: 'BackOff' }, true],
    ['the effective reason', { reason: 'CrashLoopBackOff' }, true],
    ['another reason', { reason: 'Failed' }, false],
    ['one of several reasons', { reason: ['OOMKilled', 'CrashLoopBackOff'] }, true],
    ['a reason with a star', { reason: 'Crash*' }, true],
    ['a star that does not fit', { reason: ['*Error', 'Fail*'] }, false],
    ['its cluster', { cluster: 'prod' }, true],
    ['another cluster', { cluster: 'test-*' }, false],
    ['its namespace', { namespace: 'sh*' }, true],
    ['another namespace', { namespace: 'sho' }, false],
    ['its component', { component: 'kube*' }, true],
    ['another component', { component: 'kube' }, false],
    ['its kind', { kind: 'Pod' }, true],
    ['another kind', { kind: 'pod' }, false],
    ['its name', { name: 'w*b' }, true],
    ['its type', { type: 'Warning' }, true],
    ['another type', { type: 'Normal' }, false],
    ['its message', { message: 'container \\w+ in pod' }, true],
    ['its message without regard to case', { message: '(?i)BACK-OFF' }, true],
    ['another message', { message: '^container' }, false],
    ['all of them', { namespace: 'shop', kind: 'Pod', reason: 'BackOff', message: 'failed' }, true],
    ['all but one', { namespace: 'shop', kind: 'Node', reason: 'BackOff', message: 'failed' }, false],
  ])('matches %s: %j', (_, match, expected) => {
    expect(classifyWith([{ id: 'mine', match, severity: 'low' }]).rule === 'mine').toBe(expected);
  });

  it('tells the two meanings of BackOff apart by effective reason', () => {
    const specs: RuleSpec[] = [{ id: 'mine', match: { reason: 'CrashLoopBackOff' }, severity: 'low' }];
    expect(classifyWith(specs, pullBackOff).rule).toBe('kubelet/BackOff/image');
  });

  it('takes the earlier of two rules that name the wire reason and the effective one', () => {
    const byWire: RuleSpec = { id: 'wire', match: { reason: 'BackOff' }, severity: 'low' };
    const byEffective: RuleSpec = { id: 'effective', match: { reason: 'CrashLoopBackOff' }, severity: 'medium' };
    expect(classifyWith([byWire, byEffective]).rule).toBe('wire');
    expect(classifyWith([byEffective, byWire]).rule).toBe('effective');
  });

  it('can drop, rename and resolve', () => {
    expect(
      classifyWith([{ match: {}, drop: true, effectiveReason: 'Flapping', resolves: ['FailedScheduling'] }]),
    ).toMatchObject({ drop: true, effectiveReason: 'Flapping', resolves: ['FailedScheduling'] });
    expect(classifyWith([{ match: {}, drop: false }])).not.toHaveProperty('drop');
  });

  it('matches the namespace of the subject, not where the event is stored', () => {
    const node = recordOf({ kind: 'Node', reason: 'NodeNotReady', type: 'Normal' });
    expect(classifyWith([{ id: 'mine', match: { namespace: 'default' }, severity: 'low' }], node).rule).toBe('mine');
  });

  it('goes on after a rule that says so, and the first to state something wins', () => {
    const specs: RuleSpec[] = [
      { id: 'team', match: { namespace: 'shop' }, tags: { team: 'shop', owner: 'ana' }, continue: true },
      { id: 'elsewhere', match: { namespace: 'other' }, tags: { team: 'other' } },
      {
        id: 'calm',
        match: { reason: 'CrashLoopBackOff' },
        severity: 'low',
        tags: { owner: 'ben', tier: 'gold' },
        continue: true,
      },
      { id: 'strict', match: { kind: 'Pod' }, severity: 'high', category: 'mine' },
      { id: 'last', match: {}, category: 'nobody', runbook: 'https://example.com' },
    ];
    expect(classifyWith(specs)).toEqual({
      severity: 'low',
      effectiveReason: 'CrashLoopBackOff',
      category: 'mine',
      rule: 'calm',
      resolves: [],
      tags: { team: 'shop', owner: 'ana', tier: 'gold' },
    });
  });

  it('leaves the decision to the built-in rule when all that match only tag and go on', () => {
    expect(classifyWith([{ id: 'team', match: {}, tags: { team: 'a' }, continue: true }])).toMatchObject({
      severity: 'critical',
      rule: 'kubelet/BackOff/crash-loop',
      tags: { team: 'a' },
    });
  });

  it('silences by the time of the event, never by the clock', () => {
    const specs: RuleSpec[] = [{ match: {}, silence: { from: '13:00', to: '14:00' } }];
    expect(classifyWith(specs)).toMatchObject({ silenced: true, severity: 'critical' });
    expect(classifyWith(specs, { ...crashLoop, lastOccurrence: '2026-11-20T14:00:00Z' })).not.toHaveProperty(
      'silenced',
    );
  });

  it('gives incidents other settings, in the units of incidents', () => {
    const specs: RuleSpec[] = [
      { match: {}, incidents: { windowMinutes: 30, groupBy: 'object' }, continue: true },
      { match: {}, incidents: { windowMinutes: 5, escalateFactor: 10, patienceMinutes: 0.5 } },
    ];
    expect(classifyWith(specs).incidents).toEqual({
      windowMs: 1_800_000,
      escalateFactor: 10,
      patienceMs: 30_000,
      isPatient: true,
      groupBy: 'object',
    });
  });

  it.each<[string, RuleSpec['match'], boolean]>([
    ['one of several namespaces', { namespace: ['other', 'sh*'] }, true],
    ['none of several kinds', { kind: ['Node', 'Job'] }, false],
    ['a kind with a star', { kind: 'Po*' }, true],
    ['a label of the Event', { labels: { app: 'web' } }, true],
    ['one of several values', { labels: { app: ['api', 'w*'], tier: '*' } }, true],
    ['a label with another value', { labels: { app: 'api' } }, false],
    ['a label that is not there', { labels: { team: '*' } }, false],
    ['no label of an object’s own properties', { labels: { toString: '*' } }, false],
  ])('matches %s: %j', (_, match, expected) => {
    const labelled = { ...crashLoop, labels: { app: 'web', tier: 'front' } };
    expect(classifyWith([{ id: 'mine', match, severity: 'low' }], labelled).rule === 'mine').toBe(expected);
  });

  it('takes a documented name for the event that is written', () => {
    const record = recordOf({ kind: 'Service', reason: 'RecordError', type: 'Normal', component: 'external-dns' });
    expect(classifyWith([{ id: 'mine', match: { reason: 'FailedToSyncRecords' }, severity: 'low' }], record).rule).toBe(
      'mine',
    );
    const degraded = recordOf({
      kind: 'Application',
      reason: 'ResourceUpdated',
      type: 'Normal',
      component: 'argocd-application-controller',
      message: 'Updated health status: Healthy -> Degraded',
    });
    expect(classifyWith([{ id: 'mine', match: { reason: 'Degraded' }, severity: 'critical' }], degraded)).toMatchObject(
      {
        rule: 'mine',
        effectiveReason: 'Degraded',
      },
    );
  });

  it('can name an incident after what the message says', () => {
    const specs: RuleSpec[] = [
      { match: { message: 'failed container (\\w+) in pod' }, effectiveReason: 'CrashLoop-$1', severity: 'high' },
    ];
    expect(classifyWith(specs).effectiveReason).toBe('CrashLoop-app');
    expect(classifyWith(specs, pullBackOff).effectiveReason).toBe('ImagePullBackOff');
  });

  it('names every mistake of every rule at once', () => {
    const message = mistakesOf([
      { match: { message: '(unclosed' }, severity: 'low' },
      { match: { reason: 'x' }, severity: 'urgent' },
      { id: 'ahead', match: { message: 'a(?=b)' }, severity: 'low' },
      { match: { raeson: 'x' }, severity: 'low' },
      { match: {} },
      { id: 'same', match: {}, severity: 'low' },
      { id: 'same', match: {}, severity: 'low' },
      'no rule',
    ]);
    expect(message).toContain('rule 1: match.message: "(unclosed" is not a RE2 pattern');
    expect(message).toContain('rule 2: severity');
    expect(message).toContain('rule 3 (ahead): match.message: "a(?=b)"');
    expect(message).toContain('rule 4: match: there is no key "raeson"; did you mean reason?');
    expect(message).toContain('rule 5: it decides nothing');
    expect(message).toContain('rule 7 (same): the id same is used twice');
    expect(message).toContain('rule 8');
    expect(message).not.toContain('rule 6');
  });

  it.each(['(a{1000}){1000}', 'a'.repeat(1001), '(?:[a-z]{500}|[0-9]{500}){9}'])(
    'refuses a pattern that would cost every event too much: %.20s',
    (pattern) => {
      expect(mistakesOf([{ match: { message: pattern }, severity: 'low' }])).toContain('rule 1');
    },
  );

  it('stays linear on a pattern and a message made to explode', () => {
    const rules = compileRules([{ match: { message: '(a+)+$' }, severity: 'low' }]);
    const record = { ...crashLoop, message: `${'a'.repeat(10_000)}!` };
    const started = performance.now();
    classify(record, rules);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
