import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { synthesize } from '../../lib/local/synth.ts';
import { temporaryDirectory } from './cloudFixture.ts';

let cacheDir = '';
beforeAll(() => {
  cacheDir = temporaryDirectory();
});
afterAll(() => rmSync(cacheDir, { recursive: true, force: true }));

it('synthesizes once and finds the assembly again', async () => {
  const first = await synthesize({ clusterId: 'demo', cacheDir });
  expect(first.cached).toBe(false);
  expect(existsSync(join(first.cdkOut, 'manifest.json'))).toBe(true);
  const startedAt = performance.now();
  expect(await synthesize({ clusterId: 'demo', cacheDir })).toEqual({ cdkOut: first.cdkOut, cached: true });
  expect(performance.now() - startedAt).toBeLessThan(1000);
  expect(readdirSync(cacheDir)).toHaveLength(1);
});

it('synthesizes again for another cluster or another configuration, with the local cluster added to it', async () => {
  const configFile = join(cacheDir, 'kef.config.yaml');
  writeFileSync(
    configFile,
    'name: other\nregion: eu-west-1\naccount: "123456789012"\nclusters: [{ id: prod }]\nnotify: { emails: [a@example.com] }\n',
  );
  const { cdkOut, cached } = await synthesize({ clusterId: 'demo', cacheDir, configFile });
  expect(cached).toBe(false);
  const files = readdirSync(cdkOut);
  expect(files).toEqual(
    expect.arrayContaining([
      'other.template.json',
      'other-cluster-prod.template.json',
      'other-cluster-demo.template.json',
    ]),
  );
});

it('passes on what is wrong with a configuration, and leaves nothing half done behind', async () => {
  const configFile = join(cacheDir, 'wrong.yaml');
  writeFileSync(configFile, 'clusters: [{ id: "not an id!" }]\nretentionDay: 5\n');
  const before = readdirSync(cacheDir);
  await expect(synthesize({ clusterId: 'demo', cacheDir, configFile })).rejects.toMatchObject({
    code: 'ConfigInvalid',
    message: expect.stringContaining('2 mistakes'),
  });
  expect(readdirSync(cacheDir)).toEqual(before);
  await expect(
    synthesize({ clusterId: 'demo', cacheDir, configFile: join(cacheDir, 'nowhere.yaml') }),
  ).rejects.toMatchObject({ code: 'ConfigInvalid' });
});
