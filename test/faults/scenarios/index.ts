import type { Scenario } from '../scenario.ts';
import { apiScenarios } from './api.ts';
import { outageScenarios } from './outage.ts';
import { processScenarios } from './process.ts';
import { spoolScenarios } from './spool.ts';
import { watchScenarios } from './watch.ts';

/** Every scenario of the suite. */
export const scenarios: readonly Scenario[] = [
  ...processScenarios,
  ...apiScenarios,
  ...watchScenarios,
  ...outageScenarios,
  ...spoolScenarios,
];
