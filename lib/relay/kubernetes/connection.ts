import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { KefError } from '../../errors.ts';

/** Where the API server and the credentials for it come from. */
export interface ConnectionSettings {
  /** Kubeconfig file. @default `KUBECONFIG`, `~/.kube/config`, then the pod's service account */
  readonly kubeconfig?: string | undefined;
  /** @default the kubeconfig's current context */
  readonly context?: string | undefined;
}

/** An authenticated way to one API server. */
export interface KubernetesConnection {
  readonly server: string;
  /**
   * Sends a GET and resolves with the answer's head; the caller owns the body. Rejects on network failure, and when the head
   * has not arrived within `headTimeoutMs`.
   */
  get(path: string, options: { signal: AbortSignal; headTimeoutMs: number }): Promise<IncomingMessage>;
  /** Reads the kubeconfig or token anew: after a 401, when a token or certificate was rotated. */
  reload(): void;
}

/**
 * Opens a connection with the authentication of `@kubernetes/client-node` (certificates, tokens that rotate, exec plugins,
 * OIDC, proxies) and nothing else of it: its watch cannot push back and its informers keep every object.
 *
 * @throws KefError `ConfigInvalid` when the kubeconfig cannot be read or names no such context.
 */
export function openKubernetes(settings: ConnectionSettings): KubernetesConnection {
  let config = load(settings);
  const server = new URL(serverOf(config));
  const send = server.protocol === 'http:' ? httpRequest : httpsRequest;

  async function get(path: string, options: { signal: AbortSignal; headTimeoutMs: number }): Promise<IncomingMessage> {
    const auth: RequestOptions = { headers: {} };
    // Cheap per request: tokens and agents are cached inside, and a rotated token file is noticed within a minute.
    await config.applyToHTTPSOptions(auth);
    const headers = { ...auth.headers, accept: 'application/json', 'user-agent': 'kube-event-forwarder' };
    return new Promise((resolve, reject) => {
      const request = send(new URL(`${server.pathname.replace(/\/$/, '')}${path}`, server), {
        ...auth,
        headers,
        signal: options.signal,
      });
      const timer = setTimeout(() => {
        request.destroy(new Error(`no answer to ${path.split('?')[0]} within ${options.headTimeoutMs} ms`));
      }, options.headTimeoutMs);
      request.on('response', (response) => {
        clearTimeout(timer);
        resolve(response);
      });
      request.on('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      request.end();
    });
  }

  return {
    server: server.origin,
    get,
    reload: () => {
      config = load(settings);
    },
  };
}

function load(settings: ConnectionSettings): KubeConfig {
  const config = new KubeConfig();
  const source = settings.kubeconfig ?? 'the default kubeconfig';
  try {
    if (settings.kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(settings.kubeconfig);
  } catch (error) {
    throw new KefError('ConfigInvalid', `kubeconfig: ${source} could not be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
  if (settings.context !== undefined) {
    if (config.getContextObject(settings.context) === null) {
      const known = config.getContexts().map((context) => context.name);
      throw new KefError(
        'ConfigInvalid',
        `context: ${source} has no context '${settings.context}'; it has ${known.length === 0 ? 'none' : known.join(', ')}`,
      );
    }
    config.setCurrentContext(settings.context);
  }
  // A server named with http:// (kubectl proxy, a local test server) has no TLS to verify; the library refuses it otherwise.
  config.clusters = config.clusters.map((cluster) =>
    cluster.server?.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster,
  );
  return config;
}

function serverOf(config: KubeConfig): string {
  const server = config.getCurrentCluster()?.server;
  if (server !== undefined && URL.canParse(server)) return server;
  throw new KefError(
    'ConfigInvalid',
    `kubeconfig: context '${config.getCurrentContext()}' names no cluster with a server URL; got ${JSON.stringify(server)}`,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
