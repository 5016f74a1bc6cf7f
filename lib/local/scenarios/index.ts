export { type Player, type PlayOptions, playScenarios } from './playScenarios.ts';
export { type ProgramEntry, program, readScenario } from './program.ts';
export type { Scenario } from './scenarioFile.ts';
