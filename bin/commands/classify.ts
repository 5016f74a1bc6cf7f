import { createReadStream } from 'node:fs';
import { Command } from 'commander';
import { KefError } from '../../lib/errors.ts';
import { classifyStream } from '../../lib/events/classifyStream.ts';

/** `kef classify [FILE|-]`: Events in, standard events out, offline. */
export function classifyCommand(): Command {
  return new Command('classify')
    .description('Read Kubernetes Events and print one standard event per line, in order.')
    .argument('[file]', 'an Event, a list, an array, NDJSON or watch lines; - or nothing for standard input', '-')
    .option('--cluster-id <id>', 'cluster id to put into fingerprints', 'local')
    .addHelpText(
      'after',
      `
Bad input is reported on standard error with its line number; the rest is still processed, and the exit code is 1.

Examples:
  kubectl get events -A -o json | kef classify
  kubectl get events -A --watch -o json | kef classify --cluster-id prod | jq -c '{severity, fingerprint}'
  kef classify recorded.ndjson`,
    )
    .action(async (file: string, options: { clusterId: string }) => {
      const source = file === '-' ? process.stdin : createReadStream(file);
      let refused = 0;
      try {
        for await (const result of classifyStream(source, { cluster: options.clusterId, now: () => new Date() })) {
          if ('event' in result) {
            if (!process.stdout.write(`${JSON.stringify(result.event)}\n`)) await drained();
          } else {
            refused += 1;
            console.error(`kef classify: line ${result.line}: ${result.error.message} (${result.error.code})`);
          }
        }
      } catch (error) {
        throw unreadable(file, error);
      }
      if (refused > 0) process.exitCode = 1;
    });
}

function drained(): Promise<void> {
  return new Promise((resolve) => process.stdout.once('drain', resolve));
}

function unreadable(file: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string') || error instanceof KefError)
    return error;
  return new KefError(
    'UsageInvalid',
    `cannot read ${file}: ${error.message}; name a readable file, or - for standard input`,
    {
      cause: error,
    },
  );
}
