import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { createSignedFetch, type SignedFetch } from '../../lib/api/signedFetch.ts';
import type { Tally } from '../../lib/local/tally.ts';
import type { ReadyInfo } from '../../lib/local/view/view.ts';

/** One line of `kef local --json`. */
export interface LocalLine {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A `kef local --json` process under test. */
export interface LocalRun {
  readonly ready: ReadyInfo & { readonly source: string };
  /** Every line so far, the ready line first. */
  readonly lines: readonly LocalLine[];
  /** fetch, signed with the keys of the ready line. */
  readonly fetch: SignedFetch;
  /** Posts a batch as a relay does. */
  post(batch: unknown, cluster?: string): Promise<Response>;
  /** Waits until a line satisfies the condition. */
  line(condition: (line: LocalLine) => boolean): Promise<LocalLine>;
  /** Ctrl-C; resolves to the totals line and the exit code. */
  stop(): Promise<{ totals: Tally; code: number | null; stderr: string }>;
}

/** Starts `kef local --json` with more flags and waits for its first line. */
export async function startLocalRun(...flags: string[]): Promise<LocalRun> {
  const child = spawn(process.execPath, ['bin/kef.ts', 'local', '--json', '--port', '0', ...flags]);
  const lines: LocalLine[] = [];
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  createInterface({ input: child.stdout }).on('line', (text) => {
    lines.push(JSON.parse(text));
    child.emit('line');
  });
  const exited = once(child, 'exit');
  const line = async (condition: (line: LocalLine) => boolean): Promise<LocalLine> => {
    for (;;) {
      const found = lines.find(condition);
      if (found) return found;
      if (child.exitCode !== null) throw new Error(`kef local ended with ${child.exitCode}: ${stderr}`);
      await Promise.race([once(child, 'line'), exited]);
    }
  };
  const first = await line(() => true);
  // The documented shape of the first line; the tests that use the fields would fail otherwise.
  const ready = first as unknown as LocalRun['ready'];
  const signedFetch = createSignedFetch({ region: ready.region, credentials: ready });
  return {
    ready,
    lines,
    line,
    fetch: signedFetch,
    post: (batch, cluster = ready.clusterId) =>
      signedFetch(`${ready.url}/v1/clusters/${cluster}/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/vnd.kube-events.batch.v1+gzip' },
        body: new Uint8Array(gzipSync(JSON.stringify(batch))),
      }),
    stop: () => stop(child, exited, lines, () => stderr),
  };
}

async function stop(child: ChildProcess, exited: Promise<unknown>, lines: readonly LocalLine[], stderr: () => string) {
  child.kill('SIGINT');
  await exited;
  const totals = lines.find(({ type }) => type === 'totals');
  if (!totals) throw new Error(`no totals line: ${stderr()}`);
  // As above: the documented shape of the last line.
  return { totals: totals as unknown as Tally, code: child.exitCode, stderr: stderr() };
}

/** Runs `kef` with arguments and optional standard input. */
export async function runKef(
  args: readonly string[],
  options: { input?: string | Uint8Array; env?: Record<string, string> } = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['bin/kef.ts', ...args], { env: { ...process.env, ...options.env } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdin.end(options.input ?? '');
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

let numbered = 0;

/** A kubelet Warning with everything a test does not care about filled in. */
export function warningEvent(fields: Record<string, unknown> = {}): Record<string, unknown> {
  numbered += 1;
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: `web-0.${numbered}`, namespace: 'shop', uid: `uid-${numbered}`, creationTimestamp: now },
    type: 'Warning',
    reason: 'BackOff',
    note: 'Back-off restarting failed container web in pod web-0_shop(1f)',
    regarding: { kind: 'Pod', namespace: 'shop', name: 'web-0', uid: 'pod-1' },
    reportingController: 'kubelet',
    eventTime: null,
    deprecatedFirstTimestamp: now,
    deprecatedLastTimestamp: now,
    deprecatedCount: 1,
    ...fields,
  };
}
