import badImage from './badImage.json' with { type: 'json' };
import crashLoop from './crashLoop.json' with { type: 'json' };
import cronJob from './cronJob.json' with { type: 'json' };
import failedMount from './failedMount.json' with { type: 'json' };
import nodeLoss from './nodeLoss.json' with { type: 'json' };
import probeFlapping from './probeFlapping.json' with { type: 'json' };
import rollout from './rollout.json' with { type: 'json' };
import { type Scenario, scenarioSchema } from './scenarioFile.ts';
import unschedulable from './unschedulable.json' with { type: 'json' };

/** When a scenario is played. */
export interface ProgramEntry {
  readonly scenario: Scenario;
  /** Seconds after the beginning of the program. */
  readonly startSeconds: number;
  /** Seconds from one start to the next when looping; longer than the scenario. */
  readonly everySeconds: number;
}

/** Reads a scenario from parsed JSON. @throws ZodError with every mistake in it */
export function readScenario(json: unknown): Scenario {
  return scenarioSchema.parse(json);
}

const entry = (json: unknown, startSeconds: number, everySeconds: number): ProgramEntry => ({
  scenario: readScenario(json),
  startSeconds,
  everySeconds,
});

/**
 * The demo: everything starts within the first half minute, so that a person who just ran one command sees something;
 * periods without a common factor then keep the repeats apart.
 */
export const program: readonly ProgramEntry[] = [
  entry(unschedulable, 0, 430),
  entry(badImage, 0.5, 490),
  entry(crashLoop, 2, 570),
  entry(rollout, 4, 170),
  entry(cronJob, 9, 110),
  entry(probeFlapping, 12, 610),
  entry(nodeLoss, 18, 910),
  entry(failedMount, 25, 670),
];
