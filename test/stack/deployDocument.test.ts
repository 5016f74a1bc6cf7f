import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type ConfigInput, parseConfig } from '../../lib/stack/index.ts';
import { commandLine } from '../chart/imageBuild.ts';
import { type Assembly, resourcesOf, synthesize } from './assembly.ts';

const document = readFileSync('docs/deploy.md', 'utf8');
const blocks = [...document.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
  language,
  text,
}));
const commands = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ text }) => {
    const needs = /^# needs .*$/m.test(text);
    return text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((command) => ({ command, needs }));
  });
const here = commands.filter(({ needs }) => !needs).map(({ command }) => command);
const outside = commands.filter(({ needs }) => needs).map(({ command }) => command);

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'kef-document-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Runs a command of the document without credentials and without Docker; what it writes goes to a directory of its own. */
function run(command: string) {
  const written = command
    .replace(/^npx cdk (\w+)/, `npx cdk $1 --output '${directory}/cdk.out'`)
    .replace(/> (\S+)$/, `> '${directory}/$1'`)
    .replace(
      /^npm run --silent bootstrap:policy$/,
      `cd '${directory}' && node '${process.cwd()}/bin/bootstrapPolicy.ts' config.yaml`,
    );
  const { PATH } = process.env;
  const env = {
    PATH,
    HOME: directory,
    CDK_DOCKER: '/bin/false',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    npm_config_cache: directory,
  };
  return spawnSync('sh', ['-c', written], { encoding: 'utf8', env });
}

describe('docs/deploy.md', () => {
  it('has commands of kinds that these tests know', () => {
    expect(here.length).toBeGreaterThanOrEqual(6);
    for (const command of here) expect(command).toMatch(/^(npm ci$|npx cdk (synth|list)|npm run --silent )/);
    for (const command of outside)
      expect(command).toMatch(/^(npx cdk|aws|helm|kubectl|API_URL=|git pull|npm (ci|install|run --silent kef)) ?/);
  });

  it.each(here.filter((command) => command !== 'npm ci'))('%s', { timeout: 240_000 }, (command) => {
    writeFileSync(join(directory, 'config.yaml'), 'clusters: [{ id: prod, eksCluster: prod-eks }]\n');
    const { status, stdout, stderr } = run(command);
    expect(status, stderr).toBe(0);
    if (command.endsWith('cdk list')) expect(stdout.split('\n')).toContain('kef');
    if (command.endsWith('relay.yaml'))
      expect(readFileSync(join(directory, 'relay.yaml'), 'utf8')).toContain('kind: Deployment');
    if (command.endsWith('bootstrap:policy')) {
      expect(stdout).toBe('bootstrap-policy-1.json\n');
      expect(JSON.parse(readFileSync(join(directory, 'bootstrap-policy-1.json'), 'utf8'))).toHaveProperty('Statement');
    }
  });

  it('gives to cdk and kef only flags they have', { timeout: 120_000 }, () => {
    const used = new Map<string, Set<string>>();
    for (const { command } of commands) {
      const [, program = '', rest = ''] = /^(npx cdk \w+|npm run --silent kef -- \w+)(.*)$/.exec(command) ?? [];
      const flags = used.get(program) ?? new Set();
      for (const [flag] of rest.matchAll(/(?<=\s)--?[a-z][\w-]*/g)) flags.add(flag);
      if (program !== '') used.set(program, flags);
    }
    expect(used.size).toBeGreaterThan(6);
    for (const [program, flags] of used) {
      const own = program.startsWith('npx cdk')
        ? ['node_modules/aws-cdk/bin/cdk', program.slice('npx cdk '.length)]
        : ['bin/kef.ts', program.slice('npm run --silent kef -- '.length)];
      const help = spawnSync(process.execPath, [...own, '--help'], { encoding: 'utf8' });
      const words = new Set(`${help.stdout}${help.stderr}`.match(/--?[a-z][\w-]*/g));
      expect(
        [...flags].filter((flag) => !words.has(flag)),
        program,
      ).toEqual([]);
    }
  });

  it('asks the relay in the image, with the configuration where the chart puts it', () => {
    const asked = outside.filter((command) => command.includes('--doctor'));
    expect(asked).toHaveLength(1);
    const [script = '', flag = '', config = ''] = commandLine.slice(1);
    expect(asked[0]).toContain(` -- /nodejs/bin/node ${script} --doctor ${flag} ${config}`);
  });

  it.each(
    blocks
      .filter(({ language }) => language === 'yaml')
      .map(({ text }) => [text.split('\n').slice(0, 2).join(' '), text]),
  )('has configurations that are accepted: %s', (_first, text) => {
    expect(() => parseConfig(parse(text ?? '') as ConfigInput)).not.toThrow();
  });

  it('links to headings that are there', () => {
    const links = [...document.matchAll(/\]\(((?!https?:)[^)#]*)#([^)]+)\)/g)];
    expect(links.length).toBeGreaterThan(3);
    for (const [, file = '', heading = ''] of links) {
      const path = file === '' ? 'docs/deploy.md' : join('docs', file);
      expect(existsSync(path), path).toBe(true);
      const headings = [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, text = '']) =>
        text
          .toLowerCase()
          .replace(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      );
      expect(headings, path).toContain(heading);
    }
  });
});

describe('what docs/deploy.md says of the stacks', () => {
  let app: Assembly;
  beforeAll(() => {
    app = synthesize({
      config: { clusters: [{ id: 'prod', eksCluster: 'prod-eks' }], operations: { clusterAlarms: true } },
      checks: false,
    });
  });
  afterAll(() => app.remove());

  it('is true of their names and outputs', () => {
    expect([...app.clusters.keys()]).toEqual(['kef-cluster-prod']);
    const outputs = [...document.matchAll(/OutputKey=='(\w+)'|output `(\w+)`/g)].map(([, a, b]) => a ?? b ?? '');
    expect(new Set(outputs)).toEqual(new Set(['TopicArn', 'ApiUrl', 'ReaderPolicyArn']));
    for (const name of outputs) expect(app.backend.Outputs).toHaveProperty(name);
  });

  it('is true of the alarms of a cluster', () => {
    const listed = [...document.matchAll(/^\| `(\w+)` \| (?:more than (\d+)|any).* \| (critical|warning) \|$/gm)];
    const template = app.clusters.get('kef-cluster-prod');
    const alarms = template === undefined ? [] : resourcesOf(template, 'AWS::CloudWatch::Alarm');
    const shipped = alarms.map(([, { Properties }]) => [
      String(Properties.AlarmName).replace('kef-prod-', ''),
      Properties.Threshold,
      String(Properties.AlarmDescription).split(':')[0],
    ]);
    expect(listed.map(([, name, above = '0', level]) => [name, Number(above), level])).toEqual(shipped);
  });
});
