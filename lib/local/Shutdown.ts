/** What is stopped first, second, …: no new requests, then the work under way, then the services it uses, then the files. */
const phases = ['intake', 'work', 'settle', 'services', 'files'] as const;

/** Collects how everything is stopped while it is being started, so that a start that fails halfway leaves nothing running. */
export class Shutdown {
  readonly #steps = new Map<(typeof phases)[number], (() => unknown)[]>();
  #isOver = false;

  /** What is added after the end, by a start that was still going on, is stopped at once. */
  add(phase: (typeof phases)[number], stop: () => unknown): void {
    if (this.#isOver) {
      void stop();
      return;
    }
    const steps = this.#steps.get(phase) ?? [];
    this.#steps.set(phase, [...steps, stop]);
  }

  /** Stops everything, phase by phase; a second call does nothing. */
  async run(): Promise<void> {
    this.#isOver = true;
    for (const phase of phases) {
      const steps = this.#steps.get(phase) ?? [];
      this.#steps.delete(phase);
      await Promise.all(steps.map((stop) => stop()));
    }
  }
}
