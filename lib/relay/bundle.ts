import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { builtinAlias } from '../builtins/alias.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const inClientNode = /@kubernetes[\\/]client-node[\\/]dist/;

/**
 * What stands in for modules that `@kubernetes/client-node` imports at start and a relay needs rarely or never: the module,
 * and the source that replaces it. `real()` loads the original when it is used after all, for a proxy, an OIDC login or a
 * kubeconfig file. The generated API of every Kubernetes resource and its HTTP client are left out for good.
 */
const standIns: Readonly<Record<string, string>> = {
  'js-yaml': 'export const load = (...a) => real().load(...a); export const dump = (...a) => real().dump(...a);',
  'jsonpath-plus': 'export const JSONPath = (...a) => real().JSONPath(...a);',
  'openid-client':
    'export const discovery = (...a) => real().discovery(...a);' +
    'export const refreshTokenGrant = (...a) => real().refreshTokenGrant(...a);',
  socks: 'export const SocksClient = { createConnection: (...a) => real().SocksClient.createConnection(...a) };',
  'socks-proxy-agent': 'export function SocksProxyAgent(...a) { return new (real().SocksProxyAgent)(...a); }',
  hpagent:
    'export function HttpProxyAgent(...a) { return new (real().HttpProxyAgent)(...a); }' +
    'export function HttpsProxyAgent(...a) { return new (real().HttpsProxyAgent)(...a); }',
  undici: 'export class Agent {} export class ProxyAgent {}',
  './gen/index.js': 'export const createConfiguration = leftOut; export class ServerConfiguration {}',
  './gen/rxjsStub.js': 'export const of = leftOut;',
};

/** `KubeConfig` without what it drags in. With everything in it the bundle takes 82 MB of memory at rest. */
const leanKubeConfig: Plugin = {
  name: 'lean-kube-config',
  setup(builder) {
    builder.onResolve({ filter: /^@kubernetes\/client-node$/ }, () => ({
      path: path.join(root, 'node_modules/@kubernetes/client-node/dist/config.js'),
    }));
    builder.onResolve({ filter: /.*/ }, ({ path: name, importer }) =>
      Object.hasOwn(standIns, name) && inClientNode.test(importer) ? { path: name, namespace: 'stand-in' } : undefined,
    );
    builder.onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path: name }) => ({
      contents: [
        `const real = () => require(${JSON.stringify(name.startsWith('.') || name === 'undici' ? 'node:module' : name)});`,
        'const leftOut = () => { throw new Error("the generated Kubernetes API is not part of the relay"); };',
        standIns[name],
      ].join('\n'),
      resolveDir: path.join(root, 'node_modules/@kubernetes/client-node/dist'),
    }));
  },
};

/** The three metric types and their registry, without the collectors of Node's own metrics and the push gateway. */
const leanPromClient: Plugin = {
  name: 'lean-prom-client',
  setup(builder) {
    const lib = path.join(root, 'node_modules/prom-client/lib');
    builder.onResolve({ filter: /^prom-client$/ }, () => ({ path: 'prom-client', namespace: 'prom-client' }));
    builder.onLoad({ filter: /.*/, namespace: 'prom-client' }, () => ({
      contents: ['Counter', 'Gauge', 'Histogram', 'Registry']
        .map((name) => `export { default as ${name} } from './${name.toLowerCase()}.js';`)
        .join('\n'),
      resolveDir: lib,
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
    alias: builtinAlias,
    plugins: [leanKubeConfig, leanPromClient],
    metafile: true,
    logLevel: 'warning',
  };
}

/**
 * Bundles the relay into one file without dependencies: what the container image and the benchmarks run. Resolves to its size
 * in bytes.
 */
export async function bundleRelay(outfile = path.join(root, 'dist/relay.mjs')): Promise<number> {
  const { outputFiles } = await build({ ...relayBuildOptions(outfile), write: false });
  const [output] = outputFiles;
  if (output === undefined) throw new Error('esbuild made no bundle');
  // One character above ASCII makes V8 keep the whole source with two bytes for each. esbuild escapes those in text, but not in
  // regular expressions, where the same escape works.
  const ascii = output.text.replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  await mkdir(path.dirname(outfile), { recursive: true });
  await writeFile(outfile, ascii, { mode: 0o755 });
  return ascii.length;
}

if (import.meta.main) console.log(`dist/relay.mjs: ${Math.round((await bundleRelay()) / 1024)} KiB`);
