import { loadavg } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Measurement } from '../results.ts';
import { combine } from './combine.ts';
import { limitCpu } from './cpuLimit.ts';
import { runRound } from './round.ts';
import type { Scenario } from './scenario.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** The relay as it is shipped: one file. */
export const relayFile = path.join(root, 'dist/relay.mjs');
const bareFile = path.join(root, 'test/bench/relay/bareLoop.ts');
const defaultLingerMs = 500;

/** Measures one scenario, all of its rounds. */
export async function measure(scenario: Scenario): Promise<Measurement> {
  const [load = 0] = loadavg();
  const limit = scenario.millicores === undefined ? undefined : limitCpu(scenario.millicores);
  const group = limit !== undefined && 'procsFile' in limit ? limit : undefined;
  const script = [scenario.subject === 'relay' ? relayFile : bareFile];
  try {
    const rounds = [];
    for (let round = 0; round < (scenario.rounds ?? 1); round += 1) {
      rounds.push(await runRound(scenario, { script, procsFile: group?.procsFile }));
    }
    return {
      title: scenario.title,
      subject: scenario.subject,
      measuredAt: new Date().toISOString(),
      load,
      lingerMs: defaultLingerMs,
      ...combine(rounds),
      ...(limit === undefined || scenario.millicores === undefined
        ? undefined
        : { limit: { millicores: scenario.millicores, ...describe(limit) } }),
    };
  } finally {
    group?.remove();
  }
}

function describe(limit: ReturnType<typeof limitCpu>): { how: string; periods: number; throttled: number } {
  if ('unavailable' in limit) return { how: `not limited: ${limit.unavailable}`, periods: 0, throttled: 0 };
  return { how: limit.how, ...limit.throttled() };
}
