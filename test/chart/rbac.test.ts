import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manifests } from './manifest.ts';
import { rightsIn } from './rights.ts';
import { least } from './scenarios.ts';

const account = { name: 'kube-event-forwarder', namespace: 'events' };
const read = ['get', 'list', 'watch'];
const reading = (resource: string, where: string) => read.map((verb) => `${resource} ${verb} ${where}`);
const rights = (values: Record<string, unknown>) => rightsIn(manifests({ ...least, ...values }), account);

describe('what the relay may do', () => {
  it('is to read Events, in both API groups, and nothing else', () => {
    expect(rights({})).toEqual([...reading('/events', 'everywhere'), ...reading('events.k8s.io/events', 'everywhere')]);
  });

  it('grows by pods and nodes with the signals that are derived from them', () => {
    const pods = reading('/pods', 'everywhere');
    const nodes = reading('/nodes', 'everywhere');
    expect(rights({ signals: { pods: true } })).toEqual([...rights({}), ...pods].sort());
    expect(rights({ signals: { nodes: true } })).toEqual([...rights({}), ...nodes].sort());
    expect(rights({ signals: { pods: true, nodes: true } })).toEqual([...rights({}), ...pods, ...nodes].sort());
  });

  it('ends at the namespaces it watches', () => {
    expect(rights({ namespaces: ['shop', 'bank'] })).toEqual(
      ['shop', 'bank']
        .flatMap((namespace) => [
          ...reading('/events', `in ${namespace}`),
          ...reading('events.k8s.io/events', `in ${namespace}`),
        ])
        .sort(),
    );
  });

  it('includes one Lease by name for leader election', () => {
    const lease = 'coordination.k8s.io/leases';
    expect(rights({ leaderElection: { enabled: true } })).toEqual(
      [
        ...rights({}),
        `${lease} create in events`,
        `${lease}/kube-event-forwarder get in events`,
        `${lease}/kube-event-forwarder update in events`,
      ].sort(),
    );
  });

  it('is for the operator to arrange when the chart makes no roles', () => {
    expect(rights({ rbac: { create: false }, namespaces: ['shop'], leaderElection: { enabled: true } })).toEqual([]);
  });

  it('never includes a wildcard, a Secret or writing anything but a Lease, whatever the values', () => {
    const namespace = fc.stringMatching(/^[a-z]([-a-z0-9]{0,10}[a-z0-9])?$/);
    const values = fc.record({
      namespaces: fc.uniqueArray(namespace, { maxLength: 4 }),
      signals: fc.record({ pods: fc.boolean(), nodes: fc.boolean() }),
      leaderElection: fc.record({ enabled: fc.boolean() }),
      rbac: fc.record({ create: fc.boolean() }),
    });
    fc.assert(
      fc.property(values, (given) => {
        for (const right of rights(given)) {
          expect(right).toMatch(
            /^(\/(events|pods|nodes)|events\.k8s\.io\/events) (get|list|watch) |^coordination\.k8s\.io\/leases( create|\/kube-event-forwarder (get|update)) in events$/,
          );
          if (right.startsWith('/pods')) expect(given.signals.pods).toBe(true);
          if (right.startsWith('/nodes')) expect(given.signals.nodes).toBe(true);
          if (right.startsWith('coordination')) expect(given.leaderElection.enabled).toBe(true);
          if (given.namespaces.length > 0 && !right.startsWith('/nodes')) expect(right).not.toContain('everywhere');
        }
      }),
    );
  });
});

describe('the reading of rights in these tests', () => {
  const objects = manifests(least);

  it.each<[string, (text: string) => string, string]>([
    [
      'a binding of somebody else',
      (text) => text.replace('"kind":"ServiceAccount","name"', '"kind":"User","name"'),
      'somebody else',
    ],
    [
      'a role that is not there',
      (text) => text.replace('"kind":"ClusterRole","name"', '"kind":"ClusterRole","nam"'),
      'not there',
    ],
  ])('finds %s', (_name, change, complaint) => {
    const text = JSON.stringify(objects);
    expect(change(text)).not.toBe(text);
    expect(() => rightsIn(JSON.parse(change(text)), account)).toThrow(complaint);
  });

  it('finds a role that nobody is bound to', () => {
    expect(() =>
      rightsIn(
        objects.filter(({ kind }) => kind !== 'ClusterRoleBinding'),
        account,
      ),
    ).toThrow('nobody');
  });
});
