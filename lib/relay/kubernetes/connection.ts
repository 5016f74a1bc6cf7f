import { createHash } from 'node:crypto';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { KefError } from '../../errors.ts';
import { pause } from '../backoff.ts';
import { type CredentialExpiry, expiryOf, type RequestCredentials } from './credentialExpiry.ts';
import { useTokenFiles } from './tokenFiles.ts';

/** Where the API server and the credentials for it come from. */
export interface ConnectionSettings {
  /** Kubeconfig file. @default `KUBECONFIG`, `~/.kube/config`, then the pod's service account */
  readonly kubeconfig?: string | undefined;
  /** @default the kubeconfig's current context */
  readonly context?: string | undefined;
}

/** How long to wait for the head of an answer. */
export interface GetOptions {
  readonly signal: AbortSignal;
  readonly headTimeoutMs: number;
}

/** An authenticated way to one API server. */
export interface KubernetesConnection {
  readonly server: string;
  /** Of everything in the kubeconfig that the connection was opened with. */
  readonly digest: string;
  /**
   * Sends a GET and resolves with the answer's head; the caller owns the body. Rejects on network failure, and when the head
   * has not arrived within `headTimeoutMs`.
   */
  get(path: string, options: GetOptions): Promise<IncomingMessage>;
  /** The same with another method and a JSON body. */
  send(method: 'POST' | 'PUT', path: string, body: unknown, options: GetOptions): Promise<IncomingMessage>;
  /** The API server's clock minus ours at the last answer, in milliseconds; whole seconds are all HTTP tells. */
  readonly skewMs: number | undefined;
  /** When the credentials of the last request end, as far as they say so. */
  expiry(): CredentialExpiry | undefined;
  /** Reads the kubeconfig anew: after a 401, when a token or certificate may have been rotated. */
  reload(): void;
  close(): void;
}

/**
 * Opens a connection with the authentication of `@kubernetes/client-node` (certificates, tokens that rotate, exec plugins,
 * OIDC, proxies) and nothing else of it: its watch cannot push back and its informers keep every object.
 *
 * @throws KefError `ConfigInvalid` when the kubeconfig cannot be read or names no such context.
 */
export function openKubernetes(settings: ConnectionSettings): KubernetesConnection {
  let config = load(settings);
  let skewMs: number | undefined;
  let credentials: RequestCredentials = {};
  const server = new URL(serverOf(config));
  const isPlain = server.protocol === 'http:';
  const open = isPlain ? httpRequest : httpsRequest;
  // The library's own agents open a connection per request: a list of 400 pages would be 400 TLS handshakes.
  const agent = isPlain ? new HttpAgent({ keepAlive: true }) : new HttpsAgent({ keepAlive: true });

  async function request(method: string, path: string, options: GetOptions, body?: string): Promise<IncomingMessage> {
    const fresh: RequestOptions = { headers: {} };
    // Cheap: tokens are cached inside, and a rotated token file is noticed within a minute. An exec plugin, though, may hang.
    await within(config.applyToHTTPSOptions(fresh), options);
    const isProxied = Boolean(config.getCurrentCluster()?.proxyUrl);
    const url = new URL(`${server.pathname.replace(/\/$/, '')}${path}`, server);
    // The library fills in an object, never a list.
    const headers = {
      ...(fresh.headers as OutgoingHttpHeaders),
      accept: 'application/json',
      'user-agent': 'kube-event-forwarder',
      ...(body === undefined ? undefined : { 'content-type': 'application/json' }),
    };
    credentials = { headers, cert: fresh.cert };
    return new Promise((resolve, reject) => {
      const { signal } = options;
      const request = open(url, { ...fresh, ...(isProxied ? undefined : { agent }), method, headers, signal });
      const timer = setTimeout(() => {
        request.destroy(new Error(`no answer to ${url.pathname} within ${options.headTimeoutMs} ms`));
      }, options.headTimeoutMs);
      request.on('response', (response) => {
        clearTimeout(timer);
        const date = Date.parse(response.headers.date ?? '');
        if (!Number.isNaN(date)) skewMs = date - Date.now();
        resolve(response);
      });
      request.on('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      request.end(body);
    });
  }

  return {
    server: server.origin,
    digest: createHash('sha256').update(config.exportConfig()).digest('hex'),
    get: (path, options) => request('GET', path, options),
    send: (method, path, body, options) => request(method, path, options, JSON.stringify(body)),
    get skewMs() {
      return skewMs;
    },
    expiry: () => expiryOf(credentials),
    reload: () => {
      try {
        config = load(settings);
      } catch (error) {
        // A file in the middle of being replaced; the next 401 tries again with what is there then.
        if (!(error instanceof KefError)) throw error;
      }
    },
    close: () => agent.destroy(),
  };
}

/** Waits for credentials as long as for the head of an answer, and not when nobody wants them any more. */
async function within(work: Promise<void>, { signal, headTimeoutMs }: { signal: AbortSignal; headTimeoutMs: number }) {
  const over = new AbortController();
  const deadline = pause(headTimeoutMs, AbortSignal.any([signal, over.signal])).then(() => {
    signal.throwIfAborted();
    if (!over.signal.aborted) throw new Error(`the kubeconfig's credentials did not come within ${headTimeoutMs} ms`);
  });
  try {
    await Promise.race([work, deadline]);
  } finally {
    over.abort();
  }
}

function load(settings: ConnectionSettings): KubeConfig {
  const config = new KubeConfig();
  const source = settings.kubeconfig ?? 'the default kubeconfig';
  try {
    if (settings.kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(settings.kubeconfig);
    useTokenFiles(config, settings.kubeconfig);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KefError('ConfigInvalid', `kubeconfig: ${source} could not be read: ${reason}`, { cause: error });
  }
  if (settings.context !== undefined) useContext(config, settings.context, source);
  // A server named with http:// (kubectl proxy, a local test server) has no TLS to verify; the library refuses it otherwise.
  config.clusters = config.clusters.map((cluster) =>
    cluster.server?.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster,
  );
  return config;
}

function useContext(config: KubeConfig, context: string, source: string): void {
  if (config.getContextObject(context) === null) {
    const known = config.getContexts().map(({ name }) => name);
    const list = known.length === 0 ? 'none' : known.join(', ');
    throw new KefError('ConfigInvalid', `context: ${source} has no context '${context}'; it has ${list}`);
  }
  config.setCurrentContext(context);
}

function serverOf(config: KubeConfig): string {
  const cluster = config.getCurrentCluster();
  // What the library falls back to when there is no kubeconfig and no service account.
  if (cluster?.name === 'cluster' && cluster.server === 'http://localhost:8080') {
    throw new KefError(
      'ConfigInvalid',
      'kubeconfig: there is none, and this is no pod with a service account; name a file with kubeconfig or KUBECONFIG',
    );
  }
  if (cluster?.server !== undefined && URL.canParse(cluster.server)) return cluster.server;
  throw new KefError(
    'ConfigInvalid',
    `kubeconfig: context '${config.getCurrentContext()}' names no cluster with a server URL; got ${JSON.stringify(cluster?.server)}`,
  );
}
