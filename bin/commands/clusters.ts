import { Command } from 'commander';
import type { ClusterItem } from '../../lib/api/readContract.ts';
import { type ApiOptions, apiClientOf, printRows, withApiOptions } from './apiOptions.ts';
import { age, type Column } from './table.ts';

/** `kef clusters`: which relays live, how far behind they are, and what they lost. */
export function clustersCommand(): Command {
  return withApiOptions(new Command('clusters'))
    .description('List the clusters that relays have reported from: sign of life, counts and gaps.')
    .addHelpText(
      'after',
      `
A gap is a time of which a relay knows that it lost events: "-o json" has the last ones with their times, reasons and counts.

Examples:
  kef clusters --api-url URL
  kef clusters --stack kef -o json`,
    )
    .action(async (options: ApiOptions) => {
      const client = await apiClientOf(options);
      const { items } = await client.clusters();
      printRows(items.slice(0, options.limit), columns, options.output, 'No relay has reported yet.');
    });
}

const columns: readonly Column<ClusterItem>[] = [
  { heading: 'CLUSTER', value: (c) => c.cluster },
  { heading: 'LAST HEARD', value: (c) => age(c.lastHeartbeat, Date.now()) },
  { heading: 'LAG', value: (c) => (c.lagSeconds === undefined ? '' : `${c.lagSeconds}s`) },
  { heading: 'ACCEPTED', value: (c) => String(c.accepted) },
  { heading: 'REJECTED', value: (c) => String(c.rejected) },
  { heading: 'GAPS', value: (c) => String(c.gaps.count) },
  { heading: 'LOST', value: (c) => String(c.gaps.dropped) },
  { heading: 'LAST GAP', value: (c) => lastGap(c) },
  { heading: 'RELAY', value: (c) => c.relay.version ?? '' },
];

/** Between which times, and why. */
function lastGap({ gaps }: ClusterItem): string {
  const gap = gaps.last.at(-1);
  return gap === undefined ? '' : `${gap.from ?? '?'} to ${gap.to ?? '?'}: ${gap.reason ?? 'unknown'}`;
}
