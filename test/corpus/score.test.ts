import { describe, expect, it } from 'vitest';
import { aboutMatcher } from './about.ts';
import { expand } from './expand.ts';
import { findingsOf, markdownOf, missedOf, noiseRemovedOf, targetsOf } from './report.ts';
import { scenarioSchema } from './schema.ts';
import { scoreScenario } from './score.ts';
import { World } from './world.ts';

/** A crash loop of one pod, labelled like this. */
function crashLoop(labels: object) {
  const scenario = scenarioSchema.parse({
    title: 'test',
    story: 'test',
    kind: 'storm',
    kubernetes: '1.33',
    lasts: '10m',
    world: { nodes: 3, workloads: { 'shop/web': { replicas: 1 } } },
    timeline: [{ at: '1m', each: { pods: ['shop/web'] }, use: 'crashLoop' }],
    ...labels,
  });
  return scoreScenario(expand('test', scenario));
}

const about = { workloads: ['shop/web'], reasons: ['CrashLoopBackOff'] };
const wanted = { tell: 'it crash-loops', about, severity: 'critical', by: '3m' };

describe('scoring', () => {
  it('finds the wanted message, at its time and severity', async () => {
    const score = await crashLoop({ wanted: [wanted] });
    expect(score.wanted.map(({ verdict }) => verdict)).toEqual(['told']);
    expect(score.unwanted).toEqual([]);
    expect(score.troubleIn).toBeLessThan(score.eventsIn);
    expect(noiseRemovedOf([score])).toBeCloseTo(1 - score.pages.length / score.troubleIn);
  });

  it.each([
    [{ by: '61s' }, 'late'],
    [{ about: { workloads: ['shop/web'], reasons: ['Elsewhere'] } }, 'missing'],
    [{ about: { objects: ['HorizontalPodAutoscaler *'] }, by: '10m' }, 'too quiet'],
    [{ about: { objects: ['Thing a/b'] }, optional: true }, 'not needed'],
    [{ kind: 'resolved' }, 'missing'],
  ])('of %j says %s', async (varied, verdict) => {
    const score = await crashLoop({ wanted: [{ ...wanted, ...varied }] });
    expect(score.wanted.map((one) => one.verdict)).toEqual([verdict]);
    expect(missedOf(score)).toHaveLength(verdict === 'not needed' ? 0 : 1);
  });

  it('calls unwanted what nobody asked for, what is too loud and what is once too often', async () => {
    const why = async (labels: object) => (await crashLoop(labels)).unwanted.map((one) => one.why);
    expect(await why({ unwanted: [{ why: 'let it sleep', about }] })).toContain('let it sleep');
    expect(await why({})).toContain('nobody asked for it');
    expect(await why({ wanted: [{ ...wanted, severity: 'low', by: '9m' }] })).toContain(
      'louder than wanted: "it crash-loops"',
    );
    const twice = await why({ wanted: [{ ...wanted, atMost: 1 }] });
    expect(twice.every((text) => text === 'once too often: "it crash-loops"')).toBe(true);
  });

  it('names events without a label', async () => {
    const timeline = [
      { by: 'somebody', on: 'Thing a/b', type: 'Warning', reason: 'NeverSeenBefore', say: 'what is this' },
    ];
    const score = await crashLoop({ timeline });
    expect(score.unlabelled).toEqual(['somebody Warning NeverSeenBefore Thing: what is this']);
    expect(findingsOf(score).at(-1)).toContain('NeverSeenBefore');
  });

  it('lets a scenario have its own opinion of a severity', async () => {
    const score = await crashLoop({ wanted: [wanted], severities: [{ reason: 'BackOff', is: 'info' }] });
    const disagreement = [...score.classes.values()].find((one) => one?.record.reason === 'BackOff');
    expect(disagreement).toMatchObject({ expected: ['info'], got: 'critical' });
  });
});

describe('the report', () => {
  it('misses a target when something wanted did not come, and says so in Markdown', async () => {
    const score = await crashLoop({ wanted: [{ ...wanted, by: '61s' }] });
    expect(targetsOf([score])[0]).toMatchObject({ got: '1', isMet: false });
    expect(markdownOf([score])).toContain('missed (late): "it crash-loops"');
  });

  it('does not let harmless things page', async () => {
    const score = await crashLoop({ kind: 'harmless' });
    expect(targetsOf([score]).at(-1)).toMatchObject({ got: '1 (test)', isMet: false });
  });
});

describe('what a message is about', () => {
  const world = new World(
    {
      nodes: 2,
      zones: ['eu-west-1a'],
      workloads: Object.fromEntries(
        ['shop/web', 'shop/web-admin', 'blog/web'].map((name) => [
          name,
          { kind: 'Deployment' as const, replicas: 1, container: 'app' },
        ]),
      ),
    },
    'test',
  );
  const isWeb = aboutMatcher({ workloads: ['shop/web'] }, world);
  const subject = (name: string, namespace = 'shop') => ({ kind: 'Pod', namespace, name, reasons: [] });

  it('is the workload, its ReplicaSet, its pods or a name for all of them', () => {
    for (const name of ['web', 'web-7d9c5b8f6d', 'web-7d9c5b8f6d-x2x9k', 'web-*'])
      expect(isWeb(subject(name))).toBe(true);
  });

  it('is not its look-alike nor its namesake', () => {
    for (const name of ['web-admin', 'web-admin-7d9c5b8f6d', 'web-admin-7d9c5b8f6d-x2x9k', 'website'])
      expect(isWeb(subject(name))).toBe(false);
    expect(isWeb(subject('web', 'blog'))).toBe(false);
  });

  it('is a node by its name or its NodeClaim', () => {
    const [node] = world.nodes;
    const isNode = aboutMatcher({ nodes: [0] }, world);
    expect(isNode(subject(node?.name ?? '', 'default')) && isNode(subject(node?.claim ?? '', 'default'))).toBe(true);
    expect(isNode(subject('web'))).toBe(false);
  });
});
