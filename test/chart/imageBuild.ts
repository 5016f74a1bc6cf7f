import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { copiesOf, isInContext, lastOf, parseDockerfile, type Stage } from './dockerfile.ts';

/** The repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));
export const dockerfile = parseDockerfile(readFileSync(path.join(root, 'Dockerfile'), 'utf8'));
export const dockerignore = readFileSync(path.join(root, '.dockerignore'), 'utf8');

/** A stage by place, or a complaint. */
function stage(at: number): Stage {
  const found = dockerfile.stages.at(at);
  if (found === undefined) throw new Error('the Dockerfile lacks a stage');
  return found;
}
export const buildStage = stage(0);
export const runtimeStage = stage(-1);

/** What the image runs: `ENTRYPOINT` and `CMD`, both in the form that needs no shell. */
export const commandLine: readonly string[] = [
  ...(JSON.parse(lastOf(runtimeStage, 'ENTRYPOINT')) as string[]),
  ...(JSON.parse(lastOf(runtimeStage, 'CMD')) as string[]),
];

/** A folder that stands for the file system of the image. */
export interface BuiltImage {
  /** A path of the image as one of this machine. */
  path(inImage: string): string;
}

/**
 * Does what `docker build` would do, without Docker: copies what the build stage copies (as far as `.dockerignore` lets it),
 * runs its last command there with this Node and these node_modules, and copies the outcome to where the image has it.
 */
export function buildImage(): BuiltImage {
  const folder = mkdtempSync(path.join(tmpdir(), 'kef-image-'));
  const source = path.join(folder, 'build', lastOf(buildStage, 'WORKDIR'));
  for (const { sources, target } of copiesOf(buildStage))
    copyIn(sources, path.join(source, target), target.endsWith('/'));
  symlinkSync(path.join(root, 'node_modules'), path.join(source, 'node_modules'));
  const [program = '', ...args] = lastOf(buildStage, 'RUN').split(' ');
  if (program !== 'node') throw new Error(`the build ends with ${program}; this knows only node`);
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: source, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the build failed: ${stderr}`);
  const image = path.join(folder, 'image');
  for (const { from, sources, target } of copiesOf(runtimeStage)) {
    const [file = ''] = sources;
    const origin = from === undefined ? path.join(root, file) : path.join(folder, from, file);
    mkdirSync(path.dirname(path.join(image, target)), { recursive: true });
    cpSync(origin, path.join(image, target));
  }
  return { path: (inImage) => path.join(image, inImage) };
}

/** Copies files and the content of folders, and leaves out what is not in the build's context. */
function copyIn(sources: readonly string[], target: string, isFolder: boolean): void {
  for (const source of sources) {
    const origin = path.join(root, source);
    const destination = isFolder ? path.join(target, path.basename(source)) : target;
    if (!statSync(origin).isDirectory() && !isInContext(dockerignore, source))
      throw new Error(`${source} is not in the context`);
    mkdirSync(path.dirname(destination), { recursive: true });
    cpSync(origin, destination, {
      recursive: true,
      filter: (file) => file === origin || isInContext(dockerignore, path.relative(root, file)),
    });
  }
}
