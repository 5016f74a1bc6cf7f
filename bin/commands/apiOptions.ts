import { type Command, InvalidArgumentError, Option } from 'commander';
import { ApiClient, type Parameters } from '../../lib/api/ApiClient.ts';
import { createSignedFetch } from '../../lib/api/signedFetch.ts';
import { KefError } from '../../lib/errors.ts';
import { type Column, renderTable } from './table.ts';

/** Options every command has that reads the API. */
export interface ApiOptions {
  readonly apiUrl?: string;
  readonly region?: string;
  readonly output: 'table' | 'json';
  readonly limit: number;
}

/** Adds `--api-url`, `--region`, `-o` and `--limit`. */
export function withApiOptions(command: Command): Command {
  return command
    .addOption(new Option('--api-url <url>', 'the API (output ApiUrl of the stack)').env('KEF_API_URL'))
    .option('--region <region>', 'AWS region of the API (default: the one in its host name, else AWS_REGION)')
    .addOption(new Option('-o, --output <format>', 'table or json').choices(['table', 'json']).default('table'))
    .addOption(new Option('--limit <n>', 'most rows to print').argParser(limitOf).default(50));
}

/** A client for the API the options name, signing with the default credential chain. @throws KefError UsageInvalid */
export function apiClientOf(options: ApiOptions): ApiClient {
  if (options.apiUrl === undefined) {
    throw new KefError(
      'UsageInvalid',
      'the API address is missing; give --api-url URL or set KEF_API_URL (output ApiUrl of the stack)',
    );
  }
  if (!URL.canParse(options.apiUrl) || !/^https?:$/.test(new URL(options.apiUrl).protocol)) {
    throw new KefError('UsageInvalid', `--api-url must be an http or https URL, and was "${options.apiUrl}"`);
  }
  return new ApiClient(
    options.apiUrl,
    createSignedFetch(options.region === undefined ? {} : { region: options.region }),
  );
}

/** Largest page the API gives. */
const pageItems = 500;

/** Parameters of one page; the rest of `--limit` comes with the next cursor. */
export function pageParameters(filters: Parameters, limit: number, cursor: string | undefined): Parameters {
  return { ...filters, limit: Math.min(limit, pageItems), cursor };
}

/** Prints rows as a table, or as one JSON object per line. */
export function printRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  output: 'table' | 'json',
  nothing: string,
): void {
  if (output === 'json') for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
  else process.stdout.write(`${rows.length === 0 ? nothing : renderTable(columns, rows)}\n`);
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1) throw new InvalidArgumentError('a limit is a whole number from 1.');
  return limit;
}
