import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { NodeSha256 } from './nodeSha256.ts';

/** AWS credentials, as the SDK's providers return them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** What {@link createSignedFetch} needs. */
export interface SignedFetchOptions {
  /** @default the region in the API's host name, else AWS_REGION, else us-east-1 */
  readonly region?: string;
  /** @default the SDK's default credential chain, loaded at the first request */
  readonly credentials?: Credentials | (() => Promise<Credentials>);
  /** @default the global fetch, which keeps connections alive */
  readonly fetch?: typeof fetch;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** One request. Bodies are bytes or text because a signature covers the whole body. */
export interface SignedRequest {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array<ArrayBuffer> | string;
  readonly signal?: AbortSignal;
}

/** `fetch` with a Signature Version 4 for `execute-api`, and the measured difference between the two clocks. */
export interface SignedFetch {
  (url: string | URL, request?: SignedRequest): Promise<Response>;
  /** The API's clock minus ours at the last answer, in milliseconds; undefined before the first. Whole seconds are all HTTP tells. */
  readonly skewMs: number | undefined;
}

/** AWS allows 5 minutes; its own SDKs correct from 4. */
const toleratedSkewMs = 4 * 60_000;

/**
 * Makes a {@link SignedFetch}. A 401 or 403 whose `Date` is more than four minutes from our clock is signed again once
 * with the API's time, and later requests keep that correction: a node with a wrong clock still gets its events out.
 */
export function createSignedFetch(options: SignedFetchOptions = {}): SignedFetch {
  const send = options.fetch ?? fetch;
  const now = options.now ?? Date.now;
  const credentials = options.credentials ?? defaultCredentials();
  const signers = new Map<string, SignatureV4>();
  let correctionMs = 0;
  let skewMs: number | undefined;

  async function signAndSend(url: URL, request: SignedRequest): Promise<{ response: Response; skewMs?: number }> {
    const region = options.region ?? regionOf(url);
    let signer = signers.get(region);
    if (signer === undefined) {
      signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: NodeSha256 });
      signers.set(region, signer);
    }
    const signed = await signer.sign(toHttpRequest(url, request), { signingDate: new Date(now() + correctionMs) });
    const { host: _host, ...headers } = signed.headers; // fetch writes Host itself, from the same URL
    const response = await send(url, {
      method: request.method ?? 'GET',
      headers,
      ...(request.body === undefined ? {} : { body: request.body }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    const measured = skewOf(response, now());
    if (measured !== undefined) skewMs = measured;
    return measured === undefined ? { response } : { response, skewMs: measured };
  }

  async function signedFetch(target: string | URL, request: SignedRequest = {}): Promise<Response> {
    const url = new URL(target);
    const first = await signAndSend(url, request);
    const refused = first.response.status === 403 || first.response.status === 401;
    if (!refused || first.skewMs === undefined) return first.response;
    if (Math.abs(first.skewMs - correctionMs) <= toleratedSkewMs) return first.response;
    correctionMs = first.skewMs;
    await first.response.body?.cancel();
    return (await signAndSend(url, request)).response;
  }

  return Object.defineProperty(signedFetch, 'skewMs', { get: () => skewMs }) as SignedFetch; // the getter just defined
}

/** Region an API's host name carries (`abc.execute-api.eu-west-1.amazonaws.com`), else the environment's. */
export function regionOf(url: URL, environment: NodeJS.ProcessEnv = process.env): string {
  const inName = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/.exec(url.hostname)?.[1];
  return inName ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? 'us-east-1';
}

function toHttpRequest(url: URL, request: SignedRequest): HttpRequest {
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(name);
    query[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return new HttpRequest({
    method: request.method ?? 'GET',
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    path: url.pathname,
    query,
    headers: { ...request.headers, host: url.host },
    ...(request.body === undefined ? {} : { body: request.body }),
  });
}

/** A cached answer (`Age`) tells nothing about the clock now. */
function skewOf(response: Response, nowMs: number): number | undefined {
  const date = Date.parse(response.headers.get('date') ?? '');
  return Number.isNaN(date) || response.headers.has('age') ? undefined : date - nowMs;
}

/** Loaded on first use: the chain is the heaviest import of the relay, and a caller with keys at hand never needs it. */
function defaultCredentials(): () => Promise<Credentials> {
  let provider: (() => Promise<Credentials>) | undefined;
  return async () => {
    if (provider === undefined) {
      const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
      provider = fromNodeProviderChain();
    }
    return provider();
  };
}
