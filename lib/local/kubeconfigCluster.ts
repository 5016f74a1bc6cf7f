import { text } from 'node:stream/consumers';
import { KefError } from '../errors.ts';
import { openKubernetes } from '../relay/kubernetes/connection.ts';

/**
 * Asks the cluster of a kubeconfig for its version, as the relay would reach it.
 *
 * @throws KefError ConfigInvalid when file or context cannot be used, KubernetesUnreachable when no good answer came in time
 */
export async function answeringCluster(
  kubeconfig: string,
  context: string | undefined,
  timeoutMs: number,
): Promise<{ server: string; version: string }> {
  const connection = openKubernetes({ kubeconfig, context });
  const { server } = connection;
  try {
    const response = await connection.get('/version', {
      signal: AbortSignal.timeout(timeoutMs),
      headTimeoutMs: timeoutMs,
    });
    const body = await text(response);
    if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode} ${body.slice(0, 200)}`);
    return { server, version: versionOf(body) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new KefError('KubernetesUnreachable', `${server} does not answer: ${why}`, { cause });
  }
}

function versionOf(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null && 'gitVersion' in parsed) return String(parsed.gitVersion);
  } catch {
    // Not JSON: the version is only shown to people, and the server did answer.
  }
  return 'of unknown version';
}
