import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { expect, test } from 'vitest';
import { relayBuildOptions } from '../../lib/relay/bundle.ts';
import { runScenario } from './runScenario.ts';
import type { Scenario } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';

/** A relay bundle in which one piece of source is another. */
async function mutant(file: RegExp, from: string, to: string): Promise<string> {
  const plugin: Plugin = {
    name: 'mutation',
    setup(builder) {
      builder.onLoad({ filter: file }, async (args) => {
        const source = await readFile(args.path, 'utf8');
        if (!source.includes(from)) throw new Error(`${args.path} has no '${from}' to change`);
        return { contents: source.replace(from, to), loader: 'ts' };
      });
    },
  };
  const outfile = path.join(await mkdtemp(path.join(tmpdir(), 'kef-mutant-')), 'relay.mjs');
  const options = relayBuildOptions(outfile);
  await build({ ...options, plugins: [...(options.plugins ?? []), plugin] });
  return outfile;
}

function scenarioNamed(text: string, entry: () => Promise<string>): Scenario {
  const scenario = scenarios.find(({ name }) => name.includes(text));
  if (scenario === undefined) throw new Error(`there is no scenario '${text}'`);
  return { ...scenario, options: { ...scenario.options, entry }, settleMs: 500 };
}

// The suite itself is on trial here: relays that lose events must not pass it.
test.each([
  {
    title: 'reports what it has read instead of what is acknowledged',
    change: [
      /position\.ts$/,
      'const nothingWaits = this.#open === 0 && this.#sealed.length === 0;',
      'const nothingWaits = true;',
    ],
    scenario: 'kill -9 at random',
  },
  {
    title: 'takes any 200 for an acknowledgement',
    change: [
      /answer\.ts$/,
      'if (status === 200) return',
      "if (status === 200) return { kind: 'acknowledged', accepted: sent, rejected: [] }; else if (status === 200) return",
    ],
    scenario: '200 with a web page',
  },
  {
    title: 'goes on watching where it was after a 410, without a list',
    change: [
      /course\.ts$/,
      "course: { ...course, step: 'list' }, delayMs: course.failures === 1",
      "course: { ...course, step: 'watch' }, delayMs: course.failures === 1",
    ],
    scenario: 'told as an empty 200',
  },
  {
    title: 'leaves what is being sent off the disk',
    change: [/spoolQueue\.ts$/, '[...this.#unsettled()].filter', '[...this.#waiting].filter'],
    scenario: 'spool, kill -9 in the middle',
  },
  {
    title: 'reads on behind what is on disk without sending it',
    change: [/openSpool\.ts$/, "if (content.kind === 'newer') return;", 'return;'],
    scenario: 'spool, kill -9 in the middle',
  },
] as const)('a relay that $title is caught', async ({ change: [file, from, to], scenario }) => {
  const bundle = mutant(file, from, to);
  const { missing, expired } = await runScenario(
    scenarioNamed(scenario, () => bundle),
    1,
    0.3,
  );
  expect(missing + expired).toBeGreaterThan(0);
});
