import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordOf } from '../../../test/fixtures/events/builders.ts';
import { classify } from '../classify.ts';
import { compileRules, type RuleSpec } from '../rules.ts';
import { checkRules } from './checkRules.ts';

const now = new Date('2026-11-20T12:00:00Z');

function findingsOf(specs: readonly RuleSpec[], clusters?: readonly string[]): string[] {
  compileRules(specs);
  return checkRules(specs, { now, ...(clusters === undefined ? {} : { clusters }) }).map(
    ({ rule, kind, text }) => `${rule} ${kind}: ${text}`,
  );
}

const quiet: RuleSpec = { id: 'quiet', match: { namespace: 'batch-*' }, severity: 'low' };

describe('checkRules', () => {
  it('has nothing to say about good rules', () => {
    expect(
      findingsOf([
        { id: 'one', match: { namespace: 'batch-*', reason: 'BackoffLimitExceeded', kind: 'Job' }, severity: 'low' },
        { id: 'two', match: { reason: ['CrashLoopBackOff', 'OOMKilled'] }, tags: { team: 'core' }, continue: true },
        { id: 'three', match: { reason: 'CrashLoopBackOff' }, severity: 'high' },
        { id: 'four', match: { component: 'my-operator', reason: '*Failed' }, severity: 'high' },
        { id: 'rest', match: {}, category: 'other' },
      ]),
    ).toEqual([]);
  });

  it.each<[string, RuleSpec, RuleSpec]>([
    ['no conditions at all', { id: 'a', match: {}, severity: 'low' }, quiet],
    ['a wider namespace', { id: 'a', match: { namespace: 'ba*' }, severity: 'low' }, quiet],
    ['the same conditions', { ...quiet, id: 'a' }, quiet],
    [
      'a star among its reasons',
      { id: 'a', match: { reason: 'Failed*' }, severity: 'low' },
      { id: 'b', match: { reason: ['FailedMount', 'FailedScheduling'], kind: 'Pod' }, severity: 'high' },
    ],
    [
      'the plain text inside its own',
      { id: 'a', match: { message: 'quota' }, severity: 'low' },
      { id: 'b', match: { message: 'exceeded quota' }, severity: 'high' },
    ],
    [
      'a documented name and its counterpart',
      { id: 'a', match: { reason: ['RecordError', 'FailedToSyncRecords'] }, severity: 'low' },
      { id: 'b', match: { reason: 'FailedToSyncRecords' }, severity: 'high' },
    ],
    [
      'fewer labels',
      { id: 'a', match: { labels: { app: '*' } }, severity: 'low' },
      { id: 'b', match: { labels: { app: 'web', tier: 'front' } }, severity: 'high' },
    ],
  ])('finds a rule behind one with %s', (_, first, second) => {
    expect(findingsOf([first, second]).filter((text) => text.includes('it never decides'))).toHaveLength(1);
  });

  it('finds a rule that two others take between them', () => {
    const text = findingsOf([
      { id: 'mounts', match: { reason: 'FailedMount' }, severity: 'low' },
      { id: 'pulls', match: { reason: ['ErrImagePull', 'ImagePullBackOff'] }, severity: 'low' },
      { id: 'both', match: { reason: ['FailedMount', 'ErrImagePull'] }, severity: 'high' },
    ]);
    expect(text).toEqual([expect.stringContaining('both never: it never decides: mounts and pulls come first')]);
  });

  it.each<[string, RuleSpec[]]>([
    ['the first goes on', [{ match: {}, tags: { team: 'a' }, continue: true }, quiet]],
    ['the first is narrower', [{ match: { namespace: 'batch-nightly' }, severity: 'low' }, quiet]],
    ['the first wants a kind', [{ match: { namespace: 'batch-*', kind: 'Job' }, severity: 'low' }, quiet]],
    ['the first wants a message', [{ match: { namespace: 'batch-*', message: 'x|y' }, severity: 'low' }, quiet]],
    [
      'patterns that only look alike',
      [
        { match: { message: 'a.c' }, severity: 'low' },
        { match: { message: 'abc a.c' }, severity: 'high' },
      ],
    ],
  ])('does not cry shadow when %s', (_, specs) => {
    expect(findingsOf(specs).filter((text) => text.includes('it never decides'))).toEqual([]);
  });

  it.each<[string, RuleSpec['match'], RegExp]>([
    ['a namespace that cannot exist', { namespace: 'Shop_*' }, /never: no namespace can be called "Shop_\*"/],
    ['a kind in small letters', { kind: 'pod' }, /never: the kind is written Pod, not pod/],
    ['the plural that kubectl takes', { kind: 'pods' }, /never: the kind is written Pod, not pods/],
    ['the plural of another', { kind: 'ingresses' }, /never: the kind is written Ingress, not ingresses/],
    ['a type in small letters', { type: 'warning' }, /never: type is Normal or Warning, exactly/],
    [
      'a Node in a namespace',
      { kind: 'Node', namespace: 'shop' },
      /never: events about a Node are in the namespace default/,
    ],
    ['a mistyped reason', { reason: 'CrashLoopBackof' }, /doubt: .* did you mean CrashLoopBackOff\?/],
    ['a reason nobody knows', { reason: 'ZebraCrossing' }, /note: no known component writes "ZebraCrossing"/],
    ['a documented name', { reason: 'FailedToSyncRecords' }, /note: .* taken for RecordError/],
    ['a name that nobody writes', { reason: 'EnvoyNotReady' }, /doubt: .*istio-proxy/],
    [
      'a reason of another kind',
      { reason: 'BackoffLimitExceeded', kind: 'Pod' },
      /doubt: .* is known of Job, not of Pod/,
    ],
    ['a reason of the other type', { reason: 'NodeHasDiskPressure', type: 'Warning' }, /doubt: .* never as Warning/],
    ['a reason twice', { reason: ['FailedMount', 'Failed*'] }, /doubt: "FailedMount" is in its list of reasons twice/],
  ])('finds %s', (_, match, expected) => {
    expect(findingsOf([{ id: 'it', match, severity: 'low' }]).join('\n')).toMatch(expected);
  });

  it('finds a cluster that is not there', () => {
    expect(findingsOf([{ id: 'it', match: { cluster: 'prod-*' }, severity: 'low' }], ['test', 'staging'])).toEqual([
      'it never: no cluster of this configuration is called "prod-*"; there are test, staging',
    ]);
    expect(findingsOf([{ match: { cluster: 'st*' }, severity: 'low' }], ['test', 'staging'])).toEqual([]);
  });

  it.each<[string, Partial<RuleSpec>, RegExp]>([
    ['what a dropping rule states besides', { drop: true, severity: 'low' }, /what else it states has no effect/],
    ['a rule that drops everything', { match: {}, drop: true }, /it drops every event there is/],
    [
      'a silence that is over',
      { silence: { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' } },
      /is over; remove it/,
    ],
    ['a name for itself', { effectiveReason: 'FailedMount' }, /renames FailedMount to itself/],
  ])('finds %s', (_, outcome, expected) => {
    expect(findingsOf([{ id: 'it', match: { reason: 'FailedMount' }, ...outcome }]).join('\n')).toMatch(expected);
  });

  it('finds a rule that waits for a name only another rule gives', () => {
    expect(
      findingsOf([
        { id: 'renames', match: { reason: 'FailedMount' }, effectiveReason: 'VolumeStuck' },
        { id: 'waits', match: { reason: 'VolumeStuck' }, severity: 'high' },
      ]).join('\n'),
    ).toContain('waits doubt: "VolumeStuck" is a name that renames gives');
  });

  it('is right whenever it says never: no event falls under such a rule', () => {
    const word = (...words: string[]) => fc.option(fc.constantFrom(...words), { nil: undefined });
    const match = fc.record({
      namespace: word('shop', 'sh*', '*', 'batch'),
      kind: word('Pod', 'Node', 'Job'),
      reason: word('FailedMount', 'Failed*', 'CrashLoopBackOff', 'BackOff', '*'),
      type: word('Warning', 'Normal'),
      message: word('quota', 'exceeded quota', 'Back-off'),
    });
    const specs = fc
      .array(match, { minLength: 2, maxLength: 5 })
      .map((matches) => matches.map((one, index): RuleSpec => ({ id: `r${index}`, match: one, severity: 'low' })));
    const event = fc.record({
      namespace: fc.constantFrom('shop', 'shoes', 'batch', 'default'),
      kind: fc.constantFrom('Pod', 'Node', 'Job'),
      reason: fc.constantFrom('FailedMount', 'FailedCreate', 'BackOff', 'Odd'),
      type: fc.constantFrom('Warning', 'Normal'),
      message: fc.constantFrom('Back-off restarting failed container', 'exceeded quota: cpu', ''),
    });
    // As Kubernetes does it: events about a Node are in the namespace default.
    const events = fc.array(
      event.map((parts) => (parts.kind === 'Node' ? { ...parts, namespace: 'default' } : parts)),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(specs, events, (rules, seen) => {
        const never = new Set(
          checkRules(rules, { now })
            .filter(({ kind }) => kind === 'never')
            .map(({ rule }) => rule),
        );
        const compiled = compileRules(rules);
        for (const parts of seen) expect(never.has(classify(recordOf(parts), compiled).rule)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });
});
