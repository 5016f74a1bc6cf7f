#!/usr/bin/env node
import '../lib/relay/tuneMemory.ts';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { exitCodeOf, KefError } from '../lib/errors.ts';
import { type FleetConfig, parseFleetConfig } from '../lib/relay/fleet/fleetConfig.ts';
import { runRelay } from '../lib/relay/runRelay.ts';
import { relayVersion } from '../lib/relay/version.ts';

const usage = `Usage: relay --config FILE [options]

Watches the Events of a Kubernetes cluster, or of several, and posts them to the API.

  --config FILE        configuration (YAML), see docs/relay.md
  --cluster-id ID      instead of CLUSTER_ID and of cluster_id in the file
  --kubeconfig FILE    instead of kubeconfig in the file
  --context NAME       instead of context in the file
  --api-url URL        instead of api_url in the file
  --listen ADDR:PORT   instead of listen in the file
  --log-level LEVEL    instead of log_level in the file
  --check              check the configuration and exit
  --doctor             check everything a relay depends on, with the fix of each finding, and exit: 1 when something is in the way;
                       with --status-url URL of a running relay, --output text or json, and of several clusters --cluster-id
  --version            print the version and exit
  --help               print this and exit

SIGHUP reads the configuration again; one with errors changes nothing. SIGTERM and SIGINT stop in good order.

Exit codes: 0 stopped and everything acknowledged or in the spool, 1 stopped with events left (they are read again), 2 wrong configuration.
`;

const options = {
  config: { type: 'string' },
  'cluster-id': { type: 'string' },
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  'api-url': { type: 'string' },
  listen: { type: 'string' },
  'log-level': { type: 'string' },
  'status-url': { type: 'string' },
  output: { type: 'string', short: 'o' },
  check: { type: 'boolean' },
  doctor: { type: 'boolean' },
  version: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** Runs the relay with the given arguments until it is told to stop. Resolves to the exit code. */
export async function relayMain(args: readonly string[]): Promise<number> {
  try {
    const { values } = parse(args);
    if (values.help) return print(usage);
    if (values.version) return print(`${relayVersion}\n`);
    if (values.doctor) return await examine(values);
    const config = await loadConfig(values);
    if (values.check) return print('the configuration is good\n');
    return await run(config, () => loadConfig(values));
  } catch (error) {
    process.stderr.write(
      error instanceof KefError ? `relay: ${error.message} (${error.code})\n` : `relay: ${String(error)}\n`,
    );
    if (!(error instanceof KefError) && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return exitCodeOf(error);
  }
}

/** What `kef doctor` does, where there is no `kef`: in the image, with the identity of the pod. */
async function examine(values: ReturnType<typeof parse>['values']): Promise<number> {
  const { runDoctor } = await import('../lib/relay/doctor/runDoctor.ts');
  const { config, kubeconfig, context, output } = values;
  const { text, exitCode } = await runDoctor(
    {
      ...{ config, kubeconfig, context, output },
      ...{ clusterId: values['cluster-id'], apiUrl: values['api-url'], statusUrl: values['status-url'] },
    },
    process.env,
  );
  process.stdout.write(text);
  return exitCode;
}

async function run(config: FleetConfig, load: () => Promise<FleetConfig>): Promise<number> {
  // Synchronous, so that the last words of a process are written before it ends.
  const logger = pino(
    { level: config.log_level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: true }),
  );
  const stop = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
    logger.info({ signal }, 'stopping: taking in nothing more, flushing what is there');
    stop.abort();
  };
  let reload = (): void => {};
  const onHangup = (): void => reload();
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal).on('SIGHUP', onHangup);
  const onRequest = (listener: () => void): void => {
    reload = listener;
  };
  try {
    const { left } = await runRelay(config, { signal: stop.signal, logger, source: { load, onRequest } });
    return left === 0 ? 0 : 1;
  } finally {
    process.off('SIGTERM', onSignal).off('SIGINT', onSignal).off('SIGHUP', onHangup);
  }
}

async function loadConfig(values: ReturnType<typeof parse>['values']): Promise<FleetConfig> {
  const flags = {
    cluster_id: values['cluster-id'],
    kubeconfig: values.kubeconfig,
    context: values.context,
    api_url: values['api-url'],
    listen: values.listen,
    log_level: values['log-level'],
  };
  return parseFleetConfig(values.config === undefined ? '' : await readConfig(values.config), {
    flags,
    env: process.env,
  });
}

async function readConfig(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new KefError('ConfigInvalid', `--config: ${file} cannot be read: ${String(error)}`, { cause: error });
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KefError('UsageInvalid', `${reason}; see --help`, { cause: error });
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

if (import.meta.main) process.exit(await relayMain(process.argv.slice(2)));
