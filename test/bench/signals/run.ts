import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderTable } from '../../../bin/commands/table.ts';
import { kubeconfigOf } from '../../../lib/local/cluster/kubeconfig.ts';
import { eventually, type RelayProcess, startRelay } from '../../relay/relayProcess.ts';
import { startSink } from '../../relay/sink.ts';

/** What the Pod signal costs a relay: `node test/bench/signals/run.ts [PODS] [CHANGES]`. CPU and memory are the relay's alone. */
const [pods = 100_000, changes = 100_000] = process.argv.slice(2).map(Number);
const oneKilledIn = 1_000;
const longMs = 15 * 60_000;

interface Row {
  readonly signals: string;
  readonly read: string;
  readonly told: number;
  readonly atRest: string;
  readonly peak: string;
  readonly list: string;
  readonly change: string;
}

async function measure(isOn: boolean): Promise<Row> {
  const plan = JSON.stringify({ pods, changes, oneKilledIn });
  const server = fork(fileURLToPath(new URL('podServer.ts', import.meta.url)), [plan]);
  const port = await new Promise<number>((resolve) => {
    server.on('message', (message: { type: string; port: number }) => {
      if (message.type === 'port') resolve(message.port);
    });
  });
  const sink = await startSink();
  const place = { kubeconfig: () => kubeconfigOf({ server: `http://127.0.0.1:${port}`, token: 'none' }) };
  const relay = await startRelay(place, sink, { signals: { pods: isOn }, idle_timeout: '10m' });
  try {
    await eventually('the relay is ready', async () => (await relay.get('/ready')).status === 200, longMs);
    const isListed = async () => {
      const [source] = (await relay.status()).signals;
      return source !== undefined && source.sources[0]?.phase === 'watch' && source.objects >= pods;
    };
    if (isOn) await eventually('all pods are listed', isListed, longMs);
    const listed = usage(relay);
    if (isOn) await eventually('all changes are read', async () => (await objects(relay)) >= pods + changes, longMs);
    const { cpuMs } = usage(relay);
    // A collector at rest has had its time.
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    const status = await relay.status();
    const { residentMb, peakMb } = usage(relay);
    return {
      signals: isOn ? 'pods' : 'none',
      read: `${Math.round((status.signals[0]?.bytes ?? 0) / 1e6)} MB`,
      told: Object.values(status.derived).reduce((sum, count) => sum + count, 0),
      atRest: `${residentMb} MB`,
      peak: `${peakMb} MB`,
      list: isOn ? `${Math.round((listed.cpuMs * 1_000) / pods)} µs` : '',
      change: isOn ? `${Math.round(((cpuMs - listed.cpuMs) * 1_000) / changes)} µs` : '',
    };
  } finally {
    await relay.stop();
    await sink.close();
    server.kill();
  }
}

async function objects(relay: RelayProcess): Promise<number> {
  return (await relay.status()).signals[0]?.objects ?? 0;
}

function usage({ child }: RelayProcess): { cpuMs: number; residentMb: number; peakMb: number } {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const megabytes = (name: string) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1_024);
  // Fields 14 and 15 of proc(5): ticks of a hundredth of a second in user and in system mode.
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return {
    cpuMs: (Number(fields[11]) + Number(fields[12])) * 10,
    residentMb: megabytes('VmRSS'),
    peakMb: megabytes('VmHWM'),
  };
}

const column = (heading: string, value: (row: Row) => string | number) => ({
  heading,
  value: (row: Row) => String(value(row)),
});
const rows = [await measure(false), await measure(true)];
console.log(`${pods} pods, ${changes} changes, one in ${oneKilledIn} killed for memory; node ${process.version}`);
console.log(
  renderTable(
    [
      column('SIGNALS', ({ signals }) => signals),
      column('READ', ({ read }) => read),
      column('TOLD', ({ told }) => told),
      column('MEMORY AT REST', ({ atRest }) => atRest),
      column('PEAK', ({ peak }) => peak),
      column('CPU PER LISTED POD', ({ list }) => list),
      column('CPU PER CHANGE', ({ change }) => change),
    ],
    rows,
  ),
);
