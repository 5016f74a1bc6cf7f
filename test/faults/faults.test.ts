import { expect, test } from 'vitest';
import { runScenario } from './runScenario.ts';
import { scenarios } from './scenarios/index.ts';

// A part of `npm run test:faults`, small enough to run with all other tests; same scenarios, fewer repetitions.
test.each(scenarios.filter(({ isQuick }) => isQuick))('$name', async (scenario) => {
  const { violations, produced } = await runScenario(scenario, 1, 0.1);
  expect(violations).toEqual([]);
  expect(produced).toBeGreaterThan(0);
});
