import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { renderTable } from '../../bin/commands/table.ts';
import type { Sums } from '../faults/account.ts';
import { type ControlPlane, startControlPlane } from './controlPlane.ts';
import { KubeClient } from './kubeClient.ts';
import type { RealScenario } from './realScenario.ts';
import { RealWorld } from './realWorld.ts';
import { bindRelay } from './rights.ts';
import { realScenarios } from './scenarios/index.ts';

const usage = `Usage: npm run test:real [-- --only TEXT]

Runs the relay against a real kube-apiserver, with the same books as test:faults.

  KUBEBUILDER_ASSETS   directory with etcd and kube-apiserver (setup-envtest use -p path): starts its own control plane, which
                       it may also stop, compact, wipe and restore. All scenarios; the churn of jobs also wants
                       kube-controller-manager, kube-scheduler and kwok there. Default: /usr/local/kubebuilder/bin
  KUBECONFIG           a cluster that runs already. Makes events in a namespace of its own and removes it afterwards; nothing
                       is stopped or compacted. The scenarios that need that are left out.
`;

interface Row extends Sums {
  readonly name: string;
  readonly outcome: 'ok' | 'FAIL' | 'skipped';
  readonly seconds: number;
  readonly relays: number;
  readonly note: string;
}

const { values: flags } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean' } } });
const { KUBEBUILDER_ASSETS: assets = '/usr/local/kubebuilder/bin', KUBECONFIG: kubeconfig } = process.env;
const missing = missingOf(['etcd', 'kube-apiserver']);
if (flags.help) {
  process.stdout.write(usage);
} else if (missing.length === 0) {
  const plane = await startControlPlane(assets);
  try {
    await bindRelay(plane);
    process.exitCode = await runAll(plane.client, plane);
  } finally {
    await plane.close();
  }
} else if (kubeconfig !== undefined && existsSync(kubeconfig)) {
  console.log(`${assets} has no ${missing.join(' and no ')}: using KUBECONFIG`);
  process.exitCode = await runAll(await KubeClient.of(await readFile(kubeconfig, 'utf8')), undefined);
} else {
  console.log(`skipped: ${assets} has no ${missing.join(' and no ')}, and KUBECONFIG names no cluster.\n\n${usage}`);
}

async function runAll(client: KubeClient, plane: ControlPlane | undefined): Promise<number> {
  const version = await client.call('GET', '/version');
  console.log(
    `${client.server}: kube-apiserver ${String(version.gitVersion)}${plane ? ', a control plane of our own' : ''}\n`,
  );
  const rows: Row[] = [];
  for (const scenario of realScenarios.filter(({ name }) => name.includes(flags.only ?? ''))) {
    const row = await run(scenario, client, plane);
    rows.push(row);
    console.log(`${row.outcome.padEnd(7)}  ${row.name}${row.outcome === 'ok' ? '' : `: ${row.note}`}`);
  }
  const column = (heading: string, value: (row: Row) => string | number) => ({
    heading,
    value: (row: Row) => String(value(row)),
  });
  const table = renderTable(
    [
      column('', ({ outcome }) => outcome),
      column('SCENARIO', ({ name }) => name),
      column('PRODUCED', ({ produced }) => produced),
      column('STORED', ({ stored }) => stored),
      column('REFUSED', ({ refused }) => refused),
      column('LOST', ({ missing }) => missing),
      column('TWICE', ({ conflicts }) => conflicts),
      column('REPEATS', ({ repeats }) => repeats),
      column('RELAYS', ({ relays }) => relays),
      column('SECONDS', ({ seconds }) => seconds.toFixed(1)),
      column('NOTE', ({ note }) => note),
    ],
    rows,
  );
  console.log(`\n${table}`);
  return rows.some(({ outcome }) => outcome === 'FAIL') ? 1 : 0;
}

async function run(scenario: RealScenario, client: KubeClient, plane: ControlPlane | undefined): Promise<Row> {
  const { name } = scenario;
  const nothing = {
    produced: 0,
    stored: 0,
    refused: 0,
    reported: 0,
    expired: 0,
    missing: 0,
    repeats: 0,
    conflicts: 0,
    relays: 0,
    seconds: 0,
  };
  const lacking = reasonToSkip(scenario, plane);
  if (lacking !== undefined) return { ...nothing, name, outcome: 'skipped', note: lacking };
  const startedAt = performance.now();
  const world = await RealWorld.start(client, plane?.relayKubeconfig);
  const problems: string[] = [];
  try {
    if (scenario.needs === 'cluster') await scenario.run(world);
    else if (plane !== undefined) await scenario.run(world, plane);
    await world.settle(scenario.settleMs);
    problems.push(...(await world.stopRelay()));
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  } finally {
    await world.close();
  }
  problems.push(...world.account.violations({}));
  return {
    ...world.account.sums,
    name,
    outcome: problems.length === 0 ? 'ok' : 'FAIL',
    relays: world.relays.length,
    seconds: (performance.now() - startedAt) / 1_000,
    note: problems.length === 0 ? world.note : problems.join('; '),
  };
}

function reasonToSkip(scenario: RealScenario, plane: ControlPlane | undefined): string | undefined {
  if (scenario.needs === 'cluster') return undefined;
  if (plane === undefined) return 'needs a control plane of its own (KUBEBUILDER_ASSETS)';
  const lacking = missingOf(scenario.programs ?? []);
  return lacking.length === 0 ? undefined : `${assets} has no ${lacking.join(' and no ')}`;
}

function missingOf(programs: readonly string[]): string[] {
  return programs.filter((name) => !existsSync(path.join(assets, name)));
}
