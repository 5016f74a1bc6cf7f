import { Command, Option } from 'commander';
import type { DoctorRequest } from '../../lib/relay/doctor/runDoctor.ts';

/** `kef doctor`: everything a relay depends on, asked from here; each finding with its fix. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Check what a relay depends on: rights, API server, API, signature, clocks, position, stream.')
    .option('--config <file>', 'the configuration of the relay (YAML)')
    .option('--cluster-id <id>', 'instead of cluster_id in the file; with several clusters in it, the one to look at')
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
    .action(async (flags: DoctorRequest) => {
      const { runDoctor } = await import('../../lib/relay/doctor/runDoctor.ts');
      const { text, exitCode } = await runDoctor(flags, process.env);
      process.stdout.write(text);
      process.exitCode = exitCode;
    });
}
