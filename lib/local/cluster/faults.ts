import type { StaleForm } from './clusterOptions.ts';

/** What goes wrong with an answer. */
export type Fault =
  /** A Status answer instead of the real one. */
  | { readonly do: 'status'; readonly code: number; readonly reason?: string; readonly retryAfterSeconds?: number }
  /** A body that is no Status at all, as a proxy in front of the server would send. */
  | { readonly do: 'body'; readonly code: number; readonly contentType: string; readonly body: string }
  /** The connection is accepted, the request read, nothing is ever answered. */
  | { readonly do: 'hang' }
  /** The connection is reset before anything is answered. */
  | { readonly do: 'reset' }
  /** The answer starts after this time. */
  | { readonly do: 'delay'; readonly ms: number }
  /** The answer arrives this slowly. */
  | { readonly do: 'drip'; readonly bytesPerSecond: number }
  /** The body comes in HTTP chunks of this size, which end anywhere in a line; real servers send 2048 bytes at first. */
  | { readonly do: 'chunk'; readonly bytes: number }
  /** Lists and watches: after this many bytes of body the connection is closed in the given way. */
  | { readonly do: 'cut'; readonly afterBytes: number; readonly how: CutForm }
  /** Watches: refused as too old, in one of the forms in which servers and proxies say it. */
  | { readonly do: 'stale'; readonly form: StaleForm }
  /** Watches: after this many lines nothing more is sent and the connection stays open. */
  | { readonly do: 'silence'; readonly afterLines: number }
  /** Watches: after this many lines the stream ends in the given way; `insideLine` sends half of the next line first. */
  | { readonly do: 'stop'; readonly afterLines: number; readonly how: CutForm; readonly insideLine?: boolean }
  /** Watches: after this many lines these bytes are put between two lines. */
  | { readonly do: 'inject'; readonly afterLines: number; readonly bytes: Buffer }
  /** Watches: every n-th line is sent twice. */
  | { readonly do: 'duplicate'; readonly every: number }
  /** Watches: every n-th line changes places with the one after it. */
  | { readonly do: 'swap'; readonly every: number };

/** How a connection ends: properly, with a FIN inside the body, or with a RST. */
export type CutForm = 'end' | 'half-close' | 'reset';

/** The request that a fault may apply to. */
export interface FaultTarget {
  readonly verb: string;
  readonly resource: string;
  readonly path: string;
}

/** When a fault applies. */
export interface FaultRule {
  readonly fault: Fault;
  /** Requests of this verb only. @default both */
  readonly on?: 'list' | 'watch';
  /** Further condition on the request. */
  readonly when?: (request: FaultTarget) => boolean;
  /** How many requests it hits before it is used up. @default all */
  readonly times?: number;
}

/** The faults that are switched on. Several may hit one request, for example a delay and a status. */
export class FaultPlan {
  #rules: { rule: FaultRule; left: number }[] = [];

  /** Switches a fault on. The returned function switches it off. */
  add(rule: FaultRule): () => void {
    const entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
    this.#rules.push(entry);
    return () => {
      this.#rules = this.#rules.filter((other) => other !== entry);
    };
  }

  /** Switches all faults off; streams that already suffer one keep it. */
  clear(): void {
    this.#rules = [];
  }

  /** The faults that hit this request, counted as used. */
  take(request: FaultTarget): Fault[] {
    const hit: Fault[] = [];
    for (const entry of this.#rules) {
      const { on, when, fault } = entry.rule;
      if (entry.left <= 0 || (on !== undefined && on !== request.verb) || when?.(request) === false) continue;
      entry.left -= 1;
      hit.push(fault);
    }
    return hit;
  }
}

/** Lines that no client may choke on. */
export const badLines = {
  garbage: Buffer.from('<html><body>502 Bad Gateway</body></html>\n'),
  truncatedJson: Buffer.from('{"type":"ADDED","object":{"kind":"Event","metadata":{"name":"cut\n'),
  emptyLine: Buffer.from('\n'),
  jsonNull: Buffer.from('null\n'),
  badUtf8: Buffer.concat([
    Buffer.from('{"type":"ADDED","object":{"kind":"Event","metadata":{"name":"'),
    Buffer.from([0xff, 0xfe, 0xc3, 0x28]),
    Buffer.from('"}}}\n'),
  ]),
  /** One line of this many bytes: valid JSON of an event with a very long note. */
  huge: (bytes: number): Buffer => {
    const head =
      '{"type":"ADDED","object":{"kind":"Event","apiVersion":"events.k8s.io/v1","metadata":{"name":"huge"},"note":"';
    return Buffer.concat([Buffer.from(head), Buffer.alloc(bytes - head.length - 5, 'x'), Buffer.from('"}}\n')]);
  },
} as const;
