import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { relayBuildOptions } from '../../lib/relay/bundle.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { isInContext, lastOf } from './dockerfile.ts';
import {
  type BuiltImage,
  buildImage,
  buildStage,
  commandLine,
  dockerfile,
  dockerignore,
  root,
  runtimeStage,
} from './imageBuild.ts';
import { containerOf, type Manifest, manifests, only } from './manifest.ts';
import { least } from './scenarios.ts';

const objects = manifests(least);
const container = containerOf(objects);

describe('the Dockerfile', () => {
  it('builds on the Node that the tests run on, and runs on distroless Node 24', () => {
    expect(dockerfile.args.get('BUILD_IMAGE')).toBe(`node:${packageJson.devDependencies.node}-bookworm-slim`);
    expect(dockerfile.args.get('RUNTIME_IMAGE')).toBe('gcr.io/distroless/nodejs24-debian12:nonroot');
    expect([buildStage.image, runtimeStage.image]).toEqual(
      ['BUILD_IMAGE', 'RUNTIME_IMAGE'].map((name) => `\${${name}}`),
    );
    expect(process.versions.node.split('.')[0]).toBe('24');
  });

  it('runs as the user of the Deployment, by number', () => {
    const { runAsUser } = container.securityContext;
    expect(lastOf(runtimeStage, 'USER')).toBe(`${runAsUser}:${runAsUser}`);
  });

  it('exposes the port that the Deployment declares', () => {
    expect(lastOf(runtimeStage, 'EXPOSE')).toBe(String(container.ports[0]?.containerPort));
  });

  it('has a command line without a shell, which the Deployment leaves alone', () => {
    expect(commandLine.slice(0, 2)).toEqual(['/nodejs/bin/node', '/app/relay.mjs']);
    expect(container).not.toHaveProperty('command');
    expect(container).not.toHaveProperty('args');
  });

  it('reads the configuration from where the ConfigMap is mounted', () => {
    const mount = container.volumeMounts.find(({ name }) => name === 'config');
    const { data } = only(objects, 'ConfigMap') as Manifest & { data: object };
    expect(commandLine.slice(2)).toEqual(['--config', `${mount?.mountPath}/${Object.keys(data).join()}`]);
  });
});

describe('the build context', () => {
  it.each([
    'node_modules/zod/index.js',
    '.git/config',
    '.env',
    'cdk.out/tree.json',
    'kef.config.yaml',
    'test/chart/image.test.ts',
  ])('has no %s', (file) => expect(isInContext(dockerignore, file)).toBe(false));

  it('has no tests', () => {
    expect(isInContext(dockerignore, 'lib/relay/filter.ts')).toBe(true);
    expect(isInContext(dockerignore, 'lib/relay/filter.test.ts')).toBe(false);
  });

  it('has every file of ours that is bundled', async () => {
    const { metafile } = await build({ ...relayBuildOptions(), write: false });
    const inputs = Object.keys(metafile?.inputs ?? {}).map((input) => path.relative(root, path.resolve(input)));
    const ours = inputs.filter((input) => /^(lib|bin)\//.test(input));
    expect(ours.length).toBeGreaterThan(20);
    expect(ours.filter((input) => !isInContext(dockerignore, input))).toEqual([]);
  });
});

describe('the image', () => {
  let image: BuiltImage;
  beforeAll(() => {
    image = buildImage();
    const { data } = only(objects, 'ConfigMap') as Manifest & { data: Record<string, string> };
    const file = image.path(commandLine.at(-1) ?? '');
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, data['relay.yaml'] ?? '');
  });

  const run = (...more: string[]) => {
    const [, script = '', flag = '', config = ''] = commandLine;
    const args = [image.path(script), flag, image.path(config), ...more];
    return spawnSync(process.execPath, args, { encoding: 'utf8', env: {}, cwd: '/' });
  };

  it('is one file that says its version', () => {
    expect(run('--version')).toMatchObject({ status: 0, stdout: `${packageJson.version}\n`, stderr: '' });
  });

  it('takes the configuration that the chart writes', () => {
    expect(run('--check')).toMatchObject({ status: 0, stderr: '' });
  });

  it('has a doctor, who says what is in the way and how to repair it', () => {
    const { status, stdout, stderr } = run('--doctor');
    expect(stderr).toBe('');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^FAILED +kubernetes\.config/m);
    expect(stdout).toMatch(/^\d+ checks, [1-9]\d* failed, \d+ warnings$/m);
  });

  it('refuses a wrong one with exit code 2', () => {
    expect(run('--check', '--cluster-id', 'a b')).toMatchObject({ status: 2, stdout: '' });
  });
});
