import { type Alternative, alternatives } from './alternatives.ts';
import { billedMs, type Fleet, fleets, million, shares } from './assumptions.ts';
import type { Deployed } from './deployed.ts';
import type { Measured } from './measure.ts';
import { type Bill, costOfEvents, costOfStanding, total } from './model.ts';
import rates from './rates.json' with { type: 'json' };

/** Everything the document is made of. */
export interface Inputs {
  readonly measured: Measured;
  readonly deployed: Deployed;
}

/** `docs/cost.md`. */
export function renderCost(inputs: Inputs): string {
  const { measured, deployed } = inputs;
  const perMillion = costOfEvents(million, inputs);
  const standing = costOfStanding(1, deployed);
  const round = (value: number) => Math.round(value).toLocaleString('en-US');
  return `# What it costs

Written by \`npm run cost\` from the synthesized template, from ${measured.events} recorded events, and from the prices in
[rates.json](../test/bench/cost/rates.json) (${rates.region}, ${rates.asOf}). ${rates.note}

**${dollars(total(perMillion))} per million events**, kept ${deployed.retentionDays} days with an index, and archived ${deployed.originalsDays} days, in full batches.
**${dollars(total(standing))} a month** before the first event, of which ${dollars(total(standing) - standingWithoutExtras(standing))} are alarms, dashboard and metrics (the free tier takes ten, three and ten of them off);
\`operations.alarms\` and \`operations.dashboard\` switch them off.

## One million events

${table(['', '$'], rows(perMillion))}

A million events of busy clusters, ${million.batch} to a batch. Write units of DynamoDB dominate: that is why items are compressed below 1 KB, and why
a batch is four calls and no transaction.

## A month

${table(
  ['fleet', 'clusters', 'events a month', 'events', 'standing', 'total', 'per million'],
  fleets.map((fleet) => fleetRow(fleet, inputs)),
)}

Small fleets pay more per million because their batches are small: a request, a receipt and an archive object for every ${fleets[0]?.batch} events.

### Standing costs, one cluster

${table(['', '$ a month'], rows(standing))}

Each further quiet cluster adds its heartbeats. \`operations.clusterAlarms\` adds eight alarms and up to six metrics for each cluster
(${dollars(8 * rates.cloudWatch.alarmMonth)} to ${dollars(8 * rates.cloudWatch.alarmMonth + 6 * rates.cloudWatch.metricMonth)} a month); \`encryption: customer-managed\` adds ${dollars(rates.kms.keyMonth)} for the key and ${dollars(rates.kms.request * 1e4)} per 10,000 requests to it.

## Settings that move it

${table(['setting', '$ per million', 'what it takes away'], settingRows(inputs, perMillion))}

## Alternatives

The same events by other ways, for a million events kept as long as the price says, and for a month without any.

${table(
  ['', '$ per million', '$ a month, idle', 'lacks', 'prices'],
  [
    [`**this**`, `**${dollars(total(perMillion))}**`, `**${dollars(total(standing))}**`, '', ''],
    ...alternatives(inputs).map((one) => [
      one.name,
      dollars(one.perMillion),
      dollars(one.standing),
      one.lacks,
      pricesOf(one),
    ]),
  ],
)}

## What the figures rest on

| measured, on recorded events | |
|---|---|
| event as the API server sends it | ${round(measured.jsonBytes)} B |
| in a batch of 100, as posted and archived | ${round(measured.gzipBytes)} B |
| its History item | ${round(measured.itemBytes)} B, ${measured.writeUnits.toFixed(2)} write units, ${deployed.historyCopies} copies (table and index) |

| from the template | |
|---|---|
| memory of ingest, route, query, notify, watch | ${Object.values(deployed.memoryGb)
    .map((size) => `${size * 1024} MB`)
    .join(', ')} |
| alarms, dashboards, schedules | ${deployed.alarms}, ${deployed.dashboards}, ${deployed.scheduledInvocations} |
| point-in-time recovery | ${deployed.hasBackup ? 'on' : 'off'} |

| assumed | |
|---|---|
| of all events, reach \`route\` / the bus / people | ${percent(shares.routed)} / ${percent(shares.published)} / ${percent(shares.notified)} |
| billed time of ingest | ${billedMs.ingestPerPost} ms and ${billedMs.ingestPerEvent} ms for each event |
| billed time of route | ${billedMs.routePerBatch} ms and ${billedMs.routePerRecord} ms for each record |
| not counted | questions (\`kef\`, console), data transfer, NAT or VPC endpoints, the relay's share of a node |

Billed times are estimates for 512 MB on arm64, four times what the same code takes on one core here; at these sizes doubling them adds
${dollars(perMillionLambda(perMillion))} to a million events. Change [assumptions.ts](../test/bench/cost/assumptions.ts) to yours and run \`npm run cost\`.
`;
}

/** Prices of an alternative, as links with where and when they were read. */
function pricesOf({ prices }: Alternative): string {
  return prices
    .map((name) => {
      const rate: { page?: string; source?: string } = Object(rates[name]);
      return `[${name}](${rate.page})${rate.source === undefined ? '' : `: ${rate.source}`}`;
    })
    .join('; ');
}

/** What a million events cost under other settings. `info` is what does not reach `route`. */
function settingRows({ measured, deployed }: Inputs, bill: Bill): string[][] {
  const of = (others: Partial<Deployed>) =>
    total(costOfEvents(million, { measured, deployed: { ...deployed, ...others } }));
  const withoutArchive = total(bill) - (bill['Archive: puts'] ?? 0) - (bill['Archive: storage'] ?? 0);
  return [
    ['the defaults', dollars(total(bill)), ''],
    [
      '`indexFrom: low`',
      dollars(of({ historyCopies: 1 + shares.routed })),
      'info events in listings of namespaces and in counts',
    ],
    ['`archive: false`', dollars(withoutArchive), 'the batches as they came'],
    ['`protectData: false`', dollars(of({ hasBackup: false })), 'point-in-time recovery and deletion protection'],
    ['`retentionDays: 90`', dollars(of({ retentionDays: 90 })), ''],
    [
      'relay filter `event_types: [Warning]`',
      dollars(withoutNormal(bill)),
      'all Normal events, for good: a dying node is one',
    ],
  ];
}

/** The bill when only what goes through `route` arrives at all. */
function withoutNormal(bill: Bill): number {
  const isOfEveryEvent = (name: string) => /^(History|Clusters|API|Lambda: ingest|Archive)/.test(name);
  return Object.entries(bill).reduce(
    (sum, [name, price]) => sum + price * (isOfEveryEvent(name) ? shares.routed : 1),
    0,
  );
}

function perMillionLambda(bill: Bill): number {
  return Object.entries(bill).reduce((sum, [name, price]) => sum + (name.startsWith('Lambda') ? price : 0), 0);
}

/** Clock and heartbeats alone. */
function standingWithoutExtras(bill: Bill): number {
  return Object.entries(bill).reduce((sum, [name, price]) => sum + (/^\d/.test(name) ? 0 : price), 0);
}

function fleetRow(fleet: Fleet, inputs: Inputs): string[] {
  const events = total(costOfEvents(fleet, inputs));
  const standing = total(costOfStanding(fleet.clusters, inputs.deployed));
  return [
    fleet.name,
    String(fleet.clusters),
    fleet.events.toLocaleString('en-US'),
    dollars(events),
    dollars(standing),
    `**${dollars(events + standing)}**`,
    dollars((1e6 * (events + standing)) / fleet.events),
  ];
}

function rows(bill: Bill): string[][] {
  return [
    ...Object.entries(bill).map(([name, price]) => [name, price.toFixed(3)]),
    ['**total**', `**${total(bill).toFixed(2)}**`],
  ];
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(head),
    line(
      head.map((name) => (name.includes('$') || /^(clusters|events|standing|total|per)/.test(name) ? '---:' : '---')),
    ),
    ...body.map(line),
  ].join('\n');
}

function dollars(amount: number): string {
  if (amount === 0) return '$0';
  return amount < 0.1 ? `$${amount.toFixed(3)}` : `$${amount.toFixed(2)}`;
}

function percent(share: number): string {
  return `${share * 100} %`;
}
