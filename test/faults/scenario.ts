import type { World, WorldOptions } from './world.ts';

/** One way things go wrong. */
export interface Scenario {
  readonly name: string;
  /** Part of `npm test`, where all of them together have a minute. */
  readonly isQuick?: boolean;
  readonly options?: Omit<WorldOptions, 'seed'>;
  /**
   * The relay never has to list after its start, so every state of every object is stored and all Events about an object are
   * in order. Without: a list shows last states only, and in the order of names.
   */
  readonly isExact?: boolean;
  /** What was thought lost is read again after what came later: states of an object may then arrive late. */
  readonly isReordered?: boolean;
  /** What the run may not end without; asked after everything arrived and before the relay is stopped. */
  readonly expect?: (world: World) => string[] | Promise<string[]>;
  /** Makes it happen, faults and all. Afterwards there must be no fault left and a relay running. */
  readonly run: (world: World, intensity: number) => Promise<void>;
  /** How long everything may take to arrive once the faults are over. @default 15000 */
  readonly settleMs?: number;
}

/** Complains unless the relay counted one of these causes of reconnecting. */
export function expectReconnects(...causes: readonly string[]) {
  return async (world: World): Promise<string[]> => {
    const { reconnects } = await world.relay.status();
    return causes.some((cause) => (reconnects[cause] ?? 0) > 0)
      ? []
      : [`no reconnect by ${causes.join(' or ')}: ${JSON.stringify(reconnects)}`];
  };
}

/** Complains unless one of the relay's log lines contains this. */
export function expectLog(text: string) {
  return (world: World): string[] =>
    world.relays.some(({ logs }) => logs.some((line) => JSON.stringify(line).includes(text)))
      ? []
      : [`the log says nothing of '${text}'`];
}
