/** One cluster's part in a budget. */
export interface Share {
  /** Most bytes that this cluster may hold now. */
  readonly limit: number;
  /** To be called when bytes were given back: others may be waiting for them. */
  changed(): void;
  /** Gives the part back. */
  leave(): void;
}

interface Member {
  readonly used: () => number;
  readonly onRoom: () => void;
}

/**
 * The bytes of batches that a process may hold, for all of its clusters together. Half of it belongs to them in equal parts, the
 * other half to whoever comes first: a burst can use what the others do not need, and can never take what one of them may need at
 * any moment. Nobody's limit depends on somebody giving back in time, so the sum stays within the budget.
 */
export class ByteBudget {
  #total: number;
  readonly #members = new Set<Member>();

  /** @param total bytes */
  constructor(total: number) {
    this.#total = total;
  }

  /** Changes the budget. What is held above it drains. */
  resize(total: number): void {
    this.#total = total;
    this.#tell();
  }

  /**
   * Takes part.
   *
   * @param used bytes held now
   * @param onRoom called when somebody gave bytes back
   */
  join(used: () => number, onRoom: () => void): Share {
    const member = { used, onRoom };
    this.#members.add(member);
    const budget = this;
    return {
      get limit() {
        return budget.#limitOf(member);
      },
      changed: () => this.#tell(),
      leave: () => {
        this.#members.delete(member);
        this.#tell();
      },
    };
  }

  #limitOf(member: Member): number {
    const floor = this.#total / 2 / this.#members.size;
    let others = 0;
    for (const other of this.#members) if (other !== member) others += Math.max(other.used(), floor);
    return this.#total - others;
  }

  #tell(): void {
    for (const { onRoom } of this.#members) onRoom();
  }
}
