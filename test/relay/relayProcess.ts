import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { bundleRelay } from '../../lib/relay/bundle.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Of all relays of this process; what they leave may be looked at until it ends. */
const files = mkdtempSync(path.join(tmpdir(), 'kef-test-'));
process.once('exit', removeRelayFiles);

/** A test runner ends its workers without their `exit`, so suites call this. */
export function removeRelayFiles(): void {
  rmSync(files, { recursive: true, force: true });
}

/** Short times, so that a test sees in milliseconds what takes a cluster seconds. */
const quick = {
  aws_region: 'us-east-1',
  listen: '127.0.0.1:0',
  linger: '20ms',
  retry_base: '10ms',
  retry_max: '200ms',
  retry_forbidden: '300ms',
  heartbeat_interval: '300ms',
  idle_timeout: '30s',
  request_timeout: '5s',
  shutdown_grace: '5s',
};

/** One line of the relay's log. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A relay running as a process of its own. */
export interface RelayProcess {
  readonly child: ChildProcess;
  readonly logs: LogLine[];
  /** Lines on stderr that are no log lines. */
  readonly stderr: string[];
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly deadLetterFile: string;
  /** Writes the configuration anew with these settings over the usual ones, and sends SIGHUP. */
  reload(settings: Record<string, unknown>): Promise<void>;
  /** GETs one of the status paths. */
  get(path: string): Promise<{ status: number; body: string }>;
  status(): Promise<RelayStatus>;
  deadLetters(): Promise<Record<string, unknown>[]>;
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, and what the relay said with its last line. */
  stop(): Promise<{ code: number | null; last: LogLine | undefined }>;
}

/** One stream of `/status`. */
export interface StreamStatus {
  readonly scope: string;
  readonly phase: string;
  readonly version?: string;
  readonly lastError?: string;
}

/** The parts of `/status` that tests look at. */
export interface RelayStatus {
  readonly isReady: boolean;
  readonly reasons: string[];
  readonly position: { scopes: Record<string, string> } | null;
  readonly events: {
    received: number;
    restored: number;
    dropped: Record<string, number>;
    acknowledged: number;
    refused: number;
    unacknowledged: number;
  };
  readonly spool: {
    state: 'off' | 'idle' | 'active' | 'failing';
    reason?: string;
    batches: number;
    events: number;
    bytes: number;
    maxBytes: number;
    lost: Record<string, number>;
  };
  readonly api: { state: string; reason?: string; clockSkewMs?: number };
  readonly sources: StreamStatus[];
  readonly signals: { resource: string; objects: number; bytes: number; sources: StreamStatus[] }[];
  readonly derived: Record<string, number>;
  readonly reconnects: Record<string, number>;
}

let bundled: Promise<string> | undefined;

/** Path of the bundled relay, made once per test process. */
export function relayBundle(): Promise<string> {
  bundled ??= (async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'kef-bundle-'));
    const outfile = path.join(directory, 'relay.mjs');
    await bundleRelay(outfile);
    return outfile;
  })();
  return bundled;
}

/** Entry point of the relay in the source tree. */
export const relaySource = path.join(root, 'bin/relay.ts');

const staticKeys = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: '' };

/** Starts a relay between a cluster and a sink; `settings` are configuration keys. */
export async function startRelay(
  cluster: { kubeconfig(): string },
  sink: { url: string },
  settings: Record<string, unknown> = {},
  entry?: string,
  env: Record<string, string> = staticKeys,
): Promise<RelayProcess> {
  const directory = await mkdtemp(path.join(files, 'relay-'));
  const kubeconfig = path.join(directory, 'kubeconfig');
  const config = path.join(directory, 'relay.yaml');
  const deadLetterFile = path.join(directory, 'dead-letters.ndjson');
  await writeFile(kubeconfig, cluster.kubeconfig());
  const usual = { cluster_id: 'test', kubeconfig, api_url: sink.url, dead_letter_file: deadLetterFile, ...quick };
  await writeFile(config, stringify({ ...usual, ...settings }));
  const child = spawn(process.execPath, [entry ?? (await relayBundle()), '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, CLUSTER_ID: '', ...env },
  });
  const logs: LogLine[] = [];
  const stderr: string[] = [];
  let tellPort: (port: number) => void = () => {};
  const port = new Promise<number>((resolve) => {
    tellPort = resolve;
  });
  createInterface({ input: child.stderr as NonNullable<typeof child.stderr> }).on('line', (line) => {
    const log = parse(line);
    if (log === undefined) stderr.push(line);
    else logs.push(log);
    if (log?.msg === 'relay started') tellPort(Number(log.port));
  });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  await Promise.race([
    port,
    exited.then(({ code }) => {
      throw new Error(`the relay ended with code ${code}: ${stderr.join('\n')}`);
    }),
  ]);

  const get = async (urlPath: string): Promise<{ status: number; body: string }> => {
    const response = await fetch(`http://127.0.0.1:${await port}${urlPath}`);
    return { status: response.status, body: await response.text() };
  };
  return {
    child,
    logs,
    stderr,
    exited,
    deadLetterFile,
    get,
    status: async () => JSON.parse((await get('/status')).body),
    deadLetters: async () => {
      const text = await readFile(deadLetterFile, 'utf8').catch(() => '');
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
    },
    kill: (signal) => child.kill(signal),
    reload: async (changed) => {
      await writeFile(config, stringify({ ...usual, ...changed }));
      child.kill('SIGHUP');
    },
    stop: async () => {
      child.kill('SIGTERM');
      const { code } = await exited;
      await rm(directory, { recursive: true, force: true });
      return { code, last: logs.at(-1) };
    },
  };
}

function parse(line: string): LogLine | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'msg' in value ? (value as LogLine) : undefined;
  } catch {
    return undefined;
  }
}

/** Waits until `condition` holds, and says what was awaited when it never does. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Everything that came in is acknowledged, refused or dropped by name. */
export async function expectAccount(relay: RelayProcess): Promise<void> {
  const { events } = await relay.status();
  const dropped = Object.values(events.dropped).reduce((sum, count) => sum + count, 0);
  const sum = events.acknowledged + events.refused + dropped + events.unacknowledged;
  if (sum !== events.received + events.restored) throw new Error(`the account is off: ${JSON.stringify(events)}`);
}
