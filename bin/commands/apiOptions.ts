import { type Command, InvalidArgumentError, Option } from 'commander';
import { ApiClient, type Parameters } from '../../lib/api/ApiClient.ts';
import { createSignedFetch } from '../../lib/api/signedFetch.ts';
import { KefError } from '../../lib/errors.ts';
import { requireOutput, stackOutputs } from './stackOutputs.ts';
import { type Column, renderTable } from './table.ts';

/** Options every command has that reads the API. */
export interface ApiOptions {
  readonly apiUrl?: string;
  readonly stack?: string;
  readonly region?: string;
  readonly output: 'table' | 'json';
  readonly limit: number;
}

/** Adds `--api-url`, `--stack`, `--region`, `-o` and `--limit`. */
export function withApiOptions(command: Command): Command {
  return command
    .addOption(new Option('--api-url <url>', 'the API (output ApiUrl of the stack)').env('KEF_API_URL'))
    .addOption(
      new Option('--stack <name>', 'stack of the backend, which knows the address of its API').env('KEF_STACK'),
    )
    .option('--region <region>', 'AWS region of the API (default: the one in its host name, else AWS_REGION)')
    .addOption(new Option('-o, --output <format>', 'table or json').choices(['table', 'json']).default('table'))
    .addOption(new Option('--limit <n>', 'most rows to print').argParser(limitOf).default(50));
}

/** A client for the API the options name, signing with the default credential chain. @throws KefError UsageInvalid */
export async function apiClientOf({ apiUrl, stack, region }: ApiOptions): Promise<ApiClient> {
  const url = apiUrl ?? (stack === undefined ? undefined : await apiUrlOf(stack, region));
  if (url === undefined) {
    throw new KefError(
      'UsageInvalid',
      'the API address is missing; give --stack NAME or --api-url URL, or set KEF_STACK or KEF_API_URL',
    );
  }
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new KefError('UsageInvalid', `--api-url must be an http or https URL, and was "${url}"`);
  }
  return new ApiClient(url, createSignedFetch(region === undefined ? {} : { region }));
}

async function apiUrlOf(stack: string, region: string | undefined): Promise<string> {
  return requireOutput(await stackOutputs({ stack, region }), 'ApiUrl', stack);
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
