import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/** An AWS emulator that listens. */
export interface Emulator {
  readonly endpoint: string;
  readonly name: string;
  /** Certificate to trust, for processes that talk to it. */
  readonly certificate?: string;
  stop(): Promise<void>;
}

/** Where to find an emulator, or why there is none. */
export type Choice =
  | { readonly kind: 'running'; readonly endpoint: string }
  | { readonly kind: 'start'; readonly command: string }
  | { readonly kind: 'none'; readonly why: string };

/**
 * `AWS_ENDPOINT_URL` names one that runs; else MiniStack is started, when its command is on the PATH or in `MINISTACK`.
 * Anything that is not on this machine is refused: this test creates and destroys stacks.
 */
export function chooseEmulator(environment: NodeJS.ProcessEnv = process.env): Choice {
  const { AWS_ENDPOINT_URL: endpoint, MINISTACK: command = 'ministack' } = environment;
  if (endpoint !== undefined && endpoint !== '') {
    if (!URL.canParse(endpoint) || !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(endpoint).hostname)) {
      return { kind: 'none', why: `AWS_ENDPOINT_URL is ${endpoint}, which is not an emulator on this machine` };
    }
    return { kind: 'running', endpoint };
  }
  const found = spawnSync('sh', ['-c', 'command -v "$0"', command], { encoding: 'utf8' });
  if (found.status === 0) return { kind: 'start', command: found.stdout.trim() };
  return {
    kind: 'none',
    why:
      'there is no AWS emulator: set AWS_ENDPOINT_URL to one that runs, or install MiniStack ' +
      '(python3 -m venv DIR && DIR/bin/pip install ministack) and set MINISTACK=DIR/bin/ministack',
  };
}

/**
 * Starts what {@link chooseEmulator} chose. MiniStack is started as strict as it gets: over TLS, because the product's
 * policies refuse plain text, and with IAM enforced, so that every role is held to its statements.
 */
export async function startEmulator(choice: Exclude<Choice, { kind: 'none' }>): Promise<Emulator> {
  if (choice.kind === 'running') {
    return { endpoint: choice.endpoint, name: choice.endpoint, stop: () => Promise.resolve() };
  }
  const port = await freePort();
  const home = mkdtempSync(join(tmpdir(), 'kef-emulator-'));
  const child = spawn(choice.command, [], {
    cwd: home,
    stdio: 'ignore',
    env: {
      // Nothing else of this environment: certificates named there would keep functions from trusting the emulator.
      HOME: home,
      // Functions run as child processes on the Node that runs this, not in containers.
      LAMBDA_EXECUTOR: 'local',
      AUTH: 'true',
      USE_SSL: '1',
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_REGION: 'us-east-1',
      TMPDIR: home,
    },
  });
  const endpoint = `https://127.0.0.1:${port}`;
  const certificate = join(home, 'ministack-tls', 'server.crt');
  await untilItAnswers(endpoint, certificate, child);
  return {
    endpoint,
    certificate,
    name: `MiniStack (${choice.command}) with TLS and IAM`,
    stop: async () => {
      await stopped(child);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function untilItAnswers(endpoint: string, certificate: string, child: ChildProcess): Promise<void> {
  const system = getCACertificates('default');
  for (let attempt = 0; attempt < 120; attempt++) {
    if (child.exitCode !== null) throw new Error(`the emulator ended with code ${child.exitCode} before it answered`);
    if (existsSync(certificate)) setDefaultCACertificates([...system, readFileSync(certificate, 'utf8')]);
    const isUp = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await sleep(500);
  }
  throw new Error(`the emulator did not answer at ${endpoint} within a minute`);
}

function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 10_000).unref();
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject()));
    });
  });
}
