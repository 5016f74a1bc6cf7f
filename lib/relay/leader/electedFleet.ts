import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Fleet } from '../fleet/fleet.ts';
import type { ElectionConfig } from '../fleet/fleetConfig.ts';
import { openKubernetes } from '../kubernetes/connection.ts';
import { Elector } from './elector.ts';
import { LeaseClient } from './leaseClient.ts';

/**
 * Runs a fleet while this process leads, and stands by while another one does. A leader that is told to stop flushes first and lets
 * go of the lease then, so the next one begins where it ended; a leader that lost the lease stops at once.
 *
 * @param elector made with {@link openElector}; its `onElected` has to be this function's `elected`
 */
export class ElectedFleet {
  readonly elector: Elector;
  readonly #fleet: Fleet;
  readonly #logger: Logger;
  readonly #close: () => void;
  #term: Promise<void> = Promise.resolve();
  #isStopping = false;

  /** @throws KefError `ConfigInvalid` when the kubeconfig of the Lease's cluster cannot be used */
  constructor(config: ElectionConfig, openFleet: (isLeader: () => boolean) => Fleet, logger: Logger) {
    const connection = openKubernetes(config);
    this.#logger = logger;
    this.#close = () => connection.close();
    this.elector = new Elector({
      client: new LeaseClient(connection, config.namespace, config.name),
      name: config.name,
      namespace: config.namespace,
      identity: process.env.POD_NAME || `${hostname()}-${process.pid}`,
      durationMs: config.durationMs,
      logger,
      onElected: (term) => {
        this.#term = this.#term.then(() => this.#lead(term));
      },
    });
    this.#fleet = openFleet(() => this.elector.isLeader);
  }

  get fleet(): Fleet {
    return this.#fleet;
  }

  /** Resolves, once `signal` aborts and everything is flushed, to the events that were left over. */
  async run(signal: AbortSignal): Promise<number> {
    const end = new AbortController();
    const election = this.elector.run(end.signal);
    try {
      if (!signal.aborted) {
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      }
      this.#isStopping = true;
      // Still renewing: nobody may begin before this one has ended.
      return await this.#fleet.stop();
    } finally {
      end.abort();
      await election;
      this.#close();
    }
  }

  async #lead(term: AbortSignal): Promise<void> {
    if (term.aborted || this.#isStopping) return;
    try {
      this.#fleet.start();
    } catch (error) {
      // The one cluster's kubeconfig, which was good when the process started.
      this.#logger.error({ err: error }, 'cannot lead');
      return;
    }
    await new Promise<void>((resolve) => term.addEventListener('abort', () => resolve(), { once: true }));
    if (!this.#isStopping) await this.#fleet.abandon();
  }
}
