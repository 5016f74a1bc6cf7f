import http from 'node:http';
import https from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { KefError } from '../errors.ts';

/**
 * Asks the cluster of a kubeconfig for its version.
 *
 * @throws KefError ConfigInvalid when file or context cannot be used, KubernetesUnreachable when no good answer came in time
 */
export async function answeringCluster(
  file: string,
  context: string | undefined,
  timeoutMs: number,
): Promise<{ name: string; version: string }> {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (cause) {
    throw new KefError('ConfigInvalid', `${file} is not a kubeconfig: ${String(cause)}`, { cause });
  }
  if (context !== undefined) {
    if (config.getContextObject(context) === null) {
      const known =
        config
          .getContexts()
          .map((c) => c.name)
          .join(', ') || 'none';
      throw new KefError('ConfigInvalid', `${file} has no context "${context}"; it has: ${known}`);
    }
    config.setCurrentContext(context);
  }
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new KefError('ConfigInvalid', `${file} names no current cluster; choose one with --context`);

  const url = new URL('version', cluster.server.endsWith('/') ? cluster.server : `${cluster.server}/`);
  const options: https.RequestOptions = { signal: AbortSignal.timeout(timeoutMs) };
  await config.applyToHTTPSOptions(options);
  // applyToHTTPSOptions sets an https agent, which plain-http servers (kubectl proxy) refuse.
  if (url.protocol === 'http:') delete options.agent;
  const body = await get(url, options, `${cluster.name} at ${cluster.server}`);
  return { name: cluster.name, version: versionOf(body) };
}

function get(url: URL, options: https.RequestOptions, name: string): Promise<string> {
  const client = url.protocol === 'http:' ? http : https;
  return new Promise((resolve, reject) => {
    const fail = (why: string, cause?: unknown) =>
      reject(new KefError('KubernetesUnreachable', `${name} does not answer: ${why}`, { cause }));
    const request = client.get(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', (error) => fail(error.message, error));
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        if (response.statusCode === 200) resolve(body);
        else fail(`HTTP ${response.statusCode} ${body.slice(0, 200)}`);
      });
    });
    request.on('error', (error) => fail(error.message, error));
  });
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
