import { Command, Option } from 'commander';
import type { EventItem } from '../../lib/api/readContract.ts';
import { severities } from '../../lib/events/severity.ts';
import { type ApiOptions, apiClientOf, pageParameters, printRows, withApiOptions } from './apiOptions.ts';
import { age, type Column } from './table.ts';

interface EventsOptions extends ApiOptions {
  readonly clusterId?: string;
  readonly namespace?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly reason?: string;
  readonly severity?: string;
  readonly minSeverity?: string;
  readonly type?: string;
  readonly since?: string;
  readonly until?: string;
  readonly order: string;
}

/** `kef events`: the history the cluster has forgotten. */
export function eventsCommand(): Command {
  return withApiOptions(new Command('events'))
    .description('List events from history, the newest first.')
    .option('--cluster-id <id>', 'only this cluster')
    .option('-n, --namespace <name>', 'only this namespace')
    .option('--kind <kind>', 'only objects of this kind, such as Pod')
    .option('--name <name>', 'only the object of this name')
    .option('--reason <reasons>', 'only these reasons or effective reasons, with commas between')
    .option('--severity <severities>', 'only these severities, with commas between')
    .addOption(new Option('--min-severity <severity>', 'this severity or worse').choices([...severities]))
    .addOption(new Option('--type <type>', 'only this type').choices(['Normal', 'Warning']))
    .option('--since <time>', 'RFC 3339, a date, or an age such as 15m, 24h, 7d')
    .option('--until <time>', 'the same, for the end')
    .addOption(new Option('--order <order>', 'by last occurrence').choices(['asc', 'desc']).default('desc'))
    .addHelpText(
      'after',
      `
Examples:
  kef events --api-url URL --cluster-id prod --kind Pod --name web-0          everything about one object
  kef events --cluster-id prod -n shop --since 24h --min-severity high
  kef events --cluster-id prod -o json --limit 1000 | jq -r .effectiveReason | sort | uniq -c`,
    )
    .action(async (options: EventsOptions) => {
      const client = await apiClientOf(options);
      const { clusterId, namespace, kind, name, reason, severity, minSeverity, type, since, until, order } = options;
      const filters = {
        cluster: clusterId,
        namespace,
        kind,
        name,
        reason,
        severity,
        minSeverity,
        type,
        since,
        until,
        order,
      };
      let indexedFrom: string | undefined;
      const page = async (cursor: string | undefined) => {
        const answer = await client.events(pageParameters(filters, options.limit, cursor));
        indexedFrom = answer.indexedFrom;
        return answer;
      };
      const rows = await Array.fromAsync(client.all(page, options.limit));
      printRows(rows, columns, options.output, 'No events found.');
      if (indexedFrom !== undefined) {
        console.error(
          `Listed: ${indexedFrom} and worse (indexFrom in kef.config.yaml). --cluster-id, --kind and --name together show everything.`,
        );
      }
    });
}

const columns: readonly Column<EventItem>[] = [
  { heading: 'LAST SEEN', value: (e) => age(e.lastOccurrence, Date.now()) },
  { heading: 'SEVERITY', value: (e) => e.severity },
  { heading: 'CLUSTER', value: (e) => e.cluster },
  { heading: 'NAMESPACE', value: (e) => e.namespace },
  { heading: 'REASON', value: (e) => e.effectiveReason },
  { heading: 'OBJECT', value: (e) => `${e.kind.toLowerCase()}/${e.name}` },
  { heading: 'COUNT', value: (e) => String(e.count) },
  { heading: 'MESSAGE', value: (e) => e.message },
];
