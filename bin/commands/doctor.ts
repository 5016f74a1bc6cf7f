import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { KefError } from '../../lib/errors.ts';

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
Reads only; nothing is changed anywhere. A true answer takes the relay's own identity; its image can do the same:
  kubectl -n kube-event-forwarder exec deploy/kube-event-forwarder -- \\
    /nodejs/bin/node /app/relay.mjs --doctor --config /etc/kube-event-forwarder/relay.yaml

Exit codes: 0 nothing stands in the way (there may be warnings), 1 something does, 2 wrong flags or configuration.`,
    )
    .action(async (flags: DoctorFlags) => {
      const { parseRelayConfig } = await import('../../lib/relay/config.ts');
      const { examine } = await import('../../lib/relay/doctor/doctor.ts');
      const { reportAsJson, reportAsText } = await import('../../lib/relay/doctor/report.ts');
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
      process.stdout.write(flags.output === 'json' ? reportAsJson(findings) : reportAsText(findings));
      process.exitCode = findings.some(({ status }) => status === 'failed') ? 1 : 0;
    });
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
