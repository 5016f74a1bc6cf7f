import { Command, InvalidArgumentError, Option } from 'commander';
import type { LocalOptions } from '../../lib/local/runLocal.ts';

/** `kef local` = `npm start`: the synthesized stack, on this machine. */
export function localCommand(): Command {
  return new Command('local')
    .description('Run the whole product on this machine: no AWS account, no cluster needed.')
    .addOption(new Option('--port <n>', 'port of the API, 0 = a free one').argParser(portOf).default(8787))
    .addOption(
      new Option('--source <where>', 'auto = the current kubeconfig if its cluster answers, else the demo cluster')
        .choices(['auto', 'demo', 'kubeconfig', 'none'])
        .default('auto'),
    )
    .option('--kubeconfig <file>', 'kubeconfig to use (default: KUBECONFIG, then ~/.kube/config)')
    .option('--context <name>', 'context of the kubeconfig (default: its current one)')
    .option('--cluster-id <id>', 'id of the cluster in keys, fingerprints and the API path', 'local')
    .option('--data <dir>', 'keep tables, queues and objects here (default: in memory)')
    .addOption(new Option('--speed <factor>', 'pace of the demo cluster').argParser(speedOf).default(1))
    .option('--json', 'newline-delimited JSON on standard output: ready, published, notified, totals')
    .addHelpText(
      'after',
      `
Ctrl-C drains what is under way and prints the totals; a second Ctrl-C stops at once.

Examples:
  kef local                                  the demo cluster, or yours if kubectl reaches one
  kef local --source demo --speed 10
  kef local --source kubeconfig --context staging --data ./kef-data
  kef local --source none --port 0 --json    just the backend, for programs`,
    )
    .action(async (options: LocalOptions) => {
      const { runLocal } = await import('../../lib/local/runLocal.ts');
      await runLocal(options);
    });
}

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError('a port is a whole number from 0 (a free one) to 65535.');
  }
  return port;
}

function speedOf(text: string): number {
  const speed = Number(text);
  if (!(speed > 0 && speed <= 1000)) throw new InvalidArgumentError('speed is a number above 0 and at most 1000.');
  return speed;
}
