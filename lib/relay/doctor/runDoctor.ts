import { readFile } from 'node:fs/promises';
import { KefError } from '../../errors.ts';
import type { RelayConfig } from '../config.ts';
import { readSettings } from '../config.ts';
import { parseFleetConfig } from '../fleet/fleetConfig.ts';
import { examine } from './doctor.ts';
import { type Examination, jsonOf, textOf } from './report.ts';

/** What to examine, in the flags of the command. */
export interface DoctorRequest {
  /** Configuration file of the relay. */
  readonly config?: string | undefined;
  /** The cluster; with several in the file, the one of them to look at. @default all of them */
  readonly clusterId?: string | undefined;
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly apiUrl?: string | undefined;
  readonly statusUrl?: string | undefined;
  /** @default 'text' */
  readonly output?: string | undefined;
}

/**
 * Examines what the relay of a configuration depends on.
 *
 * @returns what to print, and the exit code: 1 when something stands in the way
 * @throws KefError `ConfigInvalid`, `UsageInvalid`
 */
export async function runDoctor(
  request: DoctorRequest,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly text: string; readonly exitCode: 0 | 1 }> {
  const { statusUrl, output = 'text' } = request;
  if (output !== 'text' && output !== 'json') throw usage(`--output is text or json, and was "${output}"`);
  if (statusUrl !== undefined && !URL.canParse(statusUrl)) {
    throw usage(`--status-url must be a URL such as http://127.0.0.1:8080, and was "${statusUrl}"`);
  }
  const yaml = request.config === undefined ? '' : await readConfig(request.config);
  const examinations: Examination[] = [];
  for (const config of chosenOf(yaml, request, env)) {
    examinations.push({ cluster: config.cluster_id, findings: await examine(config, { statusUrl }) });
  }
  const isHealthy = examinations.every(({ findings }) => findings.every(({ status }) => status !== 'failed'));
  return { text: output === 'json' ? jsonOf(examinations) : textOf(examinations), exitCode: isHealthy ? 0 : 1 };
}

function chosenOf(
  yaml: string,
  { clusterId, kubeconfig, context, apiUrl }: DoctorRequest,
  env: Readonly<Record<string, string | undefined>>,
): readonly RelayConfig[] {
  const flags = { kubeconfig, context, api_url: apiUrl };
  if (readSettings(yaml, {}).clusters === undefined) {
    return parseFleetConfig(yaml, { env, flags: { ...flags, cluster_id: clusterId } }).clusters;
  }
  const { clusters } = parseFleetConfig(yaml, { env, flags });
  if (clusterId === undefined) return clusters;
  const chosen = clusters.filter(({ cluster_id }) => cluster_id === clusterId);
  if (chosen.length > 0) return chosen;
  const known = clusters.map(({ cluster_id }) => cluster_id).join(', ');
  throw usage(`--cluster-id: the configuration has no cluster '${clusterId}'; it has ${known}`);
}

async function readConfig(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KefError('ConfigInvalid', `--config: ${file} cannot be read: ${reason}`, { cause: error });
  }
}

function usage(message: string): KefError {
  return new KefError('UsageInvalid', message);
}
