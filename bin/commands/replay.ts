import { createReadStream } from 'node:fs';
import { Command, Option } from 'commander';
import type * as z from 'zod';
import { describeIssues } from '../../lib/api/issues.ts';
import { KefError } from '../../lib/errors.ts';
import { readEventStream } from '../../lib/events/eventStream.ts';
import { parseFingerprint } from '../../lib/events/fingerprint.ts';
import type { RawEvent } from '../../lib/events/readEvent.ts';
import { compileRules } from '../../lib/events/rules.ts';
import { type Severity, severities } from '../../lib/events/severity.ts';
import { incidentSettingsOf, incidentsConfigSchema } from '../../lib/incidents/configuredSettings.ts';
import type { Publication } from '../../lib/incidents/publication.ts';
import { type ReplayedEvent, replayEvents } from '../../lib/incidents/replay.ts';
import { inArrivalOrder } from '../../lib/incidents/replayOrder.ts';
import { isNotified, ReplayTally, type ReplayTotals } from '../../lib/incidents/replayTotals.ts';
import { type IncidentSettings, incidentSettingsSchema } from '../../lib/incidents/settings.ts';
import { type RulesFile, readRulesFile } from './rulesFile.ts';
import { type Column, renderTable } from './table.ts';

interface ReplayOptions {
  readonly rules?: string;
  readonly incidents?: string;
  readonly clusterId: string;
  readonly notifyFrom?: Severity;
  readonly notified?: true;
  readonly output: 'table' | 'json';
}

/** `kef replay [FILE|-]`: what recorded events would have been published and who would have been told, offline. */
export function replayCommand(): Command {
  return new Command('replay')
    .description('Run recorded Kubernetes Events through the whole decision path and print what would have been told.')
    .argument('[file]', 'an Event, a list, an array, NDJSON or watch lines; - or nothing for standard input', '-')
    .option('--rules <file>', 'rules to try: YAML or JSON, a list, or a configuration with its incident settings')
    .option('--incidents <json>', 'incident settings to try, such as {"windowMinutes":10}')
    .option('--cluster-id <id>', 'cluster id to put into fingerprints', 'local')
    .addOption(
      new Option(
        '--notify-from <severity>',
        "least severity that people hear of (default: the configuration's, or high)",
      ).choices(severities),
    )
    .option('--notified', 'print only what people would have got')
    .addOption(new Option('-o, --output <format>', 'table or json').choices(['table', 'json']).default('table'))
    .addHelpText(
      'after',
      `
Events are taken in the order in which the API server wrote them, whatever the order in the file.
Bad input is reported on standard error; the rest is still replayed, and the exit code is 1.

Examples:
  kubectl get events -A -o json | kef replay
  kef replay recorded.ndjson --rules kef.config.yaml --notified
  kef replay recorded.ndjson -o json | jq -c 'select(.notify)'`,
    )
    .action(async (file: string, options: ReplayOptions) => {
      const given =
        options.rules === undefined ? undefined : await readRulesFile(options.rules, { mayLackRules: true });
      const rules = compileRules(given?.specs ?? []);
      const settings = settingsOf(options, given);
      const notifyFrom = options.notifyFrom ?? severityOf(given) ?? 'high';
      const { events, refused } = await readEvents(file);
      const tally = new ReplayTally(notifyFrom);
      const rows: Row[] = [];
      let failed = refused;
      for await (const replayed of replayEvents(inArrivalOrder(events), {
        cluster: options.clusterId,
        rules,
        settings,
      })) {
        tally.add(replayed);
        if (replayed.error !== undefined) {
          failed += 1;
          complain(`event ${replayed.index + 1}: ${replayed.error.message} (${replayed.error.code})`);
        }
        rows.push(...rowsOf(replayed, notifyFrom, options));
      }
      print(rows, tally.totals(), options);
      if (failed > 0) process.exitCode = 1;
    });
}

/** One publication with the event that made it necessary. */
interface Row {
  readonly publication: Publication;
  readonly replayed: ReplayedEvent;
  readonly isNotified: boolean;
}

function rowsOf(replayed: ReplayedEvent, notifyFrom: Severity, { notified }: ReplayOptions): Row[] {
  return replayed.published
    .map((publication) => ({ publication, replayed, isNotified: isNotified(publication, notifyFrom) }))
    .filter((row) => row.isNotified || notified !== true);
}

const columns: readonly Column<Row>[] = [
  { heading: 'TIME', value: ({ publication }) => `${publication.at.slice(0, 19)}Z` },
  { heading: 'WHAT', value: ({ publication }) => publication.detailType.slice('event.k8s.'.length) },
  { heading: 'NOTIFY', value: ({ isNotified }) => (isNotified ? 'yes' : '-') },
  { heading: 'SEVERITY', value: ({ publication }) => publication.severity },
  { heading: 'REASON', value: ({ publication }) => parseFingerprint(publication.fingerprint).effectiveReason },
  { heading: 'OBJECT', value: ({ publication }) => objectOf(publication) },
  { heading: 'COUNT', value: ({ publication }) => String(publication.occurrences) },
  { heading: 'MESSAGE', value: ({ replayed }) => shorten(replayed.record?.message ?? '') },
];

function print(rows: readonly Row[], totals: ReplayTotals, { output }: ReplayOptions): void {
  if (output === 'json') {
    for (const { publication, replayed, isNotified } of rows)
      printJson({ ...publication, notify: isNotified, message: replayed.record?.message });
    printJson({ totals });
    return;
  }
  if (rows.length > 0) process.stdout.write(`${renderTable(columns, rows)}\n\n`);
  process.stdout.write(`${summarize(totals)}\n`);
}

function summarize(totals: ReplayTotals): string {
  const { eventsIn, incidents, publications, notified, suppressed, withheld, known, dropped, refused, noiseRatio } =
    totals;
  const kinds = Object.entries(publications).map(([kind, count]) => `${count} ${kind.slice('event.k8s.'.length)}`);
  const rest = [
    ...(known > 0 ? [`${known} came twice`] : []),
    ...(dropped > 0 ? [`${dropped} dropped by a rule`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
  ];
  return [
    `${eventsIn} events in${rest.length > 0 ? ` (${rest.join(', ')})` : ''}, ${incidents} incidents`,
    `published   ${kinds.join(', ')}`,
    `kept quiet  ${suppressed} occurrences of known incidents, ${withheld} publications inside storms`,
    `notified    ${notified}: ${(noiseRatio * 100).toFixed(1)} % of the noise removed`,
  ].join('\n');
}

async function readEvents(file: string): Promise<{ events: RawEvent[]; refused: number }> {
  const events: RawEvent[] = [];
  let refused = 0;
  try {
    for await (const item of readEventStream(file === '-' ? process.stdin : createReadStream(file))) {
      if ('raw' in item) events.push(item.raw);
      else {
        refused += 1;
        complain(`line ${item.line}: ${item.error.message} (${item.error.code})`);
      }
    }
  } catch (error) {
    throw unreadable(file, error);
  }
  return { events, refused };
}

/** What the command line says, else what stands in the file with the rules. */
function settingsOf({ incidents, rules }: ReplayOptions, given: RulesFile | undefined): IncidentSettings {
  if (incidents === undefined) return configuredSettings(given?.incidents, 'ConfigInvalid', `incidents of ${rules}`);
  let stated: unknown;
  try {
    stated = JSON.parse(incidents);
  } catch (cause) {
    throw new KefError(
      'UsageInvalid',
      `--incidents must be JSON of incident settings, got ${incidents.slice(0, 100)}`,
      {
        cause,
      },
    );
  }
  const isInMilliseconds = Object.keys(stated ?? {}).some((key) => key.endsWith('Ms'));
  if (!isInMilliseconds) return configuredSettings(stated, 'UsageInvalid', '--incidents');
  return checked(incidentSettingsSchema.safeParse(stated), 'UsageInvalid', '--incidents');
}

function configuredSettings(stated: unknown, code: 'ConfigInvalid' | 'UsageInvalid', where: string): IncidentSettings {
  return incidentSettingsOf(checked(incidentsConfigSchema.safeParse(stated), code, where));
}

function checked<T>(result: z.ZodSafeParseResult<T>, code: 'ConfigInvalid' | 'UsageInvalid', where: string): T {
  if (result.success) return result.data;
  throw new KefError(code, `${where} must be incident settings: ${describeIssues(result.error)}`);
}

/** An unknown word is refused where the file is deployed; here nothing depends on it. */
function severityOf(given: RulesFile | undefined): Severity | undefined {
  return severities.find((severity) => severity === given?.minSeverity);
}

function objectOf({ fingerprint, detailType }: Publication): string {
  const { namespace, kind, name } = parseFingerprint(fingerprint);
  return detailType === 'event.k8s.storm' ? `${namespace}/*` : `${namespace}/${kind.toLowerCase()}/${name}`;
}

function shorten(message: string): string {
  return message.length <= 120 ? message : `${message.slice(0, 119).toWellFormed()}…`;
}

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

function complain(text: string): void {
  console.error(`kef replay: ${text}`);
}

function unreadable(file: string, error: unknown): unknown {
  if (error instanceof KefError || !(error instanceof Error)) return error;
  return new KefError('UsageInvalid', `cannot read ${file}: ${error.message}`, { cause: error });
}
