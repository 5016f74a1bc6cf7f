import type { EntryResult, PutEventsEntry } from './bus/putEvents.ts';
import type { DatabaseFault } from './dynamodb/faults.ts';

/** What {@link startLocalCloud} takes. */
export interface LocalCloudOptions {
  /** Directory of the synthesized stacks, see `synthesize`. */
  readonly cdkOut: string;
  /** Cluster whose relay role the local keys belong to. */
  readonly clusterId: string;
  /** Port of the HTTP API. @default 0, a free one */
  readonly port?: number;
  /** Keeps tables, stream positions, accepted events, queues and objects. @default in memory */
  readonly dataDir?: string;
  /** Epoch milliseconds. @default Date.now */
  readonly now?: () => number;
  /** Environments per function that may run side by side. @default 2 */
  readonly concurrency?: number;
  /** Waits between attempts. @default see `defaultTiming` */
  readonly timing?: Partial<LocalTiming>;
  /** Failures to make happen, for tests. @default none */
  readonly faults?: LocalFaults;
}

/** Waits between attempts, in milliseconds. Those that handlers can notice are AWS's own. */
export interface LocalTiming {
  /** Before a stream batch is delivered again; doubles, up to 30 times as long. @default 100 */
  readonly streamRetryMs: number;
  /** Before each retry of an asynchronous invocation. @default [60000, 120000], as on AWS */
  readonly asyncRetryMs: readonly number[];
  /** Before a rule's target is tried again; doubles, up to 5 s. @default 200 */
  readonly ruleRetryMs: number;
  /** Between two looks for expired items. @default 300000 */
  readonly expiryMs: number;
}

/** Failures to make happen, asked for at every opportunity. */
export interface LocalFaults {
  /** `'error'` fails an invocation before the handler runs, `'crash'` kills its environment in the middle. */
  readonly invoke?: (functionName: string, event: string) => 'error' | 'crash' | undefined;
  /** Fails a DynamoDB request of a function. */
  readonly dynamodb?: (operation: string, input: unknown) => DatabaseFault | undefined;
  /** Refuses an entry of a PutEvents call, as EventBridge may at any time. */
  readonly putEventsEntry?: (entry: PutEventsEntry) => Exclude<EntryResult, { EventId: string }> | undefined;
}

/** The waits used when nothing else is asked for. */
export const defaultTiming: LocalTiming = {
  streamRetryMs: 100,
  // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
  asyncRetryMs: [60_000, 120_000],
  ruleRetryMs: 200,
  expiryMs: 300_000,
};
