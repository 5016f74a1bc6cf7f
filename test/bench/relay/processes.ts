import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));

/** A helper process that told its port. */
export interface Helper {
  readonly process: ChildProcess;
  readonly port: number;
}

/** Starts one of this folder's servers with its plan and waits for its port. */
export async function startHelper(file: string, plan: object): Promise<Helper> {
  const child = fork(path.join(here, file), [JSON.stringify(plan)], { stdio: 'inherit' });
  const message = await nextMessage(child, 'listening');
  return { process: child, port: Number(message.port) };
}

/** Waits for a message of one type from a helper. */
export function nextMessage(child: ChildProcess, type: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown): void => {
      const known = message as Record<string, unknown>; // our own helpers send objects only
      if (known.type !== type) return;
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(known);
    };
    const onExit = (code: number | null): void => reject(new Error(`a helper ended with code ${code}`));
    child.on('message', onMessage);
    child.once('exit', onExit);
  });
}

/** What to run between the two servers. */
export interface RelayStart {
  /** Node's flags, then the file. */
  readonly script: readonly string[];
  readonly api: Helper;
  readonly sink: Helper;
  /** Settings of the relay beyond the addresses. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** A control group to join first. */
  readonly procsFile?: string | undefined;
}

/** Starts a relay (or the bare loop). The caller removes `directory` when it has ended. */
export function startRelay({ script, api, sink, settings, procsFile }: RelayStart): {
  readonly process: ChildProcess;
  readonly directory: string;
} {
  const directory = mkdtempSync(path.join(tmpdir(), 'kef-bench-'));
  const kubeconfig = path.join(directory, 'kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigFor(api.port)));
  const config = path.join(directory, 'relay.yaml');
  const given = {
    cluster_id: 'bench',
    kubeconfig,
    api_url: `http://127.0.0.1:${sink.port}`,
    aws_region: 'us-east-1',
    listen: '127.0.0.1:0',
    log_level: 'error',
    ...settings,
  };
  writeFileSync(config, JSON.stringify(given));
  const command = [process.execPath, ...script, '--config', config];
  const [file = '', ...args] =
    procsFile === undefined ? command : ['sh', '-c', 'echo $$ > "$0" && exec "$@"', procsFile, ...command];
  const child = spawn(file, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    cwd: directory,
    env: {
      ...process.env,
      ...imageEnvironment(),
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      KEF_BENCH_API: String(api.port),
      KEF_BENCH_SINK: String(sink.port),
    },
  });
  return { process: child, directory };
}

/** What the image sets, for the bare loop too. */
function imageEnvironment(): Record<string, string> {
  const dockerfile = readFileSync(path.join(here, '../../../Dockerfile'), 'utf8');
  return Object.fromEntries(
    [...dockerfile.matchAll(/^ENV (\w+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}

function kubeconfigFor(port: number): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
}

/** Ends a process and waits for its end. */
export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}

/** Resolves to `value` after `ms`. The timer keeps no process alive. */
export function sleep<T = undefined>(ms: number, value?: T): Promise<T | undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(value), ms).unref());
}
