import type * as z from 'zod';
import { type ErrorCode, errorCatalogue, KefError } from '../errors.ts';
import { errorBodySchema, positionResultSchema } from './contract.ts';
import {
  type ClusterItem,
  clusterItemSchema,
  type EventItem,
  eventItemSchema,
  type IncidentItem,
  incidentItemSchema,
  type Page,
  pageSchema,
  type StatsResult,
  statsResultSchema,
} from './readContract.ts';
import type { SignedRequest } from './signedFetch.ts';

/** Anything that sends a request: a `SignedFetch`, or the browser's fetch behind the console's proxy. */
export type SendRequest = (url: string | URL, request?: SignedRequest) => Promise<Response>;

/** Query parameters; absent ones are left out. */
export type Parameters = Readonly<Record<string, string | number | undefined>>;

/** Typed reads of the API. Every failure is a `KefError` with the code the API answered. */
export class ApiClient {
  readonly #baseUrl: string;
  readonly #send: SendRequest;

  /** @param baseUrl where the API lives, with or without a stage path, such as `https://abc.execute-api.eu-west-1.amazonaws.com` */
  constructor(baseUrl: string | URL, send: SendRequest) {
    this.#baseUrl = String(baseUrl).replace(/\/+$/, '');
    this.#send = send;
  }

  /** One page of the registry of clusters. */
  clusters(): Promise<Page<ClusterItem>> {
    return this.#get('/v1/clusters', {}, pageSchema(clusterItemSchema));
  }

  /** One page of history, see `eventsQuerySchema` for the parameters. */
  events(parameters: Parameters = {}): Promise<Page<EventItem>> {
    return this.#get('/v1/events', parameters, pageSchema(eventItemSchema));
  }

  /** One page of incidents, see `incidentsQuerySchema` for the parameters. */
  incidents(parameters: Parameters = {}): Promise<Page<IncidentItem>> {
    return this.#get('/v1/incidents', parameters, pageSchema(incidentItemSchema));
  }

  /** One incident. @throws KefError `NotFound` */
  incident(fingerprint: string): Promise<IncidentItem> {
    // Twice, because API Gateway decodes paths twice, and a fingerprint has escapes of its own.
    return this.#get(`/v1/incidents/${encodeURIComponent(encodeURIComponent(fingerprint))}`, {}, incidentItemSchema);
  }

  /** Counts over a time range, see `statsQuerySchema` for the parameters. */
  stats(parameters: Parameters = {}): Promise<StatsResult> {
    return this.#get('/v1/stats', parameters, statsResultSchema);
  }

  /** The last position a relay of this cluster reported, or null. Only that cluster's own role may ask. */
  async position(cluster: string): Promise<unknown> {
    const answer = await this.#get(`/v1/clusters/${encodeURIComponent(cluster)}/position`, {}, positionResultSchema);
    return answer.position ?? null;
  }

  /**
   * Every item of a list, page after page, up to `most`. A page may be empty and still have a successor: the API
   * bounds how much it reads for one answer.
   *
   * @example for await (const event of client.all((cursor) => client.events({ cluster, cursor }))) …
   */
  async *all<T>(page: (cursor: string | undefined) => Promise<Page<T>>, most = Number.POSITIVE_INFINITY) {
    let cursor: string | undefined;
    let sent = 0;
    do {
      const answer: Page<T> = await page(cursor);
      for (const item of answer.items) {
        if (sent++ >= most) return;
        yield item;
      }
      cursor = answer.cursor;
    } while (cursor !== undefined && sent < most);
  }

  async #get<T extends z.ZodType>(path: string, parameters: Parameters, schema: T): Promise<z.infer<T>> {
    const url = new URL(this.#baseUrl + path);
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const response = await this.#sendTo(url);
    const text = await response.text();
    if (!response.ok) throw errorOf(response.status, text, url);
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    throw new KefError('ApiUnreachable', `${url.origin} answered ${path} with something else than this API would.`, {
      cause: parsed.error,
    });
  }

  async #sendTo(url: URL): Promise<Response> {
    try {
      return await this.#send(url);
    } catch (error) {
      const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new KefError('ApiUnreachable', `The API at ${url.origin} could not be reached: ${reason}.`, {
        cause: error,
      });
    }
  }
}

/**
 * The `KefError` behind an answer that is not 2xx. API Gateway refuses signatures with a body of its own shape
 * (`{"message":"Forbidden"}`), and anything else may stand between: those are named by status.
 */
export function errorOf(status: number, body: string, url: URL): KefError {
  const parsed = errorBodySchema.safeParse(parseJson(body));
  if (parsed.success) {
    const { code, message, requestId } = parsed.data.error;
    const suffix = requestId === undefined ? '' : ` (request ${requestId})`;
    return new KefError(isErrorCode(code) ? code : codeOfStatus(status), `${message}${suffix}`);
  }
  if (status === 401 || status === 403) {
    return new KefError(
      'SignatureInvalid',
      `${url.origin} answered ${status}: the credentials are missing, not allowed to do this, or this machine's clock is wrong.`,
    );
  }
  return new KefError(codeOfStatus(status), `${url.origin}${url.pathname} answered HTTP ${status}.`);
}

function codeOfStatus(status: number): ErrorCode {
  if (status === 404) return 'NotFound';
  if (status === 429) return 'TooManyRequests';
  if (status >= 500) return 'ApiUnreachable';
  return 'BodyInvalid';
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not ours; the caller names the status instead
  }
}
