import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Record<string, unknown>;

/** A way to an API server for one client, which can be cut. */
export interface Front {
  readonly url: string;
  /** Cut: nothing that is sent arrives, in either direction, and nobody is told. */
  isCut: boolean;
}

/** Leases with the API server's optimistic concurrency, in front of a cluster that has none. */
export class LeaseServer {
  readonly leases = new Map<string, Json>();
  /** Refuses everything about leases, as without a Role. */
  isForbidden = false;
  readonly #cluster: string;
  readonly #servers: Server[] = [];
  #version = 1;

  constructor(clusterUrl: string) {
    this.#cluster = clusterUrl;
  }

  get holder(): string {
    const [lease] = this.leases.values();
    return String((lease?.spec as Json | undefined)?.holderIdentity ?? '');
  }

  async open(): Promise<Front> {
    const server = createServer((request, response) => {
      if (front.isCut) return; // the client waits
      if (request.url?.startsWith('/apis/coordination.k8s.io/'))
        void this.#answer(request, response, () => front.isCut);
      else this.#pass(request, response, () => front.isCut);
    });
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const front = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, isCut: false };
    return front;
  }

  close(): void {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse, isCut: () => boolean): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { status, body } = this.#handle(
      request,
      chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString()),
    );
    if (!isCut()) response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  #handle({ method, url = '' }: IncomingMessage, given: Json): { status: number; body: unknown } {
    if (this.isForbidden) return { status: 403, body: { kind: 'Status', message: 'leases is forbidden' } };
    const metadata = given.metadata as Json | undefined;
    const name = method === 'POST' ? `${url}/${metadata?.name}` : url;
    const stored = this.leases.get(name);
    if (method === 'POST' && stored !== undefined) return { status: 409, body: { reason: 'AlreadyExists' } };
    if (method !== 'POST' && stored === undefined) return { status: 404, body: { reason: 'NotFound' } };
    if (method === 'GET') return { status: 200, body: stored };
    const current = stored?.metadata as Json | undefined;
    const isStale = method === 'PUT' && metadata?.resourceVersion !== current?.resourceVersion;
    if (isStale) return { status: 409, body: { reason: 'Conflict' } };
    this.#version += 1;
    const lease = { ...given, metadata: { ...metadata, resourceVersion: String(this.#version) } };
    this.leases.set(name, lease);
    return { status: method === 'POST' ? 201 : 200, body: lease };
  }

  #pass(request: IncomingMessage, response: ServerResponse, isCut: () => boolean): void {
    const { method, headers, url = '/' } = request;
    const onward = httpRequest(new URL(url, this.#cluster), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.on('data', (chunk) => {
        if (!isCut()) response.write(chunk);
      });
      answer.on('end', () => {
        if (!isCut()) response.end();
      });
      answer.on('error', () => response.destroy());
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  }
}
