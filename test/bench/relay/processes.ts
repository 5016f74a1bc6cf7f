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
  readonly details: Record<string, unknown>;
}

/** Starts one of this folder's servers and waits for its port. */
export async function startHelper(file: string, ...args: (string | number)[]): Promise<Helper> {
  const child = fork(path.join(here, file), args.map(String), { stdio: 'inherit' });
  const message = await nextMessage(child, 'listening');
  return { process: child, port: Number(message.port), details: message };
}

/** Waits for a message of one type from a helper. */
export function nextMessage(child: ChildProcess, type: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown): void => {
      const known = message as Record<string, unknown>;
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

/** How many events the sink has counted. */
export async function countAt(sink: Helper): Promise<number> {
  const answer = nextMessage(sink.process, 'count');
  sink.process.send('count');
  return Number((await answer).events);
}

/** Starts a relay (or the bare loop) against the two servers. */
export function startRelay(
  script: string[],
  api: Helper,
  sink: Helper,
  settings: Record<string, unknown> = {},
): ChildProcess {
  const directory = mkdtempSync(path.join(tmpdir(), 'kef-bench-'));
  const kubeconfig = path.join(directory, 'kubeconfig');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${api.port}` } }],
      users: [{ name: 'u', user: {} }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    }),
  );
  const config = path.join(directory, 'relay.yaml');
  writeFileSync(
    config,
    JSON.stringify({
      cluster_id: 'bench',
      kubeconfig,
      api_url: `http://127.0.0.1:${sink.port}`,
      aws_region: 'us-east-1',
      listen: '127.0.0.1:0',
      log_level: 'warn',
      ...settings,
    }),
  );
  return spawn(process.execPath, [...script, '--config', config], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      KEF_BENCH_API: String(api.port),
      KEF_BENCH_SINK: String(sink.port),
    },
  });
}

/** CPU seconds (user + system, all threads) and memory of a process, from /proc. */
export function usageOf(pid: number): { cpuSeconds: number; rssMb: number; peakMb: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kb = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0);
  // utime and stime are fields 14 and 15 of stat, in clock ticks of 10 ms on every Linux that Node runs on.
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100,
    rssMb: kb('VmRSS') / 1024,
    peakMb: kb('VmHWM') / 1024,
  };
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
