import { mkdirSync, renameSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

/** The Lambda functions of the backend, each a folder in `functions/`. */
export const functionNames = ['ingest', 'route', 'query', 'notify'] as const;
export type FunctionName = (typeof functionNames)[number];

/** Bundled packages that are CommonJS call `require`, which an ES module does not have. */
const requireShim = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/** The handler's source: TypeScript in a clone, JavaScript in the installed package, beside this file either way. */
export function functionEntry(name: FunctionName): string {
  return fileURLToPath(new URL(`../../functions/${name}/index${extname(import.meta.url)}`, import.meta.url));
}

/**
 * Bundles one handler into `outputDir/index.mjs` with esbuild in this process: no Docker, no `npx`, no lock file
 * search. The AWS SDK is bundled too, so the bytes that were tested are the bytes that run, and they load faster than
 * the runtime's copy. Same sources, same bytes.
 */
export function bundleFunction(name: FunctionName, outputDir: string): void {
  buildSync({
    entryPoints: [functionEntry(name)],
    outfile: join(outputDir, 'index.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    banner: { js: requireShim },
    logLevel: 'error',
  });
  moveSourceMap(name, outputDir);
}

/** Maps stay on the machine that built: in the asset they would double every cold start's download. */
function moveSourceMap(name: FunctionName, outputDir: string): void {
  const maps = join(dirname(outputDir), 'sourcemaps');
  mkdirSync(maps, { recursive: true });
  renameSync(join(outputDir, 'index.mjs.map'), join(maps, `${name}.mjs.map`));
}

/** The handler's bundle as a CDK asset, addressed by its content. */
export function functionCode(name: FunctionName): Code {
  return Code.fromAsset(dirname(functionEntry(name)), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // CDK asks for an image even when bundling never leaves this process; this one is never pulled.
      image: DockerImage.fromRegistry('scratch'),
      local: {
        tryBundle(outputDir) {
          bundleFunction(name, outputDir);
          return true;
        },
      },
    },
  });
}
