import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Activity } from '../activity.ts';
import { isAllowed } from '../iam/policy.ts';
import type { InvokeResult } from '../lambda/LambdaEnvironment.ts';
import { decodePath } from './pathDecoding.ts';
import { type ApiRequest, type ApiResponse, fromFunctionResult, toPayload } from './payload.ts';
import type { Principal } from './principal.ts';
import { matchRoute, type Route, type RouteMatch } from './routes.ts';
import { verifySignature } from './signature.ts';
import { Throttle } from './Throttle.ts';

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const maxBodyBytes = 10 * 1024 * 1024;
const maxHeaderBytes = 10_240;
/** Lambda's limit for a synchronous event. */
const maxEventBytes = 6 * 1024 * 1024;

/** What the API is wired to once the templates are resolved. */
export interface HttpApiWiring {
  readonly region: string;
  readonly account: string;
  readonly routes: readonly Route[];
  readonly principals: ReadonlyMap<string, Principal>;
  readonly now: () => number;
  readonly activity: Activity;
  /** False when the function's own policy would not let API Gateway invoke it. */
  mayInvoke(route: Route): boolean;
  invoke(functionName: string, event: string): Promise<InvokeResult>;
  /** Called after every answer. */
  onAnswer(route: string, status: number, body: string): void;
}

/** The HTTP API of the templates: signatures, role statements, routes, limits and payload 2.0 as API Gateway has them. */
export class HttpApi {
  readonly #server: Server;
  #wiring: HttpApiWiring | undefined;
  /** One bucket per API: limits are the stage's, and an API has one stage here. */
  readonly #throttles = new Map<string, Throttle>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens on the loopback interface; answers 503 until `wire` is called. */
  static async listen(port: number): Promise<HttpApi> {
    // Longer than any client keeps an idle connection, so that none is closed under a request.
    const server = createServer({ maxHeaderSize: maxHeaderBytes, keepAliveTimeout: 75_000 });
    const api = new HttpApi(server);
    server.on('request', (request, response) => void api.#serve(request, response));
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return api;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo; // listens on TCP, see listen
    return `http://127.0.0.1:${port}`;
  }

  wire(wiring: HttpApiWiring): void {
    this.#wiring = wiring;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeIdleConnections();
      // A client that keeps its connection busy must not keep us alive.
      setTimeout(() => this.#server.closeAllConnections(), 1000).unref();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const wiring = this.#wiring;
    let routeKey = '';
    let answer: ApiResponse;
    try {
      const body = await readBody(request);
      if (wiring === undefined) answer = message(503, 'Service Unavailable');
      else if (body === undefined) answer = message(413, 'Request Entity Too Large');
      else {
        const result = await wiring.activity.track(() => this.#answer(wiring, request, body));
        routeKey = result.routeKey;
        answer = result.answer;
      }
    } catch {
      // The connection broke while the body came in: nobody is left to answer.
      response.destroy();
      return;
    }
    wiring?.onAnswer(routeKey, answer.status, answer.body.toString());
    const cookies = answer.cookies?.length ? { 'set-cookie': [...answer.cookies] } : {};
    response.writeHead(answer.status, { ...answer.headers, ...cookies, 'content-length': answer.body.length });
    response.end(request.method === 'HEAD' ? undefined : answer.body);
  }

  async #answer(
    wiring: HttpApiWiring,
    request: IncomingMessage,
    body: Buffer,
  ): Promise<{ routeKey: string; answer: ApiResponse }> {
    const { method = 'GET', url = '/' } = request;
    const [sentPath = '/', query = ''] = url.split('?', 2);
    const path = decodePath(sentPath);
    if (path === undefined) return { routeKey: '', answer: message(400, 'Bad Request') };
    const match = matchRoute(wiring.routes, method, path.routePath);
    if (match === undefined) return { routeKey: '', answer: message(404, 'Not Found') };
    const routeKey = match.route.key;
    if (!this.#admits(match.route, wiring.now())) return { routeKey, answer: message(429, 'Too Many Requests') };
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    );

    let principal: Principal | undefined;
    if (match.route.iam) {
      const accessKeyId = verifySignature(
        { method, url, headers, body },
        {
          region: wiring.region,
          service: 'execute-api',
          now: wiring.now(),
          secretOf: (id) => wiring.principals.get(id)?.secretAccessKey,
        },
      );
      principal = accessKeyId === undefined ? undefined : wiring.principals.get(accessKeyId);
      const { apiId, stage } = match.route;
      const resource = `arn:aws:execute-api:${wiring.region}:${wiring.account}:${apiId}/${stage}/${method}${path.routePath}`;
      if (principal === undefined || !isAllowed(principal.statements, { action: 'execute-api:Invoke', resource })) {
        return { routeKey, answer: message(403, 'Forbidden') };
      }
    }
    const apiRequest: ApiRequest = {
      method,
      path: path.eventPath,
      query,
      headers,
      body,
      sourceIp: '127.0.0.1',
      requestId: randomUUID(),
      receivedAt: wiring.now(),
      account: wiring.account,
    };
    return { routeKey, answer: await this.#integrate(wiring, apiRequest, match, principal) };
  }

  #admits({ apiId, throttle: limits }: Route, now: number): boolean {
    if (limits === undefined) return true;
    let throttle = this.#throttles.get(apiId);
    if (throttle === undefined) {
      throttle = new Throttle(limits, now);
      this.#throttles.set(apiId, throttle);
    }
    return throttle.admits(now);
  }

  async #integrate(
    wiring: HttpApiWiring,
    request: ApiRequest,
    match: RouteMatch,
    principal: Principal | undefined,
  ): Promise<ApiResponse> {
    if (!wiring.mayInvoke(match.route)) return message(500, 'Internal Server Error');
    const event = JSON.stringify(toPayload(request, match, principal));
    if (Buffer.byteLength(event) > maxEventBytes) return message(413, 'Request Entity Too Large');
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<'timeout'>((resolve) => {
      timer = setTimeout(() => resolve('timeout'), match.route.timeoutMs);
    });
    const result = await Promise.race([wiring.invoke(match.route.functionName, event), timeout]);
    clearTimeout(timer);
    if (result === 'timeout') return message(503, 'Service Unavailable');
    const answer = result.ok ? fromFunctionResult(result.payload) : undefined;
    return answer === undefined ? message(500, 'Internal Server Error') : withRequestId(answer, request.requestId);
  }
}

/** The whole body, or undefined when it is larger than an HTTP API takes. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    // Keep reading what is too much, so that the client can finish sending and see the answer.
    if (bytes <= maxBodyBytes) chunks.push(chunk);
  }
  return bytes > maxBodyBytes ? undefined : Buffer.concat(chunks);
}

function message(status: number, text: string): ApiResponse {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ message: text })),
  };
}

function withRequestId(answer: ApiResponse, requestId: string): ApiResponse {
  return { ...answer, headers: { ...answer.headers, 'apigw-requestid': requestId } };
}
