/** How much traffic a fleet makes. */
export interface Fleet {
  readonly name: string;
  readonly clusters: number;
  /** Events a month, all clusters together. */
  readonly events: number;
  /** Events that one POST carries: what comes within the relay's linger of half a second, up to 500. */
  readonly batch: number;
  /** Records that one invocation of `route` gets. */
  readonly routeBatch: number;
  /** People on the notification topic. */
  readonly mailboxes: number;
}

/** Examples, from a team with one cluster to a company with a hundred. */
export const fleets: readonly Fleet[] = [
  { name: 'small', clusters: 1, events: 100_000, batch: 3, routeBatch: 2, mailboxes: 1 },
  { name: 'medium', clusters: 10, events: 5_000_000, batch: 20, routeBatch: 10, mailboxes: 3 },
  { name: 'large', clusters: 100, events: 200_000_000, batch: 100, routeBatch: 100, mailboxes: 10 },
];

/** One million events in full batches: what one more million costs a busy fleet. */
export const million: Fleet = {
  name: 'million',
  clusters: 0,
  events: 1_000_000,
  batch: 100,
  routeBatch: 100,
  mailboxes: 1,
};

/**
 * Of all events. Warnings, and Normal events that mean recovery or trouble, go through `route`; most of them are repeats, and of
 * what is published most is for machines.
 */
export const shares = { routed: 0.2, published: 0.05, notified: 0.001 } as const;

/** Billed milliseconds of one invocation; see docs/cost.md for where they come from. */
export const billedMs = {
  ingestPerPost: 40,
  ingestPerEvent: 1.6,
  routePerBatch: 50,
  routePerRecord: 2,
  notify: 60,
  watch: 40,
} as const;

/** Bytes in CloudWatch Logs: Lambda's own lines with the metrics of one invocation, and one access log line. */
export const logBytes = { invocation: 1_100, accessLine: 420 } as const;

/** A relay sends a heartbeat when it had nothing else to send for a minute. */
export const heartbeatsPerMonth = 43_800;
export const minutesPerMonth = 43_800;
