import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { relayAlerts } from '../../lib/manifests/alerts.ts';
import { configKeys } from '../../lib/relay/config.ts';

const page = readFileSync('docs/troubleshooting.md', 'utf8');
const sources = globSync(['lib/relay/**/*.ts', 'test/faults/badInput.test.ts', 'lib/api/**/*.ts'])
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

describe('docs/troubleshooting.md', () => {
  it('has a section for every alert of the relay, where its annotation points', () => {
    const sections = [...page.matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
    expect(sections).toEqual(relayAlerts.map(({ name }) => name));
  });

  it('names only metrics that exist', () => {
    const named = [...page.matchAll(/`((?:kef_relay|k8s_events)_\w+)`/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !sources.includes(`'${name}'`))).toEqual([]);
  });

  it('quotes only messages that are printed', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    const quoted = rows.flatMap((row) =>
      [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, text = '']) => text),
    );
    expect(quoted.length).toBeGreaterThan(15);
    const silent = quoted.filter((text) => !sources.includes(text) && !/^\w+:$/.test(text));
    expect(silent).toEqual([]);
  });

  it('names only settings that exist', () => {
    const settings = [
      'kubeconfig',
      'namespaces',
      'api_url',
      'aws_region',
      'cluster_id',
      'idle_timeout',
      'worker_count',
    ];
    const all = [...page.matchAll(/`([a-z]+_[a-z_]+)`/g)].map(([, name = '']) => name);
    const known = new Set([...configKeys, ...settings]);
    expect(all.filter((name) => !known.has(name) && !/^(kef_relay|k8s_events)/.test(name))).toEqual([]);
  });

  const commands = [...page.matchAll(/node bin\/kef\.ts (\w+)([^`#\n]*)/g)];
  it.each(commands.map(([text, command = '', flags = '']) => [text.trim(), command, flags]))(
    '%s',
    (_text, command, flags) => {
      const { stdout, status } = spawnSync(process.execPath, ['bin/kef.ts', command, '--help'], { encoding: 'utf8' });
      expect(status).toBe(0);
      for (const [flag] of flags.matchAll(/--[a-z-]+/g)) expect(stdout).toContain(flag);
    },
  );
});
