import { describe, expect, test } from 'vitest';
import { compileRules } from '../events/rules.ts';
import { compileFilter, type FilterSettings } from './filter.ts';
import type { WireEvent } from './wireEvent.ts';

const open: FilterSettings = {
  clusterId: 'c',
  eventTypes: [],
  reasonFilters: [],
  excludeNamespaces: [],
  minSeverity: 'info',
};

function event(more: Record<string, unknown> = {}): WireEvent {
  return {
    metadata: {
      name: 'e',
      namespace: 'shop',
      uid: 'u',
      creationTimestamp: '2026-11-20T10:00:00Z',
    },
    type: 'Warning',
    reason: 'BackOff',
    note: 'Back-off restarting failed container app in pod web_shop(1)',
    reportingController: 'kubelet',
    regarding: { kind: 'Pod', namespace: 'shop', name: 'web' },
    ...more,
  };
}

describe('a filter', () => {
  test.each<[string, Partial<FilterSettings>, Record<string, unknown>, string | undefined]>([
    ['without settings lets everything through', {}, {}, undefined],
    ['never lets events about Secrets through', {}, { regarding: { kind: 'Secret', name: 's' } }, 'secret'],
    ['reads core/v1 too', {}, { regarding: undefined, involvedObject: { kind: 'Secret', name: 's' } }, 'secret'],
    ['denies namespaces of the object', { excludeNamespaces: ['shop'] }, {}, 'namespace'],
    [
      'takes the stored namespace for cluster-scoped objects',
      { excludeNamespaces: ['shop'] },
      { regarding: { kind: 'Node', name: 'n' } },
      'namespace',
    ],
    ['keeps listed types', { eventTypes: ['Warning'] }, {}, undefined],
    ['drops other types', { eventTypes: ['Warning'] }, { type: 'Normal' }, 'type'],
    ['keeps listed reasons', { reasonFilters: ['BackOff'] }, {}, undefined],
    ['keeps listed effective reasons', { reasonFilters: ['CrashLoopBackOff'] }, {}, undefined],
    ['drops other reasons', { reasonFilters: ['OOMKilled'] }, {}, 'reason'],
    ['keeps what is severe enough', { minSeverity: 'critical' }, {}, undefined],
    [
      'drops what is not',
      { minSeverity: 'low' },
      { type: 'Normal', reason: 'Pulled', note: 'Successfully pulled' },
      'severity',
    ],
    [
      'keeps severe events of type Normal',
      { minSeverity: 'high' },
      {
        type: 'Normal',
        reason: 'NodeNotReady',
        regarding: { kind: 'Node', name: 'n' },
        reportingController: 'node-controller',
        note: 'Node n status is now: NodeNotReady',
      },
      undefined,
    ],
    ['forwards what it cannot read, to be refused by name', { minSeverity: 'high' }, { metadata: {} }, undefined],
  ])('%s', (_title, settings, more, reason) => {
    expect(compileFilter({ ...open, ...settings })(event(more))).toBe(reason);
  });

  test("uses the user's own rules for severity", () => {
    const rules = compileRules([{ match: { reason: 'BackOff', namespace: 'shop' }, severity: 'info' }]);
    expect(compileFilter({ ...open, minSeverity: 'low', rules })(event())).toBe('severity');
  });
});
