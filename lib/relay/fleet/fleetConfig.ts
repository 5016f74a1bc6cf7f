import path from 'node:path';
import {
  type ConfigOverrides,
  checkSettings,
  type RelayConfig,
  readSettings,
  regionInUrl,
  wrongConfig,
} from '../config.ts';

/** The configuration of a process: one cluster, or several. */
export interface FleetConfig {
  /** `PORT` or `ADDRESS:PORT` of the status endpoints. */
  readonly listen: string;
  readonly log_level: RelayConfig['log_level'];
  /** Of the batches of all clusters together. */
  readonly buffer_max_bytes: number;
  /** Present when one of several replicas is to work. */
  readonly election?: ElectionConfig;
  /** At least one, each with an id of its own. */
  readonly clusters: readonly RelayConfig[];
  /** True when the file lists its clusters under `clusters`. */
  readonly isList: boolean;
}

/** The Lease by which replicas find out who works. */
export interface ElectionConfig {
  readonly name: string;
  readonly namespace: string;
  readonly durationMs: number;
  /** Of the cluster that has the Lease: what stands beside `clusters`, or the one cluster's. */
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
}

/** Settings that concern the process and not a cluster of it. */
const processKeys: readonly string[] = [
  'listen',
  'log_level',
  'buffer_max_bytes',
  'leader_election',
  'lease_name',
  'lease_namespace',
  'lease_duration',
  'clusters',
];

/**
 * Reads a configuration file: with `clusters`, every entry of the list is a cluster of its own, and what stands beside the list
 * is the default of each; without, the file describes one cluster.
 *
 * @throws KefError `ConfigInvalid` that names every wrong key and value at once, one per line.
 */
export function parseFleetConfig(yaml: string, overrides: ConfigOverrides = {}): FleetConfig {
  const given = readSettings(yaml, overrides);
  const env = overrides.env ?? {};
  const { clusters, ...defaults } = given;
  const isList = clusters !== undefined;
  const { configs, problems } = isList ? checkList(clusters, defaults, env) : checkOne(given, env);
  const [first] = configs;
  if (first === undefined || problems.length > 0) throw wrongConfig(problems);
  const { listen, log_level, buffer_max_bytes } = first;
  const place = isList ? defaults : first;
  const election = electionOf(first, place, env);
  return {
    listen,
    log_level,
    buffer_max_bytes,
    ...(election === undefined ? undefined : { election }),
    clusters: configs,
    isList,
  };
}

function electionOf(
  { leader_election, lease_name, lease_namespace, lease_duration }: RelayConfig,
  { kubeconfig, context }: { readonly kubeconfig?: unknown; readonly context?: unknown },
  env: Environment,
): ElectionConfig | undefined {
  if (!leader_election) return undefined;
  const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  return {
    // The chart names the Lease it gave the right to, and Kubernetes the namespace of the pod.
    name: env.LEASE_NAME || lease_name,
    namespace: lease_namespace ?? (env.POD_NAMESPACE || 'default'),
    durationMs: lease_duration,
    kubeconfig: textOf(kubeconfig),
    context: textOf(context),
  };
}

type Checked = { readonly configs: readonly RelayConfig[]; readonly problems: readonly string[] };
type Environment = Readonly<Record<string, string | undefined>>;

function checkOne(given: Record<string, unknown>, env: Environment): Checked {
  const { config, problems } = checkSettings(given, env);
  return { configs: config === undefined ? [] : [config], problems };
}

function checkList(clusters: unknown, defaults: Record<string, unknown>, env: Environment): Checked {
  if (!Array.isArray(clusters) || clusters.length === 0) {
    return {
      configs: [],
      problems: ['clusters: expected a list with at least one cluster, such as - cluster_id: prod-us-west-2'],
    };
  }
  const problems: string[] = [];
  const configs: RelayConfig[] = [];
  if (defaults.cluster_id !== undefined) {
    problems.push('cluster_id: with clusters, each cluster of the list has its own; remove this one (or CLUSTER_ID)');
  }
  const { cluster_id: _, ...inherited } = defaults;
  for (const [index, entry] of clusters.entries()) {
    const checked = checkEntry(entry, inherited, env);
    const id = idOf(entry);
    const place = `clusters[${index}]${id === undefined ? '' : ` (${id})`}`;
    problems.push(...checked.problems.map((problem) => `${place}: ${problem}`));
    configs.push(...checked.configs);
  }
  return { configs, problems: [...problems, ...repeatedIds(clusters)] };
}

function checkEntry(entry: unknown, inherited: Record<string, unknown>, env: Environment): Checked {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    return { configs: [], problems: ['expected a mapping of settings such as cluster_id: prod-us-west-2'] };
  }
  const own: Record<string, unknown> = { ...entry };
  const misplaced = processKeys
    .filter((key) => Object.hasOwn(own, key))
    .map((key) => `${key} is a setting of the process: put it beside clusters`);
  const { configs, problems } = checkOne({ ...inheritedBy(own, inherited), ...own }, env);
  return { configs, problems: [...misplaced, ...problems] };
}

/** The defaults that make sense for an entry. */
function inheritedBy(own: Record<string, unknown>, defaults: Record<string, unknown>): Record<string, unknown> {
  const inherited = { ...defaults };
  if (own.api_url !== undefined || own.message_bus_url !== undefined) {
    // Another API: neither the other name of the default one is meant, nor its region where the URL names one.
    delete inherited.api_url;
    delete inherited.message_bus_url;
    if (regionInUrl(own) !== undefined) delete inherited.aws_region;
  }
  const { dead_letter_file: file } = inherited;
  if (typeof file === 'string') {
    const { dir, name, ext } = path.parse(file);
    inherited.dead_letter_file = path.join(dir, `${name}-${idOf(own) ?? ''}${ext}`);
  }
  return inherited;
}

function repeatedIds(clusters: readonly unknown[]): string[] {
  const seen = new Set<string>();
  return clusters.flatMap((entry, index) => {
    const id = idOf(entry);
    if (id === undefined || !seen.has(id)) {
      if (id !== undefined) seen.add(id);
      return [];
    }
    return [`clusters[${index}]: cluster_id ${id} is in the list twice; each cluster has an id of its own`];
  });
}

function idOf(entry: unknown): string | undefined {
  const id = typeof entry === 'object' && entry !== null && 'cluster_id' in entry ? entry.cluster_id : undefined;
  return typeof id === 'string' ? id : undefined;
}
