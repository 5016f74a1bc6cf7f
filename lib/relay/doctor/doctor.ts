import { KefError } from '../../errors.ts';
import type { RelayConfig } from '../config.ts';
import { ApiConnection } from '../delivery/apiConnection.ts';
import { credentialsOf } from '../delivery/credentials.ts';
import { openKubernetes } from '../kubernetes/connection.ts';
import type { Position } from '../position.ts';
import { signalKindsOf } from '../signals/signalKinds.ts';
import { checkApi } from './checkApi.ts';
import { checkKubernetes } from './checkKubernetes.ts';
import { checkDeadLetters, checkRelay, checkSpool } from './checkRelay.ts';
import { checkSignals } from './checkSignals.ts';
import { type Finding, findingsOf } from './finding.ts';

/** How a doctor works. */
export interface DoctorOptions {
  /** Where a running relay's `/status` is. @default the port of `listen` on this machine */
  readonly statusUrl?: string | undefined;
  /** Longest wait for one answer. @default 5000 */
  readonly timeoutMs?: number;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/**
 * Goes through everything a relay with this configuration depends on, from where it is run: inside the pod or outside. Reads
 * only. Never rejects for what the world does.
 */
export async function examine(config: RelayConfig, options: DoctorOptions = {}): Promise<Finding[]> {
  const { timeoutMs = 5_000, now = Date.now } = options;
  const statusUrl = options.statusUrl ?? `http://127.0.0.1:${config.listen.slice(config.listen.lastIndexOf(':') + 1)}`;
  const provider = credentialsOf(config, `kef-doctor-${config.cluster_id}`);
  const api = new ApiConnection({
    apiUrl: config.api_url,
    region: config.aws_region,
    openCredentials: () => provider,
    requestTimeoutMs: timeoutMs,
    maxConnections: 1,
  });
  try {
    const { findings, position } = await checkApi({
      api,
      apiUrl: config.api_url,
      region: config.aws_region,
      clusterId: config.cluster_id,
      credentials: provider,
      timeoutMs,
      now,
    });
    return [
      ...(await examineKubernetes(config, position, timeoutMs, now)),
      ...findings,
      await checkDeadLetters(config.dead_letter_file),
      ...(config.spool_dir === undefined ? [] : [await checkSpool(config.spool_dir)]),
      ...(await checkRelay({ statusUrl, clusterId: config.cluster_id, idleMs: config.idle_timeout, now })),
    ];
  } finally {
    api.close();
  }
}

async function examineKubernetes(
  config: RelayConfig,
  position: Position | null | undefined,
  timeoutMs: number,
  now: () => number,
): Promise<Finding[]> {
  const { kubeconfig, context, namespaces } = config;
  try {
    const connection = openKubernetes({ kubeconfig, context });
    try {
      const found = await checkKubernetes({ connection, namespaces, position, timeoutMs, now });
      // Without the server there is nothing to ask it for.
      const isReached = found.some(({ check }) => check === 'kubernetes.list');
      const kinds = isReached ? signalKindsOf(config) : [];
      return [...found, ...(await checkSignals({ connection, kinds, timeoutMs }))];
    } finally {
      connection.close();
    }
  } catch (error) {
    if (!(error instanceof KefError)) throw error;
    const fix = 'Correct kubeconfig and context in the configuration, or KUBECONFIG in the environment.';
    return [findingsOf('kubernetes.config').failed(error.message, fix)];
  }
}
