import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alternatives } from '../bench/cost/alternatives.ts';
import { fleets, million } from '../bench/cost/assumptions.ts';
import { readDeployed } from '../bench/cost/deployed.ts';
import { measureEvents } from '../bench/cost/measure.ts';
import { costOfEvents, costOfStanding, total } from '../bench/cost/model.ts';
import rates from '../bench/cost/rates.json' with { type: 'json' };
import { renderCost } from '../bench/cost/render.ts';

const inputs = { measured: measureEvents(), deployed: readDeployed() };

describe('docs/cost.md', () => {
  it('is what `npm run cost` writes of this template, these items and these prices', () => {
    expect(readFileSync('docs/cost.md', 'utf8')).toBe(renderCost(inputs));
  });

  it('counts what the template has', () => {
    const { deployed } = inputs;
    expect(deployed).toMatchObject({ dashboards: 1, historyCopies: 2, hasBackup: true, retentionDays: 30 });
    expect(deployed.alarms).toBeGreaterThan(20);
    const [withOne, withTen] = [1, 10].map((clusters) => total(costOfStanding(clusters, deployed)));
    expect((withTen ?? 0) - (withOne ?? 0)).toBeLessThan(9); // a quiet cluster costs less than a dollar a month
  });

  it('holds what the README promises: cents, not dollars, for thousands of events', () => {
    expect(total(costOfEvents(million, inputs))).toBeLessThan(3);
    for (const fleet of fleets) expect((1000 * total(costOfEvents(fleet, inputs))) / fleet.events).toBeLessThan(0.01);
  });

  it('an item is one write unit', () => {
    expect(inputs.measured.writeUnits).toBeLessThan(1.05);
  });

  it('names the page of every price, and the prices of every alternative', () => {
    for (const [name, rate] of Object.entries(rates)) {
      if (typeof rate === 'object') expect(rate, name).toHaveProperty('page', expect.stringMatching(/^https:/));
    }
    for (const { name, prices } of alternatives(inputs)) expect(prices.length, name).toBeGreaterThan(0);
  });
});
