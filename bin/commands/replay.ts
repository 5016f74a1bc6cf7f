import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { parse } from 'yaml';
import { KefError } from '../../lib/errors.ts';
import { readEventStream } from '../../lib/events/eventStream.ts';
import { parseFingerprint } from '../../lib/events/fingerprint.ts';
import type { RawEvent } from '../../lib/events/readEvent.ts';
import { builtInRules, compileRules, type RuleSet, type RuleSpec } from '../../lib/events/rules.ts';
import { type Severity, severities } from '../../lib/events/severity.ts';
import type { Publication } from '../../lib/incidents/publication.ts';
import { type ReplayedEvent, replayEvents } from '../../lib/incidents/replay.ts';
import { inArrivalOrder } from '../../lib/incidents/replayOrder.ts';
import { isNotified, ReplayTally, type ReplayTotals } from '../../lib/incidents/replayTotals.ts';
import {
  defaultIncidentSettings,
  type IncidentSettings,
  incidentSettingsSchema,
} from '../../lib/incidents/settings.ts';
import { type Column, renderTable } from './table.ts';

interface ReplayOptions {
  readonly rules?: string;
  readonly incidents?: string;
  readonly clusterId: string;
  readonly notifyFrom: Severity;
  readonly notified?: true;
  readonly output: 'table' | 'json';
}

/** `kef replay [FILE|-]`: what recorded events would have been published and who would have been told, offline. */
export function replayCommand(): Command {
  return new Command('replay')
    .description('Run recorded Kubernetes Events through the whole decision path and print what would have been told.')
    .argument('[file]', 'an Event, a list, an array, NDJSON or watch lines; - or nothing for standard input', '-')
    .option('--rules <file>', 'severity rules to try: YAML or JSON, a list or a kef.config.yaml')
    .option('--incidents <json>', 'incident settings to try, such as {"windowMs":600000}')
    .option('--cluster-id <id>', 'cluster id to put into fingerprints', 'local')
    .addOption(
      new Option('--notify-from <severity>', 'least severity that people hear of').choices(severities).default('high'),
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
      const rules = options.rules === undefined ? builtInRules : await readRules(options.rules);
      const settings = settingsOf(options.incidents);
      const { events, refused } = await readEvents(file);
      const tally = new ReplayTally(options.notifyFrom);
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
        rows.push(...rowsOf(replayed, options));
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

function rowsOf(replayed: ReplayedEvent, { notifyFrom, notified }: ReplayOptions): Row[] {
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

/** Rules alone, or the `rules` of a configuration file. */
async function readRules(file: string): Promise<RuleSet> {
  let content: unknown;
  try {
    content = parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw unreadable(file, error);
  }
  const rules = typeof content === 'object' && content !== null && 'rules' in content ? content.rules : content;
  if (Array.isArray(rules)) return compileRules(rules as readonly RuleSpec[]); // compileRules checks every one of them
  throw new KefError('ConfigInvalid', `${file} has no rules: it must be a list of rules, or an object with "rules"`);
}

function settingsOf(json: string | undefined): IncidentSettings {
  if (json === undefined) return defaultIncidentSettings;
  try {
    return incidentSettingsSchema.parse(JSON.parse(json));
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new KefError('UsageInvalid', `--incidents must be JSON of incident settings: ${detail}`, { cause });
  }
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
