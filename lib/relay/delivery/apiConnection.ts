import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { NodeSha256 } from '../../api/nodeSha256.ts';
import type { Credentials } from '../../api/signedFetch.ts';
import { type ApiAnswer, isSkewed, readSkew } from './answer.ts';

/** What {@link ApiConnection} needs. */
export interface ApiConnectionSettings {
  readonly apiUrl: string;
  readonly region: string;
  /** Opens a chain of credential providers, which caches and refreshes. */
  readonly openCredentials: () => () => Promise<Credentials>;
  readonly requestTimeoutMs: number;
  readonly maxConnections: number;
}

/** One request to the API. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly contentType?: string;
  readonly body?: Uint8Array;
}

/**
 * Signed requests over kept-alive connections. Signatures use our clock plus a correction, which is measured when the API
 * refuses a signature and its clock is more than four minutes from ours: then the request is signed once more.
 */
export class ApiConnection {
  readonly #settings: ApiConnectionSettings;
  readonly #signer: SignatureV4;
  readonly #base: URL;
  readonly #agent: HttpAgent;
  #credentials: (() => Promise<Credentials>) | undefined;
  #correctionMs = 0;
  #skewMs: number | undefined;
  #keysExpireAt: Date | undefined;

  constructor(settings: ApiConnectionSettings) {
    this.#settings = settings;
    this.#base = new URL(settings.apiUrl);
    this.#signer = new SignatureV4({
      service: 'execute-api',
      region: settings.region,
      credentials: async () => {
        this.#credentials ??= settings.openCredentials();
        const keys = await this.#credentials();
        this.#keysExpireAt = keys.expiration;
        return keys;
      },
      sha256: NodeSha256,
    });
    const options = { keepAlive: true, maxSockets: settings.maxConnections, scheduling: 'lifo' as const };
    this.#agent = this.#base.protocol === 'http:' ? new HttpAgent(options) : new HttpsAgent(options);
  }

  /** The API's clock minus ours at the last answer that told, in milliseconds. */
  get skewMs(): number | undefined {
    return this.#skewMs;
  }

  /** Until when the AWS keys of the last signature are good; `undefined` for keys that do not expire. */
  get keysExpireAt(): Date | undefined {
    return this.#keysExpireAt;
  }

  /** Sends a request. Rejects on network failure, time-out and missing credentials; any HTTP status is an answer. */
  async send(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer> {
    const answer = await this.#sendFresh(request, signal);
    const skewMs = readSkew(answer);
    if (skewMs !== undefined) this.#skewMs = skewMs;
    const isRefused = answer.status === 401 || answer.status === 403;
    // What matters is how far the signature was off, correction included: a clock that was set right must lose it again.
    if (!isRefused || skewMs === undefined || !isSkewed(skewMs - this.#correctionMs)) return answer;
    this.#correctionMs = isSkewed(skewMs) ? skewMs : 0;
    return this.#sendOnce(request, signal);
  }

  /** Asks the credential chain anew for the next signature. */
  forgetCredentials(): void {
    this.#credentials = undefined;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** A kept-alive connection may have been closed by the other side just now; that is no failure of the API. */
  async #sendFresh(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer> {
    try {
      return await this.#sendOnce(request, signal);
    } catch (error) {
      if (!(error instanceof StaleConnectionError)) throw error;
      return this.#sendOnce(request, signal);
    }
  }

  async #sendOnce(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer> {
    const url = new URL(`${this.#base.pathname.replace(/\/$/, '')}${request.path}`, this.#base);
    const signed = await this.#signer.sign(
      new HttpRequest({
        method: request.method,
        protocol: url.protocol,
        hostname: url.hostname,
        ...(url.port === '' ? undefined : { port: Number(url.port) }),
        path: url.pathname,
        headers: {
          host: url.host,
          ...(request.contentType === undefined ? undefined : { 'content-type': request.contentType }),
        },
        body: request.body,
      }),
      { signingDate: new Date(Date.now() + this.#correctionMs) },
    );
    return this.#exchange(url, request, signed.headers, signal);
  }

  #exchange(
    url: URL,
    { method, body }: ApiRequest,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<ApiAnswer> {
    const open = url.protocol === 'http:' ? httpRequest : httpsRequest;
    const length = body === undefined ? undefined : { 'content-length': String(body.length) };
    const sentAt = Date.now();
    return new Promise((resolve, reject) => {
      const request = open(url, { method, agent: this.#agent, headers: { ...headers, ...length }, signal });
      // A deadline for the whole exchange, not for silence: an answer that drips one byte a second is a failure too.
      const timer = setTimeout(() => {
        request.destroy(new Error(`no complete answer within ${this.#settings.requestTimeoutMs} ms`));
      }, this.#settings.requestTimeoutMs);
      const fail = (error: NodeJS.ErrnoException): void => {
        clearTimeout(timer);
        const isStale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        reject(isStale ? new StaleConnectionError(error.message, { cause: error }) : error);
      };
      request.on('error', fail);
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > 4 * 1024 * 1024) request.destroy(new Error('the answer is larger than 4 MiB'));
          else chunks.push(chunk);
        });
        response.on('error', fail);
        response.on('end', () => {
          clearTimeout(timer);
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8'),
            sentAt,
            answeredAt: Date.now(),
          });
        });
        response.on('close', () => {
          if (!response.complete) fail(new Error('the answer was cut off'));
        });
      });
      request.end(body);
    });
  }
}

/** A reused connection turned out to be closed before anything was answered on it. */
class StaleConnectionError extends Error {}
