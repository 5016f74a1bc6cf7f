#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { exitCodeOf, KefError } from '../lib/errors.ts';
import { classifyCommand } from './commands/classify.ts';
import { clustersCommand } from './commands/clusters.ts';
import { doctorCommand } from './commands/doctor.ts';
import { eventsCommand } from './commands/events.ts';
import { explainCommand } from './commands/explain.ts';
import { incidentsCommand } from './commands/incidents.ts';
import { localCommand } from './commands/local.ts';
import { manifestsCommand } from './commands/manifests.ts';
import { redriveCommand } from './commands/redrive.ts';
import { relayCommand } from './commands/relay.ts';
import { replayCommand } from './commands/replay.ts';
import { rulesCommand } from './commands/rules.ts';

/** The `kef` command line. Commands load what they need when they run, so `--help` stays quick. */
export function kef(): Command {
  const program = new Command('kef')
    .description('Kubernetes Events, classified, deduplicated, kept and routed on AWS.')
    .addHelpText(
      'after',
      `
Examples:
  kef local                                   run the whole product here, no account and no cluster
  kubectl get events -A -o json | kef classify
  kef events --api-url URL --cluster-id prod --kind Pod --name web-0
  kef incidents --stack kef --cluster-id prod --min-severity high
  kef replay recorded.ndjson --rules rules.yaml   what would have been told, offline
  kef relay --config relay.yaml

Exit codes: 0 done, 1 some input was refused or a service failed, 2 wrong flags or configuration.`,
    )
    .exitOverride();
  const commands = [
    localCommand(),
    relayCommand(),
    doctorCommand(),
    manifestsCommand(),
    classifyCommand(),
    explainCommand(),
    rulesCommand(),
    replayCommand(),
    eventsCommand(),
    incidentsCommand(),
    clustersCommand(),
    redriveCommand(),
  ];
  for (const command of commands) program.addCommand(command.exitOverride());
  return program;
}

async function main(): Promise<void> {
  try {
    await kef().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has already printed the help or the complaint.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    // A person gets the message of an error we raised on purpose, and the stack of one we did not.
    console.error(error instanceof KefError ? `kef: ${error.message} (${error.code})` : error);
    process.exitCode = exitCodeOf(error);
  }
}

if (import.meta.main) {
  // A reader that goes away (`kef events | head`) is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  await main();
}
