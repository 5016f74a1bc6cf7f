import { Command, InvalidArgumentError, Option } from 'commander';
import { redriveBatches } from './redrive/redriveBatches.ts';
import { redriveNotifications } from './redrive/redriveNotifications.ts';

interface RedriveOptions {
  readonly stack: string;
  readonly region?: string;
  readonly apply?: boolean;
  readonly limit: number;
}

/** `kef redrive`: what the backend gave up after all its retries, once the reason is repaired. */
export function redriveCommand(): Command {
  return new Command('redrive')
    .description('List what the backend gave up after all retries; with --apply, hand it over again.')
    .addOption(new Option('--stack <name>', 'stack of the backend').env('KEF_STACK').default('kef'))
    .option('--region <region>', 'AWS region of the stack (default: that of your AWS settings)')
    .option('--apply', 'hand it over again, and remove what was taken; without it, only look')
    .addOption(new Option('--limit <n>', 'most batches, and most notifications').argParser(limitOf).default(1000))
    .addHelpText(
      'after',
      `
Batches are stream records that function route could not process; they are in S3 for 30 days. Notifications are messages to
people that could not be delivered; they are in a queue for 14 days. Handing over twice is harmless: route knows what it
applied, and notify knows whom it told.

Who runs this needs what the construct's grantRedrive() allows: read and delete those objects and messages, and invoke the two
functions. Exit code 1 when something failed again.

Examples:
  kef redrive --stack kef --region eu-west-1
  kef redrive --stack kef --region eu-west-1 --apply`,
    )
    .action(async (options: RedriveOptions) => {
      const { stack, region: given, limit, apply = false } = options;
      const { batches, notifications } = await connect(stack, given, apply);
      const counts = { done: 0, failed: 0, waiting: 0 };
      for await (const outcome of redriveBatches(batches, { apply, limit })) {
        if (outcome.state === 'failed') {
          counts.failed += 1;
          console.error(`failed   ${outcome.key}: ${outcome.reason}`);
          continue;
        }
        counts[outcome.state === 'done' ? 'done' : 'waiting'] += 1;
        const { records, at, condition, objects } = outcome.batch;
        const about =
          objects.length > 3 ? `${objects.slice(0, 3).join(', ')} and ${objects.length - 3} more` : objects.join(', ');
        console.log(`${outcome.state.padEnd(8)} batch of ${records.length} given up ${at} (${condition}): ${about}`);
      }
      for await (const { state, id, text } of redriveNotifications(notifications, { apply, limit })) {
        counts[state] += 1;
        const line = `${state.padEnd(8)} notification ${id}: ${text}`;
        if (state === 'failed') console.error(line);
        else console.log(line);
      }
      console.log(summaryOf(counts, apply));
      if (counts.failed > 0) process.exitCode = 1;
    });
}

async function connect(stack: string, given: string | undefined, apply: boolean) {
  const [{ S3Client }, { fromNodeProviderChain }, { createAwsRequest }, { stackOutputs }, ports] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('@aws-sdk/credential-providers'),
    import('./redrive/awsRequest.ts'),
    import('./stackOutputs.ts'),
    import('./redrive/awsPorts.ts'),
  ]);
  const outputs = await stackOutputs({ stack, region: given });
  const s3 = new S3Client({ ...(given === undefined ? {} : { region: given }), forcePathStyle: true });
  const region = await s3.config.region();
  const request = createAwsRequest({ region, credentials: fromNodeProviderChain() });
  return {
    batches: await ports.batchPorts(outputs, stack, request, s3),
    notifications: ports.notificationPorts(outputs, stack, request, apply),
  };
}

function summaryOf({ done, failed, waiting }: Record<'done' | 'failed' | 'waiting', number>, apply: boolean): string {
  if (done + failed + waiting === 0) return 'Nothing was given up.';
  const failures = failed === 0 ? '' : `, ${failed} failed again`;
  return apply
    ? `${done} handed over${failures}.`
    : `${waiting} waiting${failed === 0 ? '' : `, ${failed} that cannot be read`}. Hand them over with --apply.`;
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1) throw new InvalidArgumentError('a limit is a whole number from 1.');
  return limit;
}
