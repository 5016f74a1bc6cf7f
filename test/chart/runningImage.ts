import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { buildImage, commandLine } from './imageBuild.ts';

/** A relay that runs the image's command line on this machine. */
export interface RunningImage {
  readonly origin: string;
  stop(): Promise<void>;
}

/**
 * Starts the image with the configuration of a ConfigMap. It meets an API server and an event API that refuse connections, so it
 * lives but is not ready; only the port is another, a free one.
 */
export async function runImage(config: string): Promise<RunningImage> {
  const image = buildImage();
  const [, script = '', flag = '', configPath = ''] = commandLine;
  const file = image.path(configPath);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, config);
  const kubeconfig = image.path('/kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify(nowhere));
  const refused = ['--api-url', 'http://127.0.0.1:1', '--kubeconfig', kubeconfig, '--listen', '127.0.0.1:0'];
  const child = spawn(process.execPath, [image.path(script), flag, file, ...refused], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' },
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    lines.push(line);
    const port = /"port":(\d+)/.exec(line)?.[1];
    if (port === undefined) continue;
    child.stderr.resume();
    return {
      origin: `http://127.0.0.1:${port}`,
      stop: () => {
        child.kill('SIGKILL');
        return exited;
      },
    };
  }
  throw new Error(`the relay did not start: ${lines.join('\n')}`);
}

const nowhere = {
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'nowhere', cluster: { server: 'http://127.0.0.1:1' } }],
  users: [{ name: 'nobody', user: {} }],
  contexts: [{ name: 'nowhere', context: { cluster: 'nowhere', user: 'nobody' } }],
  'current-context': 'nowhere',
};
