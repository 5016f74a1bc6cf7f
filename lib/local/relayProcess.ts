import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { ReadyInfo } from './view/view.ts';

/** Longest a relay may take to flush before a local run stops waiting; its own grace period is shorter. */
const stopMs = 30_000;

/** The relay of a local run: the real process, as the cluster would run it. */
export interface RelayProcess {
  /** SIGTERM, then waits until it has flushed what it holds. Resolves to its exit code. */
  stop(): Promise<number | null>;
  /** Resolves when the process ends, whoever ended it. */
  readonly exited: Promise<number | null>;
}

/** Where the relay watches and where it posts. */
export interface RelayProcessOptions {
  readonly api: ReadyInfo;
  readonly kubeconfig: string;
  readonly context?: string;
  /** Watches Pods and Nodes, too. A cluster of somebody's own may have many, and not let them be read. @default false */
  readonly signals?: boolean;
  /** Called with every log line worth a person's attention (level warn and up). */
  readonly onWarning: (text: string) => void;
}

/** Starts `bin/relay` as a child process, configured by a file as in a cluster. */
export async function startRelayProcess(options: RelayProcessOptions): Promise<RelayProcess> {
  const directory = await mkdtemp(path.join(tmpdir(), 'kef-relay-'));
  const configFile = path.join(directory, 'relay.yaml');
  await writeFile(configFile, stringify(relayConfig(options, directory)), { mode: 0o600 });

  // .ts in a clone, .js in the npm package: the same as this file.
  const entry = fileURLToPath(new URL(`../../bin/relay${path.extname(import.meta.filename)}`, import.meta.url));
  const child = spawn(process.execPath, [entry, '--config', configFile], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      AWS_ACCESS_KEY_ID: options.api.accessKeyId,
      AWS_SECRET_ACCESS_KEY: options.api.secretAccessKey,
      AWS_SESSION_TOKEN: '',
      CLUSTER_ID: options.api.clusterId,
    },
  });
  reportWarnings(child, options.onWarning);
  const exited = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      options.onWarning(`the relay could not start: ${error.message}`);
      resolve(null);
    });
    child.once('exit', (code) => resolve(code));
  }).finally(() => rm(directory, { recursive: true, force: true }));
  return { exited, stop: () => stop(child, exited) };
}

function relayConfig(options: RelayProcessOptions, directory: string): Record<string, unknown> {
  return {
    cluster_id: options.api.clusterId,
    kubeconfig: path.resolve(options.kubeconfig),
    ...(options.context === undefined ? {} : { context: options.context }),
    api_url: options.api.url,
    aws_region: options.api.region,
    // People are watching: a fifth of a second instead of the cluster's half.
    linger: '200ms',
    signals: { pods: options.signals === true, nodes: options.signals === true },
    listen: '127.0.0.1:0',
    dead_letter_file: path.join(directory, 'dead-letters.ndjson'),
  };
}

function reportWarnings(child: ChildProcess, onWarning: (text: string) => void): void {
  if (!child.stderr) return;
  createInterface({ input: child.stderr }).on('line', (line) => {
    const warning = warningOf(line);
    if (warning !== undefined) onWarning(`relay: ${warning}`);
  });
}

/** pino's numeric level of `warn`. */
const warnLevel = 40;

function warningOf(line: string): string | undefined {
  try {
    const log: unknown = JSON.parse(line);
    if (typeof log === 'object' && log !== null && 'level' in log && 'msg' in log) {
      return Number(log.level) >= warnLevel ? String(log.msg) : undefined;
    }
  } catch {
    // Not a log line: a crash report or a warning of the runtime, which is worth showing as it is.
  }
  return line;
}

async function stop(child: ChildProcess, exited: Promise<number | null>): Promise<number | null> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
  const code = await exited;
  clearTimeout(timer);
  return code;
}
