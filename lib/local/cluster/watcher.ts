import type { Fault } from './faults.ts';
import { goJson } from './json.ts';
import { type LineFaults, lineFaultsOf } from './lineFaults.ts';
import type { ObjectStore, Scope, Version } from './objectStore.ts';
import type { ResourceView } from './resources.ts';
import type { Selector } from './selector.ts';
import type { Sink } from './sink.ts';
import { StatusError } from './statusError.ts';

/** What one watch connection wants. */
export interface WatchRequest {
  readonly view: ResourceView;
  readonly scope: Scope;
  readonly selector: Selector;
  /** Objects to send as `ADDED` before the changes. */
  readonly initial: readonly Version[];
  /** Number of the first change to send. */
  readonly firstChange: number;
  /** Changes up to this revision are not sent: a version of the future stays silent until it is reached. */
  readonly afterRevision: number;
  readonly wantsBookmarks: boolean;
  /** Mark the end of the initial objects with a bookmark. */
  readonly marksInitialEnd: boolean;
}

const blockBytes = 64 * 1024;
const lineEnd = Buffer.from('}\n');

/**
 * One watch connection. It has no queue: it reads the store's change log at its own pace while the socket takes more, so a
 * slow client costs no memory, and one that falls out of the log is told so, as by a real server.
 */
export class Watcher {
  readonly #store: ObjectStore;
  readonly #request: WatchRequest;
  readonly #sink: Sink;
  readonly #maxLag: number;
  readonly #currentRevision: () => number;
  readonly #heads: Readonly<Record<string, Buffer>>;
  readonly #faults: LineFaults | undefined;
  #nextInitial = 0;
  #nextChange: number;
  #owesInitialEnd: boolean;
  #isClosed = false;
  /** True while silent on purpose: connected, but sending nothing. */
  isSilent = false;

  constructor(
    store: ObjectStore,
    request: WatchRequest,
    sink: Sink,
    settings: { maxLag: number; currentRevision: () => number; faults: readonly Fault[] },
  ) {
    this.#store = store;
    this.#request = request;
    this.#sink = sink;
    this.#maxLag = settings.maxLag;
    this.#currentRevision = settings.currentRevision;
    this.#nextChange = request.firstChange;
    this.#owesInitialEnd = request.marksInitialEnd;
    this.#faults = lineFaultsOf(settings.faults);
    const { kind, apiVersion } = request.view;
    const head = (type: string) =>
      Buffer.from(`{"type":"${type}","object":{"kind":"${kind}","apiVersion":"${apiVersion}",`);
    this.#heads = { ADDED: head('ADDED'), MODIFIED: head('MODIFIED'), DELETED: head('DELETED') };
    sink.onDrain(() => this.pump());
    sink.onClose(() => {
      this.#isClosed = true;
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Sends what there is, as far as the socket takes it. */
  pump(): void {
    while (!this.#isClosed && !this.isSilent && this.#sink.hasRoom()) {
      const lines = this.#nextLines();
      if (lines.length > 0) this.#send(lines);
      else if (this.#owesInitialEnd && !this.#isClosed) {
        this.#owesInitialEnd = false;
        if (this.#request.wantsBookmarks) this.#sink.write(this.#bookmark({ 'k8s.io/initial-events-end': 'true' }));
      } else return;
    }
  }

  /** Tells the client how far it has seen everything; nothing while changes still wait. */
  sendBookmark(): void {
    const isBehind = this.#nextInitial < this.#request.initial.length || this.#nextChange < this.#store.nextChange;
    if (!this.#request.wantsBookmarks || isBehind || this.#isClosed || this.isSilent) return;
    if (this.#currentRevision() > this.#request.afterRevision) this.#sink.write(this.#bookmark());
  }

  /** Puts bytes on the wire as they are. */
  sendRaw(bytes: Buffer): void {
    if (!this.#isClosed && !this.isSilent) this.#sink.write(bytes);
  }

  /** Ends the watch: properly, with a FIN inside the body, or with a RST. */
  close(how: 'end' | 'half-close' | 'reset' = 'end'): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const held = how === 'end' ? this.#faults?.takeHeld() : undefined;
    if (held !== undefined) this.#sink.write(held);
    this.#sink.close(how);
  }

  #send(lines: Buffer[]): void {
    if (this.#faults === undefined) {
      this.#sink.write(lines.length === 1 && lines[0] !== undefined ? lines[0] : Buffer.concat(lines));
      return;
    }
    const result = this.#faults.apply(lines);
    for (const bytes of result.bytes) this.#sink.write(bytes);
    if (result.ending === 'silence') this.isSilent = true;
    else if (result.ending !== undefined) this.close(result.ending);
  }

  /** Up to one block of lines; one Buffer for all unless faults need them apart. */
  #nextLines(): Buffer[] {
    const heads: Buffer[] = [];
    const versions: Version[] = [];
    let bytes = 0;
    while (bytes < blockBytes) {
      const next = this.#next();
      if (next === undefined) break;
      heads.push(next.head);
      versions.push(next.version);
      bytes += next.version.end - next.version.start;
    }
    if (versions.length === 0) return [];
    const ranges = versions.map((version) => this.#request.view.body(version));
    const length = ranges.reduce((sum, range, at) => sum + (heads[at]?.length ?? 0) + range.end - range.start + 1, 0);
    const block = Buffer.allocUnsafe(length);
    const lines: Buffer[] = [];
    let end = 0;
    ranges.forEach((range, at) => {
      const start = end;
      end += heads[at]?.copy(block, end) ?? 0;
      // The body's own opening brace is left out: kind and apiVersion come first in the same object.
      end += range.block.copy(block, end, range.start + 1, range.end);
      end += lineEnd.copy(block, end);
      if (this.#faults !== undefined) lines.push(block.subarray(start, end));
    });
    return this.#faults === undefined ? [block] : lines;
  }

  #next(): { head: Buffer; version: Version } | undefined {
    const { initial, scope, selector, afterRevision } = this.#request;
    const first = initial[this.#nextInitial];
    if (first !== undefined) {
      this.#nextInitial += 1;
      return this.#line('ADDED', first);
    }
    if (this.#owesInitialEnd) return undefined;
    if (this.#isTooFarBehind()) return undefined;
    for (;;) {
      const version = this.#store.change(this.#nextChange);
      if (version === undefined) return undefined;
      this.#nextChange += 1;
      if (version.revision <= afterRevision) continue;
      if (!version.entry.isIn(scope)) continue;
      const type = selector === undefined ? version.change : changeSeenBy(selector, version);
      if (type !== undefined) return this.#line(type, version);
    }
  }

  #isTooFarBehind(): boolean {
    const lag = this.#store.nextChange - this.#nextChange;
    if (this.#nextChange >= this.#store.firstChange && lag <= this.#maxLag) return false;
    const gone = new StatusError(410, 'Expired', 'The resourceVersion for the provided watch is too old.');
    this.#sink.write(errorLine(gone));
    this.close();
    return true;
  }

  #line(type: string, version: Version): { head: Buffer; version: Version } {
    return { head: this.#heads[type] ?? lineEnd, version };
  }

  #bookmark(annotations?: Record<string, string>): Buffer {
    const { kind, apiVersion, zeroFields } = this.#request.view;
    const resourceVersion = String(this.#currentRevision());
    const metadata = annotations === undefined ? { resourceVersion } : { resourceVersion, annotations };
    return Buffer.from(`${goJson({ type: 'BOOKMARK', object: { kind, apiVersion, metadata, ...zeroFields } })}\n`);
  }
}

/** The line that carries an error inside a watch. */
export function errorLine(error: StatusError): Buffer {
  return Buffer.from(`${goJson({ type: 'ERROR', object: error.toStatus() })}\n`);
}

/** An object that starts or stops to match is added or deleted for this watcher, whatever happened to it. */
function changeSeenBy(selector: (version: Version) => boolean, version: Version): string | undefined {
  const matches = selector(version);
  const { previous, change } = version;
  const didMatch = previous !== undefined && previous.change !== 'DELETED' && selector(previous);
  if (change === 'DELETED') return matches ? change : undefined;
  if (matches) return didMatch || change === 'ADDED' ? change : 'ADDED';
  return didMatch ? 'DELETED' : undefined;
}
