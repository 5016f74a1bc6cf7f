import type { Logger } from 'pino';
import { pause } from '../backoff.ts';
import { monotonicMs } from '../clock.ts';
import { type Candidate, type Lease, mayTake, newLease, type Observation, observe, released, taken } from './lease.ts';
import type { LeaseAnswer, LeaseClient } from './leaseClient.ts';

/** What an {@link Elector} needs. */
export interface ElectorSettings extends Candidate {
  readonly client: Pick<LeaseClient, 'read' | 'create' | 'replace'>;
  readonly name: string;
  readonly namespace: string;
  readonly logger: Logger;
  /** This one leads from now on. The signal aborts when it no longer does. */
  readonly onElected: (term: AbortSignal) => void;
}

/** How an election stands, for `/status`. */
export interface ElectionState {
  readonly identity: string;
  readonly isLeader: boolean;
  /** Who has the lease, as far as this candidate knows. */
  readonly holder: string | undefined;
  readonly transitions: number | undefined;
  /** Why the lease cannot be read or written. */
  readonly problem: string | undefined;
}

/**
 * Takes part in an election by a Lease, with client-go's rules and proportions: the lease runs out after `durationMs` without a
 * renewal, a leader that could not renew for two thirds of that gives up by itself, and everybody looks every two fifteenths. So a leader that is
 * cut off has stopped before anybody else begins, on clocks that run equally fast; what they show does not matter.
 */
export class Elector {
  readonly #settings: ElectorSettings;
  readonly #deadlineMs: number;
  readonly #pauseMs: number;
  #observed: Observation | undefined;
  #term: AbortController | undefined;
  #termEnd: NodeJS.Timeout | undefined;
  #problem: string | undefined;
  /** True when the last write may or may not have been made. */
  #mustLook = false;

  constructor(settings: ElectorSettings) {
    this.#settings = settings;
    this.#deadlineMs = (settings.durationMs * 2) / 3;
    this.#pauseMs = (settings.durationMs * 2) / 15;
  }

  get isLeader(): boolean {
    return this.#term !== undefined;
  }

  get state(): ElectionState {
    const { holderIdentity, leaseTransitions } = this.#observed?.lease.spec ?? {};
    return {
      identity: this.#settings.identity,
      isLeader: this.isLeader,
      holder: holderIdentity || undefined,
      transitions: leaseTransitions ?? undefined,
      problem: this.#problem,
    };
  }

  /** Takes part until `signal` aborts; then lets go of the lease, if it is this candidate's. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#round(signal);
      await pause(this.#pauseMs * (0.9 + 0.2 * Math.random()), signal);
    }
    await this.#letGo();
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { client, name, namespace, identity } = this.#settings;
    // A leader knows what it wrote last. If somebody else wrote since, the answer is a conflict.
    const known: LeaseAnswer =
      this.isLeader && !this.#mustLook && this.#observed !== undefined
        ? { kind: 'lease', lease: this.#observed.lease }
        : await client.read(this.#deadlineMs / 2, signal);
    if (signal.aborted) return;
    this.#noteProblem(known.kind === 'failed' ? known.reason : undefined);
    if (known.kind === 'absent') {
      const sentAt = monotonicMs();
      const lease = newLease(name, namespace, this.#settings, new Date());
      this.#wrote(await client.create(lease, this.#deadlineMs / 2, signal), sentAt);
    } else if (known.kind === 'lease') {
      this.#mustLook = false;
      this.#observed = observe(this.#observed, known.lease, monotonicMs());
      if (this.isLeader && known.lease.spec.holderIdentity !== identity) this.#resign('another has the lease');
      else if (mayTake(this.#observed, this.#settings, monotonicMs())) await this.#take(known.lease, signal);
    }
  }

  async #take(lease: Lease, signal: AbortSignal): Promise<void> {
    const sentAt = monotonicMs();
    const answer = await this.#settings.client.replace(
      taken(lease, this.#settings, new Date()),
      this.#deadlineMs / 2,
      signal,
    );
    this.#wrote(answer, sentAt);
  }

  /** @param sentAt the time counts from before the request: the API server may have written the lease at once */
  #wrote(answer: LeaseAnswer, sentAt: number): void {
    if (answer.kind === 'lease') {
      this.#noteProblem(undefined);
      this.#mustLook = false;
      this.#observed = { lease: answer.lease, since: monotonicMs() };
      this.#lead(sentAt + this.#deadlineMs);
      return;
    }
    // A write that failed may have been made all the same, and a conflict may be with that very write.
    this.#mustLook = true;
    if (answer.kind === 'failed') this.#noteProblem(answer.reason);
    if (answer.kind === 'absent') this.#resign('the lease is gone');
  }

  #lead(until: number): void {
    clearTimeout(this.#termEnd);
    const giveUp = (): void => this.#resign('the lease could not be renewed in time');
    const rest = until - monotonicMs();
    if (rest <= 0) {
      giveUp();
      return;
    }
    this.#termEnd = setTimeout(giveUp, rest);
    if (this.#term !== undefined) return;
    const { logger, identity, onElected } = this.#settings;
    this.#term = new AbortController();
    logger.info({ identity, transitions: this.#observed?.lease.spec.leaseTransitions }, 'leading');
    onElected(this.#term.signal);
  }

  #resign(why: string): void {
    clearTimeout(this.#termEnd);
    // What this candidate knows of the lease is its own writing; it has to look again, and wait the whole time.
    this.#observed = undefined;
    if (this.#term === undefined) return;
    this.#settings.logger.warn({ problem: this.#problem }, `no longer leading: ${why}`);
    this.#term.abort();
    this.#term = undefined;
  }

  async #letGo(): Promise<void> {
    clearTimeout(this.#termEnd);
    const { client, logger } = this.#settings;
    if (this.#term === undefined || this.#observed === undefined) return;
    this.#term = undefined;
    const answer = await client.replace(
      released(this.#observed.lease, new Date()),
      this.#pauseMs,
      new AbortController().signal,
    );
    if (answer.kind === 'lease') logger.info('the lease is free for the next one');
    else logger.warn({ problem: 'reason' in answer ? answer.reason : answer.kind }, 'the lease has to run out');
  }

  #noteProblem(problem: string | undefined): void {
    if (problem !== undefined && problem !== this.#problem) {
      this.#settings.logger[this.#problem === undefined ? 'error' : 'debug'](`the election does not work: ${problem}`);
    }
    this.#problem = problem;
  }
}
