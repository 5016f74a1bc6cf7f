import type { Logger } from 'pino';
import { KefError } from '../../errors.ts';
import type { Fleet } from './fleet.ts';
import type { FleetConfig } from './fleetConfig.ts';

/** Where a new configuration comes from, and when. */
export interface ConfigSource {
  /** Reads the configuration anew. @throws KefError `ConfigInvalid` */
  load(): Promise<FleetConfig>;
  /** Calls back whenever the configuration is to be read anew. */
  onRequest(listener: () => void): void;
}

/** How the last reload went, for `/status` and metrics. */
export interface ReloadState {
  readonly isSuccessful: boolean;
  /** Milliseconds since 1970 of the last configuration that was taken. */
  readonly succeededAt: number;
  readonly error?: string;
}

/** Settings that are read once, when the process starts. */
const fixedSettings = ['listen', 'election'] as const;

/** Goes over to a new configuration when asked. One that has errors changes nothing and is spoken of until one has none. */
export class Reloads {
  readonly #fleet: Fleet;
  readonly #source: ConfigSource;
  readonly #logger: Logger;
  #state: ReloadState = { isSuccessful: true, succeededAt: Date.now() };
  #running: 'no' | 'yes' | 'again' = 'no';

  constructor(fleet: Fleet, source: ConfigSource, logger: Logger) {
    this.#fleet = fleet;
    this.#source = source;
    this.#logger = logger;
    source.onRequest(() => void this.#reload());
  }

  get state(): ReloadState {
    return this.#state;
  }

  /** One at a time; a request that comes meanwhile is one more at the end. */
  async #reload(): Promise<void> {
    if (this.#running !== 'no') {
      this.#running = 'again';
      return;
    }
    do {
      this.#running = 'yes';
      await this.#reloadOnce();
    } while (this.#isAskedAgain());
    this.#running = 'no';
  }

  #isAskedAgain(): boolean {
    return this.#running === 'again';
  }

  async #reloadOnce(): Promise<void> {
    try {
      const before = this.#fleet.config;
      const config = await this.#source.load();
      const changes = this.#fleet.apply(config);
      this.#state = { isSuccessful: true, succeededAt: Date.now() };
      this.#logger.info(changes, 'the configuration was reloaded');
      const ignored = fixedSettings.filter((key) => JSON.stringify(config[key]) !== JSON.stringify(before[key]));
      if (ignored.length > 0) {
        this.#logger.warn(`${ignored.join(', ')}: read at start only; restart the relay for the new value`);
      }
    } catch (error) {
      if (!(error instanceof KefError)) throw error;
      this.#state = { ...this.#state, isSuccessful: false, error: error.message };
      this.#logger.error(`the configuration was not reloaded, the old one stays: ${error.message}`);
    }
  }
}
