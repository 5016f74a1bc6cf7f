import type { Sums } from './account.ts';
import type { Scenario } from './scenario.ts';
import { World } from './world.ts';

/** What one scenario came to. */
export interface Result extends Sums {
  readonly name: string;
  readonly violations: readonly string[];
  readonly reportedGaps: number;
  readonly reconnects: number;
  readonly relays: number;
  readonly seconds: number;
}

/**
 * Runs one scenario from an empty cluster to a stopped relay, and closes the books.
 *
 * @param intensity share of the repetitions that the full suite makes
 */
export async function runScenario(scenario: Scenario, seed: number, intensity = 1): Promise<Result> {
  const startedAt = performance.now();
  const world = await World.start({ ...scenario.options, seed });
  const violations: string[] = [];
  try {
    await scenario.run(world, intensity);
    await world.settle(scenario.settleMs ?? 15_000);
    violations.push(...((await scenario.expect?.(world)) ?? []));
    violations.push(...(await world.stopRelay()));
  } catch (error) {
    violations.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    await world.close();
  }
  violations.push(...world.account.violations(scenario));
  return {
    name: scenario.name,
    ...world.account.sums,
    violations,
    reportedGaps: world.gaps.length,
    reconnects: world.reconnects,
    relays: world.relays.length,
    seconds: (performance.now() - startedAt) / 1_000,
  };
}
