import type { IncomingHttpHeaders } from 'node:http';
import { batchResultSchema, errorBodySchema, type PositionKeeper } from '../../api/contract.ts';

/** What came back for one POST. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Milliseconds since 1970, our clock. */
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** One event the API refused, by its place in the batch. */
export interface Refusal {
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

/** What an answer means for the batch. */
export type Verdict =
  /** Stored, except for what is refused by name. */
  | {
      readonly kind: 'acknowledged';
      readonly accepted: number;
      readonly rejected: readonly Refusal[];
      /** The relay whose position is kept instead of the batch's. */
      readonly superseded?: PositionKeeper;
    }
  /** The world failed: try again. */
  | { readonly kind: 'retry'; readonly reason: string; readonly isThrottled: boolean; readonly retryAfterMs?: number }
  /** Not allowed: somebody has to fix a role, a policy or a clock. */
  | { readonly kind: 'forbidden'; readonly reason: string }
  /** Something in the batch cannot be read: find out what. */
  | { readonly kind: 'poison'; readonly code: string; readonly message: string }
  /** This is not our API, or not this version of it. */
  | { readonly kind: 'misdirected'; readonly reason: string };

/** AWS refuses signatures five minutes off; its SDKs correct from four on. */
const skewLimitMs = 4 * 60_000;
/** Longest `Retry-After` that is believed. */
const maxRetryAfterMs = 10 * 60_000;

/** Reads an answer to a batch of `sent` events. */
export function readAnswer(answer: ApiAnswer, sent: number): Verdict {
  const { status } = answer;
  if (status === 200) return readResult(answer.body, sent);
  const { code, message } = errorOf(answer);
  const reason = `HTTP ${status} ${code}: ${message}`;
  if (status === 401 || status === 403) return { kind: 'forbidden', reason };
  if (status === 400 || status === 413 || status === 422) return { kind: 'poison', code, message };
  if (status === 429 || status === 408 || status >= 500) {
    const retryAfterMs = readRetryAfter(answer);
    const isThrottled = status === 429;
    return { kind: 'retry', reason, isThrottled, ...(retryAfterMs === undefined ? undefined : { retryAfterMs }) };
  }
  return { kind: 'misdirected', reason };
}

/** Only a well-formed result is an acknowledgement: a proxy's friendly 200 page must not move the position. */
function readResult(body: string, sent: number): Verdict {
  const parsed = batchResultSchema.safeParse(parseJson(body));
  const unreadable = (why: string): Verdict => ({
    kind: 'retry',
    isThrottled: false,
    reason: `HTTP 200 without an acknowledgement (${why}): ${body.slice(0, 120)}`,
  });
  if (!parsed.success) return unreadable('not the result of a batch');
  const { accepted, rejected, superseded } = parsed.data;
  if (accepted + rejected.length !== sent) return unreadable(`${sent} events were sent`);
  return { kind: 'acknowledged', accepted, rejected, ...(superseded === undefined ? undefined : { superseded }) };
}

function errorOf(answer: ApiAnswer): { code: string; message: string } {
  const parsed = errorBodySchema.safeParse(parseJson(answer.body));
  if (parsed.success) return parsed.data.error;
  return { code: 'Unknown', message: answer.body.slice(0, 200) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // told apart by the schema
  }
}

/** `Retry-After` in either of its forms, as a delay; `undefined` when absent or unreadable. */
export function readRetryAfter(answer: Pick<ApiAnswer, 'headers' | 'answeredAt'>): number | undefined {
  const text = answer.headers['retry-after'];
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - answer.answeredAt;
  return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, maxRetryAfterMs) : undefined;
}

/**
 * The API's clock minus ours, in milliseconds, from the `Date` of an answer; `undefined` when a cache answered (`Age`), when
 * the request took so long that the date says nothing, or without a date.
 */
export function readSkew(answer: ApiAnswer): number | undefined {
  const { date, age } = answer.headers;
  const took = answer.answeredAt - answer.sentAt;
  if (date === undefined || age !== undefined || took > 15 * 60_000) return undefined;
  const skew = Date.parse(date) - answer.answeredAt;
  return Number.isNaN(skew) ? undefined : skew;
}

/** True when a signature this far off would be refused for that. */
export function isSkewed(skewMs: number): boolean {
  return Math.abs(skewMs) >= skewLimitMs;
}
