import { breaksAt, hour, loadOf, type Quota, quotas } from './quotas.ts';
import { partitionLimit, type Simulated, type Sizes, shardCapacity } from './simulate.ts';
import type { Storm } from './storms.ts';

const fleets = [1, 10, 100, 200, 1_000, 10_000];

/** A storm and what came of a million of its events. */
export interface Outcome {
  readonly storm: Storm;
  readonly simulated: Simulated;
}

/** `docs/scale.md`. */
export function renderScale(outcomes: readonly Outcome[], sizes: Sizes): string {
  const ranked = quotas
    .map((quota) => ({ quota, at: breaksAt(quota) }))
    .sort((a, b) => (a.at ?? Number.POSITIVE_INFINITY) - (b.at ?? Number.POSITIVE_INFINITY));
  return `# How far it goes

Written by \`npm run scale\`. Limits are what AWS gives a new account; nothing here was measured in a real one. What is beyond a limit is late, or
waits in the relay's spool: an event is lost only when that is full, and then it is counted as a gap.

## From 1 to 10,000 clusters

A bad hour: every cluster has ${hour.ordinary} events a second, and every tenth, at least one, has ${hour.storm}, of which \`route\` sees ${100 * hour.stormRouted} %. All in one account and one region.

${table(
  ['clusters', ...fleets.map((clusters) => clusters.toLocaleString('en-US'))],
  [
    ['backends', ...fleets.map((clusters) => String(loadOf(clusters).backends))],
    ['events/s', ...fleets.map((clusters) => round(loadOf(clusters).events))],
    ['requests/s', ...fleets.map((clusters) => round(loadOf(clusters).posts))],
    ['published/s', ...fleets.map((clusters) => round(loadOf(clusters).published))],
    ['breaks first', ...fleets.map((clusters) => firstBroken(clusters))],
  ],
)}

In the order in which they break, with the share of each that the bad hour takes:

${table(
  ['limit', 'breaks at', ...fleets.map((clusters) => clusters.toLocaleString('en-US')), 'what moves it', 'beyond it'],
  ranked.map(({ quota, at }) => [
    `[${quota.name}](${quota.page}): ${quota.limit.toLocaleString('en-US')} ${quota.unit}`.trim(),
    at === undefined ? 'never' : `${at.toLocaleString('en-US')} clusters`,
    ...fleets.map((clusters) => percent(quota, clusters)),
    quota.moves,
    quota.beyond,
  ]),
)}

More than ${quotas[0]?.limit} clusters are several backends, each with tables, stream and API of its own. Ten thousand clusters are ${loadOf(10_000).backends} backends. IAM's 1,000 roles let
four full ones into an account, CloudFormation's 2,000 stacks nine into a region; both quotas can be raised.

Besides: an event bus has 300 rules with 5 targets each; the forwarder's own are two, and each entry of \`remediation\` and each \`onEvent\` is one more.

## One partition

A partition of DynamoDB takes ${partitionLimit.toLocaleString('en-US')} write units a second, and one key cannot be split. An item of History is one unit (${sizes.historyUnits.toFixed(2)} on recorded events).

| key | of | holds | takes |
|---|---|---|---|
| History \`pk\` | cluster, kind, namespace, name | one object | never near its limit: an object has a few events a second |
| index \`byNamespaceDay\` | cluster, namespace, day | a namespace's day | **1,000 events/s in one namespace**; with \`indexFrom: low\` only low and worse count |
| Incidents \`pk\` | fingerprint | one incident | one write for each batch that has it |
| index \`byCluster\` | cluster | a cluster's incidents, by when they were last seen | **500 changed incidents/s in one cluster**: the sort key changes, which is two writes |
| Incidents \`due\` | one for all | what is waiting to be told | 500 held incidents/s: one write to note, one to remove |
| Clusters \`pk\` | cluster | position, heartbeat, counters | 1,000 requests/s of one cluster; its relay makes two |

An index that is full slows the writes of its table down: the API answers 503 and the relay's spool grows (\`byNamespaceDay\`), or \`route\` retries and news is late
(\`byCluster\`). No key is spread over several partitions, since each question would then be several: beyond these rates is one namespace, or one cluster, with more
failing at once than anybody can look at. \`incidents.groupBy: workload\` (the default) is what keeps the second one low.

A shard of the stream gets ${shardCapacity(1)} routed records a second through \`route\`, and \`routeParallelism\` times as many with it: an estimate from billed times, see [cost.md](cost.md).
A new table has four shards.

## Storms of a million events

\`test/docs/scale.test.ts\` feeds each of these storms through the keys of \`lib/store/keys.ts\` at its rate, and holds that no partition is above its limit; and that the
same storm at twice its rate is, where a partition is what ends it.

${table(
  ['storm', 'events/s', 'History', 'byNamespaceDay', 'Incidents', 'byCluster', 'route, records/s and shard'],
  outcomes.map(({ storm, simulated: { objects, namespaces, incidents, clusters, shard } }) => [
    `${storm.name}: ${storm.says}${storm.routeParallelism > 1 ? `, \`routeParallelism: ${storm.routeParallelism}\`` : ''}`,
    round(storm.rate),
    ...[objects, namespaces, incidents, clusters].map(({ units }) => round(units)),
    `${round(shard.records)} of ${round(shard.capacity)}`,
  ]),
)}

Write units in the worst second of the hottest partition, of ${partitionLimit.toLocaleString('en-US')}.
`;
}

function firstBroken(clusters: number): string {
  const over = quotas
    .map((quota) => ({ quota, used: quota.demand(loadOf(clusters)) / quota.limit }))
    .filter(({ used }) => used > 1)
    .sort((a, b) => b.used - a.used);
  return over[0] === undefined ? 'nothing' : over[0].quota.name;
}

function percent(quota: Quota, clusters: number): string {
  const used = (100 * quota.demand(loadOf(clusters))) / quota.limit;
  const text = `${used < 1 ? '<1' : Math.round(used).toLocaleString('en-US')} %`;
  return used > 100 ? `**${text}**` : text;
}

function round(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const isNumber = (column: number) => /^[*<\d]/.test(body[0]?.[column] ?? '');
  return [line(head), line(head.map((_, i) => (isNumber(i) ? '---:' : '---'))), ...body.map(line)].join('\n');
}
