// biome-ignore-all lint/suspicious/noTemplateCurlyInString: `${…}` is the templates' own syntax
import { describe, expect, it } from 'vitest';
import { readEvent } from '../../lib/events/readEvent.ts';
import { aboutMatcher } from './about.ts';
import { expand, expandScenario, readScenario, scenarioNames } from './expand.ts';
import { type Scenario, scenarioSchema } from './schema.ts';
import { scoreScenario } from './score.ts';

/** A scenario of this timeline and nothing else. */
function scenario(timeline: unknown[], parts: object = {}): Scenario {
  return scenarioSchema.parse({
    title: 'test',
    story: 'test',
    kind: 'incident',
    kubernetes: '1.33',
    lasts: '30m',
    world: { nodes: 3, workloads: { 'shop/web': { replicas: 3 } } },
    timeline,
    ...parts,
  });
}

/** Lines of trouble, as `seconds kind name reason message`. */
function told(timeline: unknown[], parts: object = {}) {
  const { lines, start } = expand('test', scenario(timeline, parts));
  return lines
    .filter(({ background }) => !background)
    .map(({ receivedAt, object }) => ({ after: Math.floor((receivedAt - start) / 1000), record: readEvent(object) }));
}

describe('the corpus', () => {
  it('has scenarios of every kind', () => {
    const kinds = scenarioNames().map((name) => readScenario(name).kind);
    expect(kinds.length).toBeGreaterThanOrEqual(40);
    expect(kinds.filter((kind) => kind === 'storm').length).toBeGreaterThanOrEqual(10);
    expect(kinds.filter((kind) => kind === 'harmless').length).toBeGreaterThanOrEqual(5);
  });

  it.each(scenarioNames())(
    '%s is complete: readable events in order, a label for each, labels about what is there',
    async (name) => {
      const expanded = expandScenario(name);
      const { lines, scenario: own, world, start } = expanded;
      const versions = lines.map(({ object }) => Number(readEvent(object).resourceVersion));
      expect(versions.every((version, index) => index === 0 || version > (versions[index - 1] ?? 0))).toBe(true);
      for (const { after, record } of lines.map(({ receivedAt, object }) => ({
        after: receivedAt - start,
        record: readEvent(object),
      }))) {
        expect(Date.parse(record.lastOccurrence)).toBeLessThanOrEqual(start + after);
        expect(record.message).not.toMatch(/\$\{|undefined|\[object/);
      }
      const subjects = lines.map(({ object }) => {
        const { regarding, namespace, reason } = readEvent(object);
        return { ...regarding, namespace: regarding.namespace ?? namespace, reasons: [reason] };
      });
      for (const { about, by, kind } of own.wanted) {
        expect(by).toBeLessThanOrEqual(own.lasts);
        const { reasons: _, ...anyReason } = about;
        expect(subjects.some(aboutMatcher(kind === 'resolved' ? anyReason : about, world))).toBe(true);
      }
      expect((await scoreScenario(expanded)).unlabelled).toEqual([]);
    },
  );

  it('is the same every time', () => {
    const lines = (name: string) => JSON.stringify(expandScenario(name).lines);
    expect(lines('node-loss')).toBe(lines('node-loss'));
  });
});

describe('expanding', () => {
  it('names pods as Kubernetes does and gives a rollout another ReplicaSet', () => {
    const [first, later] = told([
      { each: { pods: ['shop/web'], first: 1 }, by: 'kubelet', reason: 'Now' },
      { at: '1s', each: { pods: ['shop/web'], first: 1 }, by: 'kubelet', on: '${renewed(pod,1)}', reason: 'Next' },
    ]).map(({ record }) => record.regarding.name);
    expect(first).toMatch(/^web-[a-z0-9]{10}-[a-z0-9]{5}$/);
    expect(later).toMatch(/^web-[a-z0-9]{10}-[a-z0-9]{5}$/);
    expect(later?.split('-')[1]).not.toBe(first?.split('-')[1]);
  });

  it('repeats, spreads, backs off and ends when told', () => {
    const event = { by: 'tester', on: 'Thing a/b', reason: 'Tick' };
    const at = (step: object) => told([{ ...event, ...step, say: '${uuid()}' }]).map(({ after }) => after);
    expect(at({ at: '10s', every: '20s', times: 3 })).toEqual([10, 30, 50]);
    expect(at({ at: '10s', every: '20s', until: '60s' })).toEqual([10, 30, 50]);
    expect(at({ backoff: ['1s', '2s', '4s'], times: 5 })).toEqual([0, 1, 3, 7, 11]);
    const spread = at({ each: { count: 20 }, spread: '60s' });
    expect(new Set(spread).size).toBeGreaterThan(10);
    expect(Math.max(...spread)).toBeLessThan(61);
    expect(at({ each: { count: 3 }, gap: '5s' })).toEqual([0, 5, 10]);
  });

  it('writes the text of the Kubernetes version', () => {
    const say = { '1.25': 'old', '1.30': 'new' };
    const text = (kubernetes: string) =>
      told([{ by: 'tester', on: 'Thing a/b', reason: 'Tick', say }], { kubernetes })[0]?.record.message;
    expect([text('1.25'), text('1.29'), text('1.30'), text('1.36')]).toEqual(['old', 'old', 'new', 'new']);
  });

  it('gives a kubelet Node event the uid of its version, and the namespace default', () => {
    const uid = (kubernetes: string) =>
      told([{ each: { nodes: [1] }, by: 'kubelet', on: '${node}', reason: 'NodeReady' }], { kubernetes })[0]?.record;
    expect(uid('1.33')?.regarding.uid).toBe(uid('1.33')?.regarding.name);
    expect(uid('1.36')?.regarding.uid).toBeUndefined();
    expect(uid('1.36')?.namespace).toBe('default');
  });

  it.each([
    [{ by: 'kubelet', reason: 'X' }, 'there is no pod at hand'],
    [{ use: 'nothingLikeIt' }, 'there is no part nothingLikeIt'],
    [{ by: 'tester', on: 'Thing a/b', reason: 'X', say: '${pod.name}' }, '${pod.name} is not known here'],
    [{ each: { pods: ['shop/none'] }, by: 'kubelet', reason: 'X' }, 'nothing is selected'],
  ])('says what is wrong with %j', (step, message) => {
    expect(() => told([step])).toThrow(message);
  });

  it('refuses keys that it does not know and durations that are none', () => {
    expect(() => scenario([{ by: 'tester', raeson: 'X' }])).toThrow(/raeson/);
    expect(() => scenario([{ at: '5 minutes' }])).toThrow(/not a duration/);
  });
});
