import { parseArgs } from 'node:util';
import { explore, wander } from './model/explore.ts';
import { type Result, runScenario } from './runScenario.ts';
import { scenarios } from './scenarios/index.ts';
import { summary } from './summary.ts';

const usage = `Usage: node test/faults/run.ts [--only TEXT] [--seed N] [--intensity SHARE] [--json] [--model]

Drives the bundled relay, as a process of its own, between a list/watch server and an API, through every way in which either
of them, the network or the process itself may fail. Every run ends in an account: what the cluster produced is stored, or
refused with a reason, or expired before anybody could read it; nothing is stored twice with different content; the states of
an object arrive in order. Ends with 1 when an account does not balance.

--model explores larger state spaces of the position protocol instead than the tests do (minutes).
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
    intensity: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    model: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
if (values.model) process.exit(exploreAll() ? 0 : 1);
const chosen = scenarios.filter(({ name }) => name.includes(values.only ?? ''));
const results: Result[] = [];
for (const scenario of chosen) {
  const result = await runScenario(scenario, Number(values.seed), Number(values.intensity));
  results.push(result);
  process.stderr.write(`${result.violations.length === 0 ? 'ok  ' : 'FAIL'}  ${result.name}\n`);
  for (const violation of result.violations) process.stderr.write(`        ${violation}\n`);
}
if (values.json) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
else process.stdout.write(`\n${summary(results)}\nseed ${values.seed}\n`);
process.exit(results.every(({ violations }) => violations.length === 0) ? 0 : 1);

/** Every interleaving of larger budgets. @returns whether all promises held in all of them */
function exploreAll(): boolean {
  const nothing = { writes: 3, crashes: 0, compactions: 0, losses: 0, heartbeats: 0 };
  const budgets = [
    { ...nothing, crashes: 1, compactions: 1 },
    { ...nothing, crashes: 1, losses: 1 },
    { ...nothing, writes: 4, compactions: 1, heartbeats: 1 },
    { ...nothing, writes: 4, spools: 1, expiries: 1 },
  ];
  const everything = { writes: 4, crashes: 2, compactions: 1, losses: 2, heartbeats: 2, spools: 3, expiries: 1 };
  const { states, counterexample } = wander(everything, 100_000, Number(values.seed));
  const verdict = counterexample?.broken ?? 'no promise broken';
  console.log(`${JSON.stringify(everything)}: 100000 random ways, ${states} steps, ${verdict}`);
  for (const action of counterexample?.path ?? []) console.log(`    ${action}`);
  const explored = budgets
    .map((budget) => {
      const startedAt = performance.now();
      const { states, isComplete, counterexample } = explore(budget, {}, 1_000_000);
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
      const verdict = counterexample?.broken ?? (isComplete ? 'all states, no promise broken' : 'not all states');
      console.log(`${JSON.stringify(budget)}: ${states} states in ${seconds} s, ${verdict}`);
      for (const action of counterexample?.path ?? []) console.log(`    ${action}`);
      return isComplete;
    })
    .every(Boolean);
  return explored && counterexample === undefined;
}
