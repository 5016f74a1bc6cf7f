import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import { clusterIdSchema } from '../api/contract.ts';
import { maxBatchEvents, maxInflatedBytes } from '../api/limits.ts';
import { KefError } from '../errors.ts';
import { compileRules, ruleSpecSchema } from '../events/rules.ts';
import { severities } from '../events/severity.ts';
import { durationBetween } from './duration.ts';
import { nearest } from './suggest.ts';

const namespace = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'a namespace has lower-case letters, digits and dashes');
const leaseName = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'a name has lower-case letters, digits, dashes and dots');
const text = z.string().min(1, 'it may not be empty');
/** The specification's sample leaves such settings empty rather than out. */
const optionalText = z
  .string()
  .optional()
  .transform((value) => value || undefined);
const bytes = (low: number, high: number) => z.int().min(low).max(high);

/**
 * `Warning` and `Normal` are event types, not severities, but the specification's default configuration says
 * `min_severity: Warning`: every Warning is at least `low`, ordinary Normal events are `info`.
 */
const severityAliases: Readonly<Record<string, string>> = { warning: 'low', normal: 'info' };
const severity = z.preprocess(
  (value) => (typeof value === 'string' ? (severityAliases[value.toLowerCase()] ?? value.toLowerCase()) : value),
  z.enum(severities, { error: () => `expected ${severities.join(', ')}, Warning (= low) or Normal (= info)` }),
);

const url = z.string().refine((value) => URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol), {
  error: (issue) =>
    `expected the https:// URL of the API (output ApiUrl of the stack); got ${JSON.stringify(issue.input)}`,
});

/** What is derived from other objects than Events. Each costs a watch of them all and the right to read them, so none is on unasked. */
const signalsSchema = z.strictObject({ pods: z.boolean().default(false), nodes: z.boolean().default(false) });

/** The settings of a relay, in the names that the configuration file uses. See `docs/relay.md`. */
const fileSchema = z.strictObject({
  // What to watch
  cluster_id: clusterIdSchema,
  kubeconfig: optionalText,
  context: optionalText,
  namespaces: z.array(namespace).max(500).default([]),
  resync_period: durationBetween('0s', '24h').default(1_800_000),
  event_ttl: durationBetween('100ms', '720h').default(3_600_000),
  // What to forward
  // A mistyped `warning` would silently drop everything.
  event_types: z.array(z.enum(['Normal', 'Warning'])).default([]),
  reason_filters: z.array(text).default([]),
  exclude_namespaces: z.array(namespace).default([]),
  min_severity: severity.default('info'),
  max_event_age: durationBetween('0s', '24h').default(300_000),
  rules: z.array(ruleSpecSchema).default([]),
  signals: signalsSchema.prefault({}),
  // Where to
  api_url: url.optional(),
  message_bus_url: url.optional(),
  aws_region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'expected a region such as us-west-2')
    .optional(),
  role_arn: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
      'expected the ARN of an IAM role, arn:aws:iam::ACCOUNT:role/NAME (output RelayRoleArn of the cluster)',
    )
    .optional(),
  // How
  worker_count: z.int().min(1).max(50).default(5),
  buffer_size: z.int().min(1).max(1_000_000).default(1_000),
  buffer_max_bytes: bytes(1024 * 1024, 1024 ** 3).default(16 * 1024 * 1024),
  batch_max_events: z.int().min(1).max(maxBatchEvents).default(maxBatchEvents),
  batch_max_bytes: bytes(1_024, maxInflatedBytes - 512 * 1024).default(1024 * 1024),
  linger: durationBetween('0s', '60s').default(500),
  compression_level: z.int().min(1).max(9).default(1),
  request_timeout: durationBetween('100ms', '5m').default(30_000),
  retry_base: durationBetween('1ms', '1m').default(250),
  retry_max: durationBetween('10ms', '10m').default(30_000),
  retry_forbidden: durationBetween('10ms', '1h').default(60_000),
  heartbeat_interval: durationBetween('100ms', '1h').default(60_000),
  idle_timeout: durationBetween('100ms', '1h').default(60_000),
  stall_timeout: durationBetween('10ms', '4m').default(10_000),
  shutdown_grace: durationBetween('0s', '10m').default(25_000),
  dead_letter_file: text.optional(),
  dead_letter_max_bytes: bytes(4_096, 1024 ** 3).default(16 * 1024 * 1024),
  spool_dir: optionalText,
  spool_max_bytes: bytes(1024 * 1024, 1024 ** 4).default(256 * 1024 * 1024),
  spool_after: durationBetween('10ms', '10m').default(5_000),
  start_timeout: durationBetween('0s', '24h').default(45 * 60_000),
  // With a second replica
  leader_election: z.boolean().default(false),
  lease_name: leaseName.default('kube-event-forwarder'),
  lease_namespace: namespace.optional(),
  lease_duration: durationBetween('1s', '10m').default(15_000),
  // Around
  listen: z
    .string()
    .regex(/^(?:\S*:)?\d{1,5}$/, 'expected PORT or ADDRESS:PORT')
    .refine((value) => Number(value.slice(value.lastIndexOf(':') + 1)) <= 65_535, 'a port is at most 65535')
    .default(':8080'),
  log_level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

/** Every key the configuration file may have. */
export const configKeys = Object.keys(fileSchema.shape);
const signalKeys = Object.keys(signalsSchema.shape).map((key) => `signals.${key}`);

type FileConfig = z.infer<typeof fileSchema>;

/** A checked configuration: durations in milliseconds, aliases resolved, defaults filled in. */
export interface RelayConfig
  extends Omit<FileConfig, 'api_url' | 'message_bus_url' | 'aws_region' | 'dead_letter_file'> {
  readonly api_url: string;
  readonly aws_region: string;
  readonly dead_letter_file: string;
}

/** What overrides the file: flags first, then the environment. */
export interface ConfigOverrides {
  readonly flags?: Readonly<Record<string, string | undefined>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads the configuration file of one cluster.
 *
 * @throws KefError `ConfigInvalid` that names every wrong key and value at once, one per line.
 */
export function parseRelayConfig(yaml: string, overrides: ConfigOverrides = {}): RelayConfig {
  const { config, problems } = checkSettings(readSettings(yaml, overrides), overrides.env ?? {});
  if (config === undefined) throw wrongConfig(problems);
  return config;
}

/** Settings as they are given, unchecked: the file's, then the environment's and the flags' over them. */
export function readSettings(yaml: string, { env = {}, flags = {} }: ConfigOverrides): Record<string, unknown> {
  return { ...readYaml(yaml), ...fromEnvironment(env), ...defined(flags) };
}

/** Checks the settings of one cluster: the configuration, or everything that is wrong with it. */
export function checkSettings(
  given: Record<string, unknown>,
  env: Readonly<Record<string, string | undefined>>,
): { readonly config: RelayConfig | undefined; readonly problems: readonly string[] } {
  const parsed = fileSchema.safeParse(given);
  const problems = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => describe(issue, given))),
    ...apiProblems(given),
    ...ruleProblems(given),
  ];
  const region = regionOf(given, env);
  if (region === undefined && apiUrlOf(given) !== undefined) {
    problems.push('aws_region is required: the region of the API, such as us-west-2 (or set AWS_REGION)');
  }
  if (!parsed.success || problems.length > 0 || region === undefined) return { config: undefined, problems };
  const { message_bus_url: _alias, ...settings } = parsed.data;
  const config = {
    ...settings,
    api_url: apiUrlOf(given) ?? '',
    aws_region: region,
    dead_letter_file:
      settings.dead_letter_file ?? path.join(tmpdir(), `kef-dead-letters-${settings.cluster_id}.ndjson`),
  };
  return { config, problems };
}

/** The error that names every problem, one per line. */
export function wrongConfig(problems: readonly string[]): KefError {
  const lines = problems.map((line) => `  ${line}`).join('\n');
  return new KefError('ConfigInvalid', `the relay's configuration is wrong:\n${lines}`);
}

function readYaml(yaml: string): Record<string, unknown> {
  let document: unknown;
  try {
    document = parseYaml(yaml);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KefError('ConfigInvalid', `the configuration file is not YAML: ${reason}`, { cause: error });
  }
  if (document === null || document === undefined) return {};
  if (typeof document === 'object' && !Array.isArray(document)) return { ...document };
  throw new KefError(
    'ConfigInvalid',
    'the configuration file must be a mapping of settings such as cluster_id: prod-us-west-2',
  );
}

function fromEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return defined({ cluster_id: env.CLUSTER_ID || undefined });
}

function defined(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function apiUrlOf(given: Record<string, unknown>): string | undefined {
  const value = given.api_url ?? given.message_bus_url;
  return typeof value === 'string' ? value : undefined;
}

function apiProblems({ api_url, message_bus_url }: Record<string, unknown>): string[] {
  if (api_url === undefined && message_bus_url === undefined) {
    return ['api_url is required: the URL of the API (output ApiUrl of the stack)'];
  }
  if (api_url !== undefined && message_bus_url !== undefined && api_url !== message_bus_url) {
    return ['api_url and message_bus_url are two names of one setting and have two values; give one of them'];
  }
  return [];
}

function ruleProblems({ rules }: Record<string, unknown>): string[] {
  if (!Array.isArray(rules) || rules.length === 0) return [];
  try {
    compileRules(rules);
    return [];
  } catch (error) {
    if (!(error instanceof KefError)) throw error;
    return [`rules: ${error.message}`];
  }
}

/** The region that signs: the setting, else the one in the API's host name, else the environment's. */
function regionOf(
  given: Record<string, unknown>,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (typeof given.aws_region === 'string') return given.aws_region;
  return regionInUrl(given) ?? (env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined);
}

/** The region that the API's host names. */
export function regionInUrl(given: Record<string, unknown>): string | undefined {
  return /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com/.exec(apiUrlOf(given) ?? '')?.[1];
}

function describe(issue: z.core.$ZodIssue, given: Record<string, unknown>): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const name = [...issue.path, key].join('.');
      const near = nearest(name, [...configKeys, ...signalKeys]);
      return `${name}: there is no such setting${near === undefined ? '' : `; did you mean ${near}?`}`;
    });
  }
  const place = issue.path.map(String).join('.');
  const value = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], given);
  if (value === undefined) return [`${place} is required`];
  const message = issue.message.replace(/^Invalid input: /, '');
  const shown = message.includes('got ') ? '' : `; got ${JSON.stringify(value)}`;
  return [`${place}: ${message}${shown}`];
}
