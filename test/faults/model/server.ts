/** One line of the cluster's change log. */
export interface Line {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly uid: string;
  readonly count: number;
}

/** What happens in the cluster, in this order: new events, repeats, and one that expires. */
const script: readonly Pick<Line, 'type' | 'uid' | 'count'>[] = [
  { type: 'ADDED', uid: 'z', count: 1 },
  { type: 'ADDED', uid: 'a', count: 1 },
  { type: 'MODIFIED', uid: 'z', count: 2 },
  { type: 'ADDED', uid: 'm', count: 1 },
];

/** A Kubernetes API server as far as the protocol sees it: a log of changes, what lives, and how far back the log goes. */
export class ModelServer {
  readonly #writes: number;
  readonly log: Line[] = [];
  compacted = 0;
  /** What was last written up to here has expired. */
  expired = 0;

  constructor(writes: number) {
    this.#writes = Math.min(writes, script.length);
  }

  get version(): number {
    return this.log.length;
  }

  get canWrite(): boolean {
    return this.version < this.#writes;
  }

  write(): void {
    const next = script[this.version];
    if (next) this.log.push({ ...next, version: this.version + 1 });
  }

  compact(): void {
    this.compacted = this.version;
  }

  /** The hour of everything is over: lists do not show it any more, and neither does the log. */
  expire(): void {
    this.expired = this.version;
    this.compact();
  }

  /** The line after `version`, `undefined` when there is none yet, `'stale'` when it was compacted away. */
  after(version: number): Line | undefined | 'stale' {
    return version < this.compacted ? 'stale' : this.log[version];
  }

  /** What a list shows: the last state of every object, in the order of names, which is not that of versions. */
  list(): readonly Line[] {
    return this.last().filter(({ version }) => version > this.expired);
  }

  /** The last state of every object there ever was. */
  last(): readonly Line[] {
    const last = new Map(this.log.map((line) => [line.uid, line]));
    return [...last.values()].sort((one, other) => (one.uid < other.uid ? -1 : 1));
  }
}

/** The event that a line is about, as JSON would have it. */
export function eventOf({ uid, count, version }: Line): Record<string, unknown> {
  return {
    metadata: { name: `event-${uid}`, namespace: 'shop', uid, resourceVersion: String(version) },
    regarding: { kind: 'Pod', namespace: 'shop', name: `pod-${uid}` },
    reason: 'Unhealthy',
    type: 'Warning',
    // Events about pod-z are old news on a first list, so that a seal has two parts.
    deprecatedLastTimestamp: uid === 'z' ? '2026-01-01T00:00:00Z' : '2026-01-02T00:00:00Z',
    deprecatedCount: count,
  };
}

/** The wall clock of the model. */
export const modelNow = Date.parse('2026-01-02T00:00:00Z');
