import { Command, Option } from 'commander';
import type { IncidentItem } from '../../lib/api/readContract.ts';
import { severities } from '../../lib/events/severity.ts';
import { type ApiOptions, apiClientOf, pageParameters, printRows, withApiOptions } from './apiOptions.ts';
import { age, type Column } from './table.ts';

interface IncidentsOptions extends ApiOptions {
  readonly clusterId?: string;
  readonly namespace?: string;
  readonly status?: string;
  readonly minSeverity?: string;
  readonly since?: string;
  readonly until?: string;
}

/** `kef incidents`: what is wrong now, and what was. */
export function incidentsCommand(): Command {
  return withApiOptions(new Command('incidents'))
    .description('List incidents, the most recently seen first.')
    .option('--cluster-id <id>', 'only this cluster')
    .option('-n, --namespace <name>', 'only this namespace')
    .addOption(new Option('--status <status>', 'only these').choices(['open', 'resolved']))
    .addOption(new Option('--min-severity <severity>', 'this severity or worse').choices([...severities]))
    .option('--since <time>', 'last seen after: RFC 3339, a date, or an age such as 15m, 24h, 7d')
    .option('--until <time>', 'last seen before')
    .addHelpText(
      'after',
      `
Examples:
  kef incidents --api-url URL --cluster-id prod --status open
  kef incidents --min-severity high --since 7d -o json`,
    )
    .action(async (options: IncidentsOptions) => {
      const client = await apiClientOf(options);
      const { clusterId, namespace, status, minSeverity, since, until } = options;
      const filters = { cluster: clusterId, namespace, status, minSeverity, since, until };
      const rows = await Array.fromAsync(
        client.all((cursor) => client.incidents(pageParameters(filters, options.limit, cursor)), options.limit),
      );
      printRows(rows, columns, options.output, 'No incidents found.');
    });
}

const columns: readonly Column<IncidentItem>[] = [
  { heading: 'LAST SEEN', value: (i) => age(i.lastSeen, Date.now()) },
  { heading: 'STATUS', value: (i) => i.status },
  { heading: 'SEVERITY', value: (i) => i.severity },
  { heading: 'CLUSTER', value: (i) => i.cluster },
  { heading: 'NAMESPACE', value: (i) => i.namespace },
  { heading: 'REASON', value: (i) => i.effectiveReason },
  { heading: 'OBJECT', value: (i) => `${i.kind.toLowerCase()}/${i.name}` },
  { heading: 'TIMES', value: (i) => String(i.occurrences) },
  { heading: 'OPEN FOR', value: (i) => age(i.openedAt, Date.parse(i.lastSeen)) },
];
