/** An entry as it was given to PutEvents, with its time as text. */
export interface PublishedEntry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly Time: string;
  readonly Resources?: readonly string[];
  readonly EventBusName?: string;
}

/** Something that happened in the local cloud. */
export type LocalEvent =
  /** The HTTP API answered a request. */
  | { readonly type: 'answered'; readonly route: string; readonly status: number; readonly body: string }
  /** New items in tables with a stream. */
  | { readonly type: 'stored'; readonly count: number }
  /** Stream records passed a mapping's filter and wait for its function. */
  | { readonly type: 'streamed'; readonly function: string; readonly count: number }
  /** A function has dealt with stream records; those given up come as `dead-letter` instead. */
  | { readonly type: 'routed'; readonly function: string; readonly count: number }
  | { readonly type: 'published'; readonly entry: PublishedEntry }
  | {
      /** A message on a topic: once per message, whoever is subscribed. */
      readonly type: 'notified';
      readonly subject: string;
      readonly message: string;
      readonly attributes: Readonly<Record<string, string>>;
      readonly topicArn: string;
    }
  | {
      /** A subscriber outside this machine would have received a message now. */
      readonly type: 'delivered';
      readonly protocol: string;
      readonly endpoint: string;
      readonly subject: string;
      readonly topicArn: string;
    }
  | { readonly type: 'invoked'; readonly function: string; readonly durationMs: number; readonly error?: string }
  | {
      /** Something was given up and put where its owner will look for it. */
      readonly type: 'dead-letter';
      readonly source: 'stream' | 'async' | 'rule';
      readonly name: string;
      readonly reason: string;
      readonly count: number;
      /** Queue, topic or object it went to; absent when nothing is configured and it is lost. */
      readonly destination?: string;
    }
  | { readonly type: 'log'; readonly function: string; readonly line: string }
  /** The local cloud itself has something to say, such as a permission that is missing in the templates. */
  | { readonly type: 'warning'; readonly text: string };

/** Counts since the start. */
export interface LocalTotals {
  /** HTTP API requests, and the same by status. */
  readonly requests: number;
  readonly responses: Readonly<Record<string, number>>;
  /** New items in tables with a stream. */
  readonly stored: number;
  /** Stream records that functions have dealt with. */
  readonly routed: number;
  readonly published: number;
  readonly publishedByDetailType: Readonly<Record<string, number>>;
  readonly ruleMatches: Readonly<Record<string, number>>;
  readonly notified: number;
  readonly invocations: Readonly<Record<string, number>>;
  /** Invocations that ended in an error. */
  readonly failures: number;
  /** Stream records and events that were given up. */
  readonly deadLetters: number;
}
