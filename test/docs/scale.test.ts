import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { outcomesOf, sizes } from '../bench/scale/outcomes.ts';
import { breaksAt, loadOf, quotas } from '../bench/scale/quotas.ts';
import { renderScale } from '../bench/scale/render.ts';
import { partitionLimit, simulate } from '../bench/scale/simulate.ts';
import { storms } from '../bench/scale/storms.ts';

const million = 1_000_000;

describe('a storm of a million events', () => {
  const outcomes = outcomesOf(million);

  it.each(outcomes.map((outcome) => [outcome.storm.name, outcome] as const))(
    'in %s, at the documented rate, heats no partition above its limit, and route keeps up',
    (_name, { simulated }) => {
      const { objects, namespaces, incidents, clusters, shard } = simulated;
      for (const { units, partition } of [objects, namespaces, incidents, clusters]) {
        expect(units, partition).toBeLessThanOrEqual(partitionLimit);
        expect(units, partition).toBeGreaterThan(0);
      }
      expect(shard.records).toBeLessThanOrEqual(shard.capacity);
    },
  );

  it('is what docs/scale.md says (npm run scale)', () => {
    expect(readFileSync('docs/scale.md', 'utf8')).toBe(renderScale(outcomes, sizes));
  });
});

describe('twice the documented rate', () => {
  it.each([
    ['one namespace', 'namespaces'],
    ['one cluster', 'clusters'],
  ] as const)('in %s is more than the index %s takes', (name, index) => {
    const storm = storms.find((one) => one.name === name);
    if (storm === undefined) throw new Error(`no storm ${name}`);
    const simulated = simulate({ ...storm, rate: storm.rate * 2 }, 100_000, sizes);
    expect(simulated[index].units).toBeGreaterThan(partitionLimit);
  });

  it('in a fleet is more than route gets done without routeParallelism', () => {
    const storm = storms.find(({ name }) => name === 'a fleet');
    if (storm === undefined) throw new Error('no storm of a fleet');
    const { shard } = simulate({ ...storm, routeParallelism: 1 }, 100_000, sizes);
    expect(shard.records).toBeGreaterThan(shard.capacity);
  });
});

describe('limits', () => {
  it('are not reached by one cluster, and every one of ten thousand clusters meets some', () => {
    for (const quota of quotas) expect(breaksAt(quota) ?? Number.POSITIVE_INFINITY, quota.name).toBeGreaterThan(1);
    expect(quotas.some((quota) => quota.demand(loadOf(10_000)) > quota.limit)).toBe(true);
  });

  it('come with what moves them, what is beyond them and where AWS says so', () => {
    for (const { moves, beyond, page } of quotas) {
      expect(moves.length * beyond.length).toBeGreaterThan(0);
      expect(page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
    }
  });
});
