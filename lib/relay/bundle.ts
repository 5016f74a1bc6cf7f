import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, type BuildResult, build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Leaves out what `KubeConfig` drags in and a relay never touches: the generated API of every Kubernetes resource, and the
 * HTTP clients that only this API uses. Measured idle memory with them: 82 MB; see `docs/relay.md` for the figure without.
 */
const withoutGeneratedApi: Plugin = {
  name: 'without-generated-api',
  setup(builder) {
    const inClientNode = /@kubernetes[\\/]client-node[\\/]dist/;
    const stub = (source: string) => ({ contents: source, loader: 'js' as const });
    builder.onResolve({ filter: /\/gen\/(index|rxjsStub)\.js$|\/api\.js$|^undici$|^isomorphic-ws$/ }, (args) =>
      inClientNode.test(args.importer) ? { path: args.path, namespace: 'left-out' } : undefined,
    );
    builder.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path: name }) => {
      if (name === 'undici') return stub('export class Agent {}; export class ProxyAgent {};');
      return stub(
        'const missing = () => { throw new Error("the generated Kubernetes API is not part of the relay"); };' +
          'export const createConfiguration = missing; export class ServerConfiguration {}; export const of = missing; export default missing;',
      );
    });
  },
};

/** `KubeConfig` alone, instead of the library's index with everything else. */
const kubeConfigOnly: Plugin = {
  name: 'kube-config-only',
  setup(builder) {
    builder.onResolve({ filter: /^@kubernetes\/client-node$/ }, () => ({
      path: path.join(root, 'node_modules/@kubernetes/client-node/dist/config.js'),
    }));
  },
};

/** How the relay is bundled. */
export function relayBuildOptions(outfile = path.join(root, 'dist/relay.mjs')): BuildOptions {
  return {
    entryPoints: [path.join(root, 'bin/relay.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    keepNames: true,
    mainFields: ['module', 'main'],
    legalComments: 'none',
    // CommonJS dependencies inside an ES module still call require for Node's own modules.
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    plugins: [kubeConfigOnly, withoutGeneratedApi],
    metafile: true,
    logLevel: 'warning',
  };
}

/** Bundles the relay into one file without dependencies: what the container image and the benchmarks run. */
export function bundleRelay(outfile?: string): Promise<BuildResult> {
  return build(relayBuildOptions(outfile));
}

if (import.meta.main) {
  const { metafile } = await bundleRelay();
  for (const [file, { bytes }] of Object.entries(metafile?.outputs ?? {})) {
    console.log(`${file}: ${Math.round(bytes / 1024)} KiB`);
  }
}
