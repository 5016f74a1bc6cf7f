import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KefError } from '../errors.ts';

/** What {@link synthesize} takes. */
export interface SynthOptions {
  /** The cluster that local keys belong to; its stack is always part of the assembly. */
  readonly clusterId: string;
  /** Where assemblies are kept from run to run. */
  readonly cacheDir: string;
  /** A `kef.config.yaml`. @default every setting's default */
  readonly configFile?: string;
}

/** Assemblies kept in the cache, newest first. */
const keep = 4;

/** Parts of lib that cannot change what is deployed. */
const withoutEffect = new Set(['local', 'relay', 'console']);

// .ts in a clone, .js in the npm package.
const extension = extname(import.meta.url);
const root = fileURLToPath(new URL('../../', import.meta.url));
const child = fileURLToPath(new URL(`./synthProcess${extension}`, import.meta.url));

/**
 * Synthesizes the stacks in a child process, or finds the assembly of an earlier run whose sources, lock file, settings
 * and cluster id were the same. A cached start never loads the CDK.
 *
 * @throws KefError `ConfigInvalid` with every mistake in the configuration file
 */
export async function synthesize(options: SynthOptions): Promise<{ cdkOut: string; cached: boolean }> {
  const cdkOut = join(options.cacheDir, `cdk.out.${sourceHash(options).slice(0, 16)}`);
  if (existsSync(join(cdkOut, 'manifest.json'))) {
    const now = new Date();
    utimesSync(cdkOut, now, now);
    return { cdkOut, cached: true };
  }
  mkdirSync(options.cacheDir, { recursive: true });
  const unfinished = `${cdkOut}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  try {
    await runSynthProcess([
      unfinished,
      options.clusterId,
      ...(options.configFile === undefined ? [] : [options.configFile]),
    ]);
    publish(unfinished, cdkOut);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  forgetOldest(options.cacheDir);
  return { cdkOut, cached: false };
}

function sourceHash({ clusterId, configFile }: SynthOptions): string {
  const hash = createHash('sha256');
  const add = (name: string, content: string | Buffer): void =>
    void hash.update(`${name}\0${content.length}\0`).update(content);
  add('cluster', clusterId);
  add('node', process.version);
  for (const file of sourceFiles()) add(relative(root, file), readFileSync(file));
  if (configFile !== undefined) {
    if (!existsSync(configFile)) throw new KefError('ConfigInvalid', `there is no configuration file ${configFile}`);
    add('config', readFileSync(configFile));
  }
  return hash.digest('hex');
}

function sourceFiles(): string[] {
  const single = ['bin/app', 'cdk.json', 'package-lock.json', '../package.json'].map((name) =>
    join(root, name === 'bin/app' ? `${name}${extension}` : name),
  );
  return [...treeOf('lib'), ...treeOf('functions'), child, ...single.filter((file) => existsSync(file))];
}

function treeOf(directory: string): string[] {
  return readdirSync(join(root, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const [top, room = ''] = relative(root, file).split(/[\\/]/);
      return top !== 'lib' || !withoutEffect.has(room);
    })
    .sort();
}

function runSynthProcess(parameters: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const running = spawn(process.execPath, [child, ...parameters], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
    const errors: Buffer[] = [];
    running.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    running.on('error', reject);
    running.on('close', (code) => {
      const text = Buffer.concat(errors).toString().trim();
      if (code === 0) resolve();
      else if (code === 2) reject(new KefError('ConfigInvalid', text));
      else reject(new KefError('Internal', `synthesizing the stacks failed (exit ${code}):\n${text}`));
    });
  });
}

/** Moves a finished assembly into place; another process may have been faster with the same one. */
function publish(unfinished: string, cdkOut: string): void {
  try {
    renameSync(unfinished, cdkOut);
  } catch (error) {
    if (!existsSync(join(cdkOut, 'manifest.json'))) throw error;
  }
}

function forgetOldest(cacheDir: string): void {
  const assemblies = readdirSync(cacheDir)
    .filter((name) => /^cdk\.out\.[0-9a-f]{16}$/.test(name))
    .map((name) => ({ path: join(cacheDir, name), usedAt: statSync(join(cacheDir, name)).mtimeMs }))
    .sort((left, right) => right.usedAt - left.usedAt);
  for (const { path } of assemblies.slice(keep)) rmSync(path, { recursive: true, force: true });
}
