import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';

type Json = Record<string, unknown>;

/** The few requests that the scenarios make as somebody else than the relay. */
export class KubeClient {
  readonly #config: KubeConfig;
  readonly #agent: Agent | undefined;
  readonly #server: string;
  #options: RequestOptions = {};

  private constructor(config: KubeConfig, server: string) {
    this.#config = config;
    this.#server = server;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 16 });
  }

  static async of(kubeconfig: string): Promise<KubeClient> {
    const config = new KubeConfig();
    config.loadFromString(kubeconfig);
    const server = config.getCurrentCluster()?.server;
    if (server === undefined) throw new Error('the kubeconfig names no server');
    const client = new KubeClient(config, server);
    await config.applyToHTTPSOptions(client.#options);
    return client;
  }

  get server(): string {
    return this.#server;
  }

  /** The kubeconfig's own text, so that a relay can use it too. */
  get kubeconfig(): string {
    return this.#config.exportConfig();
  }

  async isReady(): Promise<boolean> {
    return (await this.send('GET', '/readyz')).status === 200;
  }

  /** Sends a request. Rejects on network failure only. */
  send(
    method: string,
    path: string,
    body?: unknown,
    contentType = 'application/json',
  ): Promise<{ status: number; body: Json }> {
    const { agent: _agent, ...auth } = this.#options;
    const headers = { ...auth.headers, accept: 'application/json', 'content-type': contentType };
    return new Promise((resolve, reject) => {
      const options = { ...auth, agent: this.#agent, method, headers };
      const request = httpsRequest(new URL(path, this.#server), options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parse(Buffer.concat(chunks)) }));
      });
      request.on('error', reject);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** As {@link send}. @throws Error when the answer is no success */
  async call(method: string, path: string, body?: unknown, contentType?: string): Promise<Json> {
    const answer = await this.send(method, path, body, contentType);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}

function parse(bytes: Buffer): Json {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return {};
  }
}
