/** Limits of what a relay holds in memory. */
export interface RoomLimits {
  /** Events that no worker has taken yet. */
  readonly events: number;
  /** Bytes of all batches, waiting and in flight. */
  readonly bytes: number;
}

/** Knows whether there is room for more events, and wakes who waits for it. */
export class Room {
  readonly #limits: RoomLimits;
  readonly #used: () => RoomLimits;
  #waiting: (() => void)[] = [];
  #isClosed = false;

  /** @param limits read anew each time: a limit may depend on what others use */
  constructor(limits: RoomLimits, used: () => RoomLimits) {
    this.#limits = limits;
    this.#used = used;
  }

  /** True when nobody may read on. */
  get isFull(): boolean {
    const { events, bytes } = this.#used();
    return events >= this.#limits.events || bytes >= this.#limits.bytes;
  }

  /** Resolves when there is room, or when nobody will need any more. */
  when(): Promise<void> {
    if (this.#isClosed || !this.isFull) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** To be called when something was used up. */
  changed(): void {
    if (this.#waiting.length > 0 && !this.isFull) this.#wake();
  }

  /** Intake has stopped: lets go of everybody who waits. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
