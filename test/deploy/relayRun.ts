import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startCluster } from '../../lib/local/cluster/index.ts';
import { bundleRelay } from '../../lib/relay/bundle.ts';

/** What a run needs. */
export interface RelayRunOptions {
  readonly directory: string;
  readonly clusterId: string;
  readonly apiUrl: string;
  readonly credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

/** The real relay, as the image runs it: one bundled file, on a cluster that speaks list and watch. */
export async function startRelay({ directory, clusterId, apiUrl, credentials }: RelayRunOptions) {
  const bundle = join(directory, 'relay.mjs');
  await bundleRelay(bundle);
  const cluster = await startCluster();
  const kubeconfig = join(directory, 'kubeconfig');
  writeFileSync(kubeconfig, cluster.kubeconfig());
  const config = join(directory, 'relay.yaml');
  writeFileSync(
    config,
    stringify({
      cluster_id: clusterId,
      kubeconfig,
      api_url: apiUrl,
      aws_region: 'us-east-1',
      linger: '200ms',
      listen: '127.0.0.1:0',
      dead_letter_file: join(directory, 'dead-letters.ndjson'),
    }),
  );
  const child = spawn(process.execPath, [bundle, '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: directory,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken ?? '',
      AWS_REGION: 'us-east-1',
      ...(process.env.NODE_EXTRA_CA_CERTS === undefined
        ? {}
        : { NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS }),
    },
  });
  const log: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => log.push(chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    cluster,
    log: () => log.join(''),
    /** Resolves to its exit code: 0 when everything it had was acknowledged. */
    stop: async () => {
      child.kill('SIGTERM');
      const code = await exited;
      await cluster.close();
      return code;
    },
  };
}

/** Where the emulator answers for an API whose host name this machine cannot resolve. */
export function reachable(apiUrl: string, endpoint: string): string {
  const [apiId] = new URL(apiUrl).hostname.split('.');
  return `${endpoint}/_aws/execute-api/${apiId}`;
}
