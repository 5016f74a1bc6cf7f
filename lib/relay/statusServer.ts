import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KefError } from '../errors.ts';
import {
  memberReadiness,
  memberStatus,
  processReadiness,
  processStatus,
  type ShownProcess,
} from './fleet/fleetStatus.ts';
import { createMetrics } from './metrics.ts';

/** A running status server. */
export interface StatusServer {
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `/health` (alias `/healthz`: the process runs; nothing outside it is asked, so an outage of AWS restarts no pod),
 * `/ready`, `/metrics` and `/status`. The second and the last take `?cluster=ID`.
 *
 * @param listen `PORT` or `ADDRESS:PORT`; port 0 takes a free one
 * @throws KefError `ConfigInvalid` when the address cannot be used
 */
export async function startStatusServer(listen: string, shown: ShownProcess): Promise<StatusServer> {
  const { fleet } = shown;
  const metrics = createMetrics(fleet, shown);
  const server = createServer((request, response) => {
    const [path, query] = request.url?.split('?') ?? [];
    if (request.method !== 'GET' && request.method !== 'HEAD') return sendJson(response, 405, { error: 'only GET' });
    if (path === '/health' || path === '/healthz') return sendJson(response, 200, { status: 'ok' });
    const wanted = new URLSearchParams(query).get('cluster');
    const member = fleet.members.find(({ id }) => id === wanted);
    if (wanted !== null && member === undefined) {
      return sendJson(response, 404, { error: `there is no cluster '${wanted}' here` });
    }
    if (path === '/ready') {
      const readiness = member === undefined ? processReadiness(shown) : memberReadiness(member);
      return sendJson(response, readiness.isReady ? 200 : 503, {
        ready: readiness.isReady,
        reasons: readiness.reasons,
      });
    }
    if (path === '/status') {
      const status = member === undefined ? processStatus(shown) : memberStatus(member, fleet.startedAt);
      return sendJson(response, 200, status);
    }
    if (path === '/metrics') {
      metrics.metrics().then(
        (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
        (error: unknown) => sendJson(response, 500, { error: String(error) }),
      );
      return undefined;
    }
    return sendJson(response, 404, { error: 'there are /health, /ready, /metrics and /status' });
  });
  const at = listen.lastIndexOf(':');
  const host = at > 0 ? listen.slice(0, at).replace(/^\[|\]$/g, '') : undefined;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(new KefError('ConfigInvalid', `listen: ${listen} cannot be used: ${error.message}`, { cause: error }));
    });
    server.listen(Number(listen.slice(at + 1)), host, resolve);
  });
  // A TCP server's address is an AddressInfo.
  const { address, port } = server.address() as AddressInfo;
  return {
    address,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}
