import { rmSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import { builtinAlias } from '../builtins/alias.ts';
import { KefError } from '../errors.ts';

/** The Lambda functions of the backend, each a folder in `functions/`. */
export const functionNames = ['ingest', 'route', 'query', 'notify', 'watch'] as const;
export type FunctionName = (typeof functionNames)[number];

/** Bundled packages that are CommonJS call `require`, which an ES module does not have. */
const requireShim = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/** The handler's source: TypeScript in a clone, JavaScript in the installed package, beside this file either way. */
export function functionEntry(name: FunctionName): string {
  return fileURLToPath(new URL(`../../functions/${name}/index${extname(import.meta.url)}`, import.meta.url));
}

/**
 * Bundles one handler into `directory/index.mjs` with esbuild in this process: no Docker, no `npx`, no lock file
 * search. The AWS SDK is bundled too, so the bytes that were tested are the bytes that run, and they load faster than
 * the runtime's copy. What the code imports only when it needs it (the SDK's other credential providers, the engine for
 * patterns that users wrote) is in modules beside it, so that a cold start does not read it. Same sources, same bytes.
 */
export function bundleFunction(name: FunctionName, directory: string): void {
  // The names of the other modules carry a hash: those of an earlier build would stay and become part of the asset.
  rmSync(directory, { recursive: true, force: true });
  buildSync({
    entryPoints: { index: functionEntry(name) },
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    alias: builtinAlias,
    minify: true,
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    banner: { js: requireShim },
    logLevel: 'error',
  });
}

/**
 * The handler's bundle as a CDK asset, addressed by its content. Its source map stays in the cloud assembly: in the asset
 * it would double what a cold start downloads.
 */
export function functionCode(scope: Construct, name: FunctionName): Code {
  const assembly = Stage.of(scope)?.assetOutdir;
  if (assembly === undefined) {
    throw new KefError('ConfigInvalid', `function ${name} must be created inside of a CDK App or Stage.`);
  }
  const directory = join(assembly, 'bundles', name);
  bundleFunction(name, directory);
  return Code.fromAsset(directory, { exclude: ['*.map'] });
}
