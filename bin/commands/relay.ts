import { Command } from 'commander';

/** `kef relay`: the in-cluster process, run from here. Flags and help are its own, so they go through untouched. */
export function relayCommand(): Command {
  return new Command('relay')
    .description('Watch a cluster and post its events to the API (what the in-cluster Deployment runs).')
    .usage('--config FILE [options]')
    .helpOption(false)
    .allowUnknownOption()
    .argument('[flags...]')
    .action(async (flags: string[]) => {
      const { relayMain } = await import('../relay.ts');
      process.exitCode = await relayMain(flags);
    });
}
