import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listOf, type RuleSpec } from '../events/ruleSpec.ts';
import { builtInRuleSpecs } from '../events/rules/builtIn.ts';
import { compileRules } from '../events/rules.ts';
import { fieldSelectorOf, type SelectableFilters } from './fieldSelector.ts';
import { compileFilter } from './filter.ts';
import type { WireEvent } from './wireEvent.ts';

const none: SelectableFilters = { event_types: [], reason_filters: [], exclude_namespaces: [], rules: [] };
const selector = (filters: Partial<SelectableFilters>) => fieldSelectorOf({ ...none, ...filters }, 'events.k8s.io/v1');

describe('the API server is asked for', () => {
  test.each<[string, Partial<SelectableFilters>, string | undefined]>([
    ['everything without filters', {}, undefined],
    ['one type', { event_types: ['Warning'] }, 'type=Warning'],
    ['everything with both types', { event_types: ['Warning', 'Normal'] }, undefined],
    ['a type that is named twice', { event_types: ['Normal', 'Normal'] }, 'type=Normal'],
    ['one reason', { reason_filters: ['FailedScheduling'] }, 'reason=FailedScheduling'],
    ['everything with two reasons', { reason_filters: ['FailedScheduling', 'Evicted'] }, undefined],
    ['everything with a reason that only rules give', { reason_filters: ['CrashLoopBackOff'] }, undefined],
    ['everything with a finding of a node agent', { reason_filters: ['IPAMDNotReady'] }, undefined],
    ['everything with a reason nobody knows', { reason_filters: ['SomethingNew'] }, undefined],
    ['everything with the name of no reason', { reason_filters: ['Unspecified'] }, undefined],
    [
      'everything with a reason that a rule of the user gives',
      {
        reason_filters: ['FailedScheduling'],
        rules: [{ match: { reason: 'Odd' }, effectiveReason: 'FailedScheduling' }],
      },
      undefined,
    ],
    [
      'all but some namespaces',
      { exclude_namespaces: ['kube-system', 'dev'] },
      'regarding.namespace!=kube-system,regarding.namespace!=dev',
    ],
    [
      'all of it together',
      { event_types: ['Warning'], reason_filters: ['Evicted'], exclude_namespaces: ['dev'] },
      'type=Warning,reason=Evicted,regarding.namespace!=dev',
    ],
  ])('%s', (_title, filters, expected) => {
    expect(selector(filters)).toBe(expected);
  });

  test('in the names of core/v1 where that is watched', () => {
    expect(fieldSelectorOf({ ...none, exclude_namespaces: ['dev'] }, 'v1')).toBe('involvedObject.namespace!=dev');
  });
});

/** As an API server selects. */
function matches(text: string | undefined, event: WireEvent): boolean {
  return (text ?? '')
    .split(',')
    .filter(Boolean)
    .every((term) => {
      const [, field = '', operator, value] = /^([^!=]+)(!=|=)(.*)$/.exec(term) ?? [];
      const found = field === 'regarding.namespace' ? (event.regarding?.namespace ?? '') : event[field];
      return (found === value) === (operator === '=');
    });
}

test('whatever the filters let through, the selector does', () => {
  const known = [
    ...new Set(
      builtInRuleSpecs.flatMap(({ match, effectiveReason }) => [...listOf(match.reason), effectiveReason ?? '']),
    ),
  ];
  const reason = fc.constantFrom(
    'BackOff',
    'Failed',
    'FailedScheduling',
    'Evicted',
    'CrashLoopBackOff',
    'Odd',
    ...known,
  );
  const namespace = fc.constantFrom('', 'shop', 'dev', 'default');
  const event = fc.record({
    type: fc.constantFrom('Warning', 'Normal', 'Error'),
    reason,
    note: fc.constantFrom(
      '',
      'Back-off restarting failed container',
      'Back-off pulling image "x"',
      'Error: ErrImagePull',
    ),
    namespace,
    kind: fc.constantFrom('Pod', 'Node'),
    reportingController: fc.constantFrom('kubelet', 'default-scheduler', 'eks-node-monitoring-agent', ''),
  });
  const rules = fc.subarray<RuleSpec>([
    { match: { reason: 'Odd' }, effectiveReason: 'FailedScheduling' },
    { match: { reason: 'Evicted' }, drop: true },
  ]);
  const filters = fc.record({
    event_types: fc.subarray(['Warning', 'Normal']),
    reason_filters: fc.array(
      reason.filter((text) => text !== ''),
      { maxLength: 2 },
    ),
    exclude_namespaces: fc.subarray(['dev', 'default']),
    rules,
  });
  fc.assert(
    fc.property(filters, fc.array(event, { maxLength: 10 }), (given, events) => {
      const text = selector(given);
      const filter = compileFilter({
        clusterId: 'c',
        eventTypes: given.event_types,
        reasonFilters: given.reason_filters,
        excludeNamespaces: given.exclude_namespaces,
        minSeverity: 'info',
        rules: given.rules.length === 0 ? undefined : compileRules(given.rules),
      });
      for (const { namespace: place, kind, ...fields } of events) {
        const wire: WireEvent = {
          metadata: { name: 'e', namespace: place || 'default', uid: 'u', creationTimestamp: '2026-11-20T10:00:00Z' },
          regarding: { kind, name: 'o', ...(place === '' ? {} : { namespace: place }) },
          ...fields,
        };
        if (filter(wire) === undefined) expect(matches(text, wire), JSON.stringify([text, wire])).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});
