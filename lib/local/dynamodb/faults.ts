import type { WireResponse } from './Database.ts';

/** A failure of DynamoDB to make happen. */
export type DatabaseFault =
  /** Refuses the request for lack of capacity; SDKs retry it. */
  | { readonly kind: 'throttle' }
  /** Answers 500 without doing anything. */
  | { readonly kind: 'error' }
  /** Leaves the last `count` writes of a BatchWriteItem undone and says so. */
  | { readonly kind: 'unprocessed'; readonly count: number };

/** The answer of a request that fails as a whole; undefined when it should go on. */
export function faultAnswer(fault: DatabaseFault | undefined): WireResponse | undefined {
  if (fault === undefined || fault.kind === 'unprocessed') return undefined;
  const [status, type, message] =
    fault.kind === 'throttle'
      ? [
          400,
          'com.amazonaws.dynamodb.v20120810#ThrottlingException',
          'Throughput exceeds the current capacity of your table',
        ]
      : [500, 'com.amazonaws.dynamodb.v20120810#InternalServerError', 'injected failure'];
  return {
    status: Number(status),
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Buffer.from(JSON.stringify({ __type: type, message })),
  };
}

/** Requests of a BatchWriteItem, by table. */
type BatchRequests = Readonly<Record<string, readonly unknown[]>>;

/** Splits a BatchWriteItem into what is done now and what is left over, taking from the end. */
export function splitBatch(requests: BatchRequests, leftOver: number): { now: BatchRequests; later: BatchRequests } {
  const flat = Object.entries(requests).flatMap(([table, writes]) => writes.map((write) => ({ table, write })));
  const cut = Math.max(0, flat.length - leftOver);
  const group = (part: typeof flat): BatchRequests =>
    Object.fromEntries(
      [...Map.groupBy(part, ({ table }) => table)].map(([table, each]) => [table, each.map(({ write }) => write)]),
    );
  return { now: group(flat.slice(0, cut)), later: group(flat.slice(cut)) };
}
