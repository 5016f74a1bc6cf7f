/**
 * Judgement, measured: replays the labelled scenarios of `test/corpus` through the decision path and tells what an engineer
 * on call would have got, missed and been bothered with. Exit code 1 when a target is missed.
 *
 * npm run bench:signal [-- SCENARIO…] [-- --report FILE]
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { renderTable } from '../../bin/commands/table.ts';
import { expandScenario, scenarioNames } from '../corpus/expand.ts';
import { classesOf, columns, describeDisagreement, findingsOf, markdownOf, targetsOf } from '../corpus/report.ts';
import { type Score, scoreScenario } from '../corpus/score.ts';

const { values, positionals } = parseArgs({ options: { report: { type: 'string' } }, allowPositionals: true });
const names = positionals.length > 0 ? positionals : scenarioNames();
const scores: Score[] = [];
const began = performance.now();
for (const name of names) scores.push(await scoreScenario(expandScenario(name)));
const elapsed = performance.now() - began;

console.log(renderTable(columns, scores));
for (const score of scores) {
  const findings = findingsOf(score);
  if (findings.length > 0) console.log(`\n${score.name}\n${findings.map((line) => `  ${line}`).join('\n')}`);
}
const disagreements = [...classesOf(scores).values()].filter((one) => one !== undefined);
if (disagreements.length > 0) {
  console.log(
    `\nseverities that differ from the labels\n${disagreements.map((one) => `  ${describeDisagreement(one)}`).join('\n')}`,
  );
}
const targets = targetsOf(scores);
const events = scores.reduce((sum, { eventsIn }) => sum + eventsIn, 0);
console.log(`\n${events} events of ${scores.length} scenarios in ${Math.round(elapsed)} ms`);
for (const { name, wanted, got, isMet } of targets)
  console.log(`${isMet ? 'met   ' : 'MISSED'}  ${name}: ${got}, wanted ${wanted}`);
if (values.report !== undefined) writeFileSync(values.report, markdownOf(scores));
if (targets.some(({ isMet }) => !isMet)) process.exitCode = 1;
