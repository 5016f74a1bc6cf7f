import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { manifestsCommand } from '../../bin/commands/manifests.ts';
import { eventAlerts, relayAlerts } from '../../lib/manifests/alerts.ts';
import { plainManifests } from '../../lib/manifests/plainYaml.ts';
import { hasHelm, kubeVersion, objectsIn, runHelm } from './helm.ts';
import { root } from './imageBuild.ts';
import { least } from './scenarios.ts';

const document = readFileSync(path.join(root, 'docs/install.md'), 'utf8');

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocks: readonly Block[] = [...document.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', text = '']) => ({ language, text }),
);

/** Words of a shell command, as far as our documents go: quotes, no expansions, and what follows `>` or `|` left out. */
function wordsOf(command: string): string[] {
  const [own = ''] = command.split(/ [>|] /);
  return [...own.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

/** The commands of shell blocks, and whether the block says that it needs something outside. */
const commands = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ text }) => {
    const needs = /^# (needs .*)$/m.exec(text)?.[1];
    const lines = text.replace(/\\\n\s*/g, ' ').split('\n');
    return lines.filter((line) => line !== '' && !line.startsWith('#')).map((command) => ({ command, needs }));
  });
const outside = commands.filter(({ needs }) => needs !== undefined).map(({ command }) => command);
const here = commands.filter(({ needs }) => needs === undefined).map(({ command }) => command);

afterEach(() => vi.restoreAllMocks());

async function runKef(words: readonly string[]): Promise<Record<string, unknown>[]> {
  let output = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += String(text);
    return true;
  });
  vi.spyOn(console, 'error').mockImplementation((text) => {
    throw new Error(String(text));
  });
  await new Command('kef').addCommand(manifestsCommand()).exitOverride().parseAsync(words, { from: 'user' });
  return objectsIn(output);
}

describe('docs/install.md', () => {
  it('has commands of kinds that these tests know', () => {
    expect(here.length).toBeGreaterThan(4);
    for (const command of here) expect(command).toMatch(/^(kef manifests|helm template) /);
    for (const command of outside) expect(command).toMatch(/^(helm|kubectl|docker|aws|curl) /);
  });

  it.each(here.filter((command) => command.startsWith('kef ')))('%s', async (command) => {
    const objects = await runKef(wordsOf(command).slice(1));
    expect(objects.map(({ kind }) => kind)).toContain('Deployment');
  });

  it.skipIf(!hasHelm).each(here.filter((command) => command.startsWith('helm ')))('%s', (command) => {
    const { stdout, stderr } = runHelm([...wordsOf(command).slice(1), ...kubeVersion], {}, root);
    expect(stderr).toBe('');
    expect(objectsIn(stdout).map(({ kind }) => kind)).toContain('Deployment');
  });

  it.skipIf(!hasHelm).each(outside.filter((command) => command.startsWith('helm upgrade --install')))(
    '%s (as helm template)',
    (command) => {
      const words = wordsOf(command).slice(3);
      const { stdout, stderr } = runHelm(['template', ...words, ...kubeVersion], {}, root);
      expect(stderr).toBe('');
      expect(objectsIn(stdout).map(({ kind }) => kind)).toContain('Deployment');
    },
  );

  const values = blocks.filter(({ language }) => language === 'yaml').map(({ text }) => text);
  it.each(values.map((text) => [text.split('\n')[0], text]))('has values that can be used: %s', (_first, text) => {
    const given: unknown = parse(text);
    expect(() => plainManifests({ values: Object.assign({}, least, given) })).not.toThrow();
  });

  it('lists exactly the alerts that the chart ships', () => {
    const listed = [...document.matchAll(/^\| `((?:Kef|Kube)\w+)` \| (\w+) \| (.*) \|$/gm)].map((match) =>
      match.slice(1),
    );
    const shipped = [...relayAlerts, ...eventAlerts].map(({ name, severity, summary }) => [name, severity, summary]);
    expect(listed).toEqual(shipped);
  });

  it('links to files that are there', () => {
    const links = [...document.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1] ?? '');
    const missing = links.filter((link) => !existsSync(path.join(root, 'docs', link)));
    expect(missing).toEqual([]);
  });
});
