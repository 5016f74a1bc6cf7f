import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { KefError } from '../../lib/errors.ts';
import type { Finding } from '../../lib/relay/doctor/finding.ts';

interface DoctorFlags {
  readonly config?: string;
  readonly clusterId?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly apiUrl?: string;
  readonly statusUrl?: string;
  readonly output: 'text' | 'json';
}

/** `kef doctor`: everything a relay depends on, asked from here; each finding with its fix. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Check what a relay depends on: rights, API server, API, signature, clocks, position, stream.')
    .option('--config <file>', 'the configuration of the relay (YAML)')
    .option('--cluster-id <id>', 'instead of cluster_id in the file')
    .option('--kubeconfig <file>', 'instead of kubeconfig in the file')
    .option('--context <name>', 'instead of context in the file')
    .option('--api-url <url>', 'instead of api_url in the file')
    .option('--status-url <url>', 'a running relay (default: the port of listen on this machine)')
    .addOption(new Option('-o, --output <format>', 'text or json').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      `
Reads only; nothing is changed anywhere. Run it with the relay's own identity for a true answer:
  kubectl exec deploy/kube-event-forwarder -- kef doctor --config /etc/kef/relay.yaml

Exit codes: 0 nothing stands in the way (there may be warnings), 1 something does, 2 wrong flags or configuration.`,
    )
    .action(async (flags: DoctorFlags) => {
      const { parseRelayConfig } = await import('../../lib/relay/config.ts');
      const { examine } = await import('../../lib/relay/doctor/doctor.ts');
      const config = parseRelayConfig(flags.config === undefined ? '' : await readConfig(flags.config), {
        flags: {
          cluster_id: flags.clusterId,
          kubeconfig: flags.kubeconfig,
          context: flags.context,
          api_url: flags.apiUrl,
        },
        env: process.env,
      });
      const findings = await examine(config, { statusUrl: statusUrlOf(flags) });
      process.stdout.write(flags.output === 'json' ? jsonOf(findings) : textOf(findings));
      process.exitCode = findings.some(({ status }) => status === 'failed') ? 1 : 0;
    });
}

const marks: Readonly<Record<Finding['status'], string>> = {
  ok: 'ok     ',
  warning: 'WARNING',
  failed: 'FAILED ',
  skipped: '-      ',
};

function textOf(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, status, message, fix }) => [
    `${marks[status]}  ${check.padEnd(width)}  ${message}`,
    ...(fix === undefined ? [] : fix.split('\n').map((line) => `         ${' '.repeat(width)}  ${line}`)),
  ]);
  const count = (wanted: Finding['status']) => findings.filter(({ status }) => status === wanted).length;
  return `${lines.join('\n')}\n\n${findings.length} checks, ${count('failed')} failed, ${count('warning')} warnings\n`;
}

function jsonOf(findings: readonly Finding[]): string {
  const healthy = findings.every(({ status }) => status !== 'failed');
  return `${JSON.stringify({ healthy, findings }, undefined, 2)}\n`;
}

function statusUrlOf({ statusUrl }: DoctorFlags): string | undefined {
  if (statusUrl === undefined || URL.canParse(statusUrl)) return statusUrl;
  throw new KefError(
    'UsageInvalid',
    `--status-url must be a URL such as http://127.0.0.1:8080, and was "${statusUrl}"`,
  );
}

async function readConfig(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KefError('ConfigInvalid', `--config: ${file} cannot be read: ${reason}`, { cause: error });
  }
}
