import { type Position, versionFor } from '../../../lib/relay/position.ts';
import { type Defects, ModelDisk, ModelProcess, type Request } from './process.ts';
import { ModelServer } from './server.ts';

/** How often each rare thing may happen on one path. */
export interface Budget {
  /** Changes in the cluster, the first two of them before the first relay starts. At most 4. */
  readonly writes: number;
  readonly crashes: number;
  readonly compactions: number;
  /** Requests that vanish on the way, or whose answers do. */
  readonly losses: number;
  readonly heartbeats: number;
  /** Times at which the API is slow enough for batches to go to disk. @default 0 */
  readonly spools?: number;
  /** Times at which what is stored or on disk expires on the server. @default 0 */
  readonly expiries?: number;
}

/** The whole system: one cluster, the relay process that lives now, its disk, requests in flight, the API with its store. */
export class Model {
  readonly server: ModelServer;
  readonly #disk = new ModelDisk();
  readonly #defects: Defects;
  #left: Required<Budget>;
  #relay: ModelProcess | undefined;
  #lives = 0;
  #requests: Request[] = [];
  #nextRequest = 1;
  /** Highest count stored per uid. */
  readonly #stored = new Map<string, number>();
  /** Highest count stored per process and uid. */
  readonly #landed = new Map<string, number>();
  #position: { readonly order: readonly [number, number]; readonly value: Position } | undefined;
  #disorder: string | undefined;

  constructor(budget: Budget, defects: Defects = {}) {
    this.#left = { spools: 0, expiries: 0, ...budget };
    this.server = new ModelServer(budget.writes);
    this.#defects = defects;
    // There is a past: what happened before the first relay came is read by a first list.
    for (let count = 0; count < 2; count += 1) this.server.write();
  }

  /** Names of everything that can happen now. */
  actions(): string[] {
    const relay = this.#relay;
    const found: string[] = [];
    if (this.server.canWrite) found.push('write');
    if (this.#left.compactions > 0 && this.server.compacted < this.server.version) found.push('compact');
    for (const request of this.#requests) {
      if (!request.hasLanded) found.push(`land ${request.id}`);
      else found.push(`answer ${request.id}`);
      if (this.#left.losses > 0) found.push(`lose ${request.id}`);
    }
    if (this.#left.expiries > 0 && this.#isAllSafe) found.push('expire');
    if (relay === undefined) return [...found, 'start'];
    if (this.#left.spools > 0 && relay.batches.length > 0 && !relay.isSpooling) found.push('spool');
    if (relay.unwritten !== undefined) found.push('record');
    if (relay.canRead(this.server)) found.push('read');
    if (relay.open.length > 0) found.push('seal');
    for (const batch of relay.ready()) found.push(`post ${batch.id}`);
    if (this.#left.heartbeats > 0 && relay.batches.length === 0) found.push('heartbeat');
    if (this.#left.crashes > 0) found.push('crash');
    return found;
  }

  act(action: string): void {
    const [verb, argument] = action.split(' ');
    const number = Number(argument);
    if (verb === 'write') this.server.write();
    else if (verb === 'compact') this.#spend('compactions', () => this.server.compact());
    else if (verb === 'expire') this.#spend('expiries', () => this.server.expire());
    else if (verb === 'spool') this.#spend('spools', () => this.#spool());
    else if (verb === 'record') this.#relay?.record();
    else if (verb === 'start') this.#start();
    else if (verb === 'read') this.#relay?.read(this.server);
    else if (verb === 'seal') this.#relay?.seal();
    else if (verb === 'post') this.#post(number);
    else if (verb === 'heartbeat') this.#spend('heartbeats', () => this.#beat());
    else if (verb === 'land') this.#land(number);
    else if (verb === 'answer') this.#answer(number);
    else if (verb === 'lose') this.#spend('losses', () => this.#lose(number));
    else if (verb === 'crash') this.#spend('crashes', () => this.#crash());
  }

  /** Which promise is broken now, if any. */
  violation(): string | undefined {
    return (
      this.#disorder ??
      this.#passed(this.#position?.value ?? null, 'the API') ??
      this.#passed(this.#relay?.ledger.position ?? null, 'the relay') ??
      this.#passed(this.#disk.position, 'the disk', (uid, count) => this.#isOnDisk(uid, count)) ??
      this.#forgotten()
    );
  }

  /** Equal texts mean equal futures. */
  fingerprint(): string {
    const { log, compacted } = this.server;
    const requests = this.#requests.map(({ id: _id, ...request }) => request);
    return JSON.stringify([
      [log.length, compacted, this.server.expired, this.#left, this.#lives, requests],
      [[...this.#landed].sort(), this.#position, this.#disk.records],
      this.#relay?.fingerprint(),
    ]);
  }

  #start(): void {
    this.#lives += 1;
    this.#relay = new ModelProcess(this.#lives, this.#position?.value ?? null, this.#disk, this.#defects);
  }

  #spool(): void {
    if (this.#relay) this.#relay.isSpooling = true;
  }

  #post(id: number): void {
    const batch = this.#relay?.batches.find((candidate) => candidate.id === id);
    if (batch === undefined) return;
    this.#relay?.sent(batch);
    const { author, sequence, events, position } = batch;
    this.#send({ batch: id, author, sequence, events, position });
  }

  #beat(): void {
    const relay = this.#relay;
    if (relay === undefined) return;
    const { number: author, ledger } = relay;
    this.#send({ batch: 0, author, sequence: relay.nextSequence(), events: [], position: ledger.position });
  }

  #send(request: Pick<Request, 'batch' | 'author' | 'sequence' | 'events' | 'position'>): void {
    this.#requests.push({ ...request, id: this.#nextRequest, process: this.#lives, hasLanded: false });
    this.#nextRequest += 1;
  }

  /** The API stores the events, then the position when it is the newest by process and sequence. */
  #land(id: number): void {
    const request = this.#find(id);
    if (request === undefined) return;
    request.hasLanded = true;
    for (const { uid, count } of request.events) {
      this.#stored.set(uid, Math.max(this.#stored.get(uid) ?? 0, count));
      // One process after the other may go through the same states; one process never goes back.
      const place = `${request.process}/${uid}`;
      const before = this.#landed.get(place) ?? 0;
      if (count < before) this.#disorder = `process ${place}: count ${count} is stored after ${before}`;
      this.#landed.set(place, Math.max(before, count));
    }
    const order = [request.author, request.sequence] as const;
    const isNewest = this.#position === undefined || compare(order, this.#position.order) > 0;
    if (request.position !== null && isNewest) this.#position = { order, value: request.position };
  }

  #answer(id: number): void {
    const request = this.#remove(id);
    if (request && request.process === this.#relay?.number && request.batch > 0) this.#relay.settle(request.batch);
  }

  /** Before landing the request is lost, after it the answer. The relay sends again either way. */
  #lose(id: number): void {
    const request = this.#remove(id);
    if (request?.process !== this.#relay?.number) return;
    const batch = this.#relay?.batches.find((candidate) => candidate.id === request?.batch);
    if (batch) batch.isSent = false;
  }

  #crash(): void {
    this.#relay = undefined;
    // Answers find nobody; requests that were sent may still land.
    this.#requests = this.#requests.filter(({ hasLanded }) => !hasLanded);
  }

  #find(id: number): Request | undefined {
    return this.#requests.find((request) => request.id === id);
  }

  #remove(id: number): Request | undefined {
    const request = this.#find(id);
    this.#requests = this.#requests.filter((other) => other !== request);
    return request;
  }

  #spend(what: keyof Budget, act: () => void): void {
    this.#left = { ...this.#left, [what]: this.#left[what] - 1 };
    act();
  }

  /** When nothing can happen any more, everything has to be stored. */
  #forgotten(): string | undefined {
    if (this.actions().length > 0) return undefined;
    const last = this.server.last().find(({ uid, count }) => (this.#stored.get(uid) ?? 0) < count);
    return last && `${last.uid} with count ${last.count} is never stored`;
  }

  #isOnDisk(uid: string, count: number): boolean {
    return this.#disk.records.some(({ events }) => events.some((one) => one.uid === uid && one.count >= count));
  }

  /** Everything that happened can be lost by the server without being lost. */
  get #isAllSafe(): boolean {
    const { log, expired } = this.server;
    return (
      log.length > expired &&
      log.every(({ uid, count }) => (this.#stored.get(uid) ?? 0) >= count || this.#isOnDisk(uid, count))
    );
  }

  /** The promise: below a position, every state is stored, or a later state of the same object is, or else it is safe. */
  #passed(
    position: Position | null,
    whose: string,
    isSafe: (uid: string, count: number) => boolean = () => false,
  ): string | undefined {
    const reached = Number(versionFor(position, '*') ?? 0);
    const lost = this.server.log.find(
      ({ version, uid, count }) => version <= reached && (this.#stored.get(uid) ?? 0) < count && !isSafe(uid, count),
    );
    return (
      lost &&
      `${whose} reports ${reached}, and ${lost.uid} with count ${lost.count} (version ${lost.version}) is not stored`
    );
  }
}

function compare(one: readonly [number, number], other: readonly [number, number]): number {
  return one[0] - other[0] || one[1] - other[1];
}
