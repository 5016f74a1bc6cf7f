import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { eventAlerts, relayAlerts } from '../../lib/manifests/alerts.ts';
import { healthy, unhealthy } from './alertCases.ts';
import { type Manifest, manifests, only } from './manifest.ts';
import { least } from './scenarios.ts';

/** The promtool to test with: `PROMTOOL` or the one on the path. */
const promtool = process.env.PROMTOOL || 'promtool';
const hasPromtool = spawnSync(promtool, ['--version']).status === 0;
if (!hasPromtool) console.warn('No promtool on the path (or in PROMTOOL): alerts are not evaluated.');

const names = [...relayAlerts, ...eventAlerts].map(({ name }) => name);
const objects = manifests({ ...least, metrics: { prometheusRule: { enabled: true } } });
const { spec } = only(objects, 'PrometheusRule') as Manifest & { readonly spec: Record<string, unknown> };

function seriesOf(values: Readonly<Record<string, string | undefined>>) {
  return Object.entries(values).flatMap(([series, text]) => {
    if (text === undefined) return [];
    const [metric = '', labels = ''] = series.split(/[{}]/);
    return [{ series: `${metric}{cluster_id="prod-eu"${labels === '' ? '' : `,${labels}`}}`, values: text }];
  });
}

/** Which alerts fire after half an hour, in Prometheus' own view. */
function firing(values: Readonly<Record<string, string | undefined>>): string[] {
  const directory = mkdtempSync(path.join(tmpdir(), 'kef-promtool-'));
  try {
    const file = path.join(directory, 'test.yaml');
    writeFileSync(path.join(directory, 'rules.yaml'), stringify(spec));
    const test = {
      interval: '1m',
      input_series: seriesOf(values),
      // Nothing is expected to fire, so what does is named in the failure.
      promql_expr_test: [
        { expr: 'count by (alertname) (ALERTS{alertstate="firing"})', eval_time: '30m', exp_samples: [] },
      ],
    };
    writeFileSync(
      file,
      stringify({ rule_files: ['rules.yaml'], evaluation_interval: '1m', fuzzy_compare: true, tests: [test] }),
    );
    const { status, stdout, stderr } = spawnSync(promtool, ['test', 'rules', file], { encoding: 'utf8' });
    const said = stdout + stderr;
    const found = [...new Set([...said.matchAll(/alertname="(\w+)"/g)].map(([, name = '']) => name))];
    if (status !== 0 && found.length === 0) throw new Error(said);
    return found;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

it('there is a case for every alert', () => {
  expect(Object.keys(unhealthy).sort()).toEqual([...names].sort());
});

describe.runIf(hasPromtool)('evaluated by Prometheus', () => {
  it('the rules are valid', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'kef-promtool-'));
    const file = path.join(directory, 'rules.yaml');
    writeFileSync(file, stringify(spec));
    const { status, stdout, stderr } = spawnSync(promtool, ['check', 'rules', file], { encoding: 'utf8' });
    rmSync(directory, { recursive: true, force: true });
    expect(stdout + stderr).toContain(`${names.length} rules found`);
    expect(status).toBe(0);
  });

  it('nothing alerts while all is well', () => {
    expect(firing(healthy)).toEqual([]);
  });

  it.each(names)('%s alerts when it should', (name) => {
    expect(firing({ ...healthy, ...unhealthy[name] })).toContain(name);
  });
});
