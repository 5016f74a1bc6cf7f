import type { AnnouncedSilence } from '../../lib/store/silence.ts';

/** What the registry knows of one cluster. */
export interface Heartbeat {
  readonly cluster: string;
  /** When it was heard last, RFC 3339. */
  readonly heartbeat: string;
}

/** What one look at the heartbeats found. */
export interface Silence {
  /** Clusters that are silent now, announced before or not. */
  readonly silent: readonly Heartbeat[];
  /** Those among them nobody was told about. */
  readonly fell: readonly Heartbeat[];
  /** Clusters that were announced as silent and are heard again. */
  readonly back: readonly Heartbeat[];
  /** What to remember until the next look. */
  readonly announced: AnnouncedSilence;
}

/**
 * Which clusters fell silent and which came back. A cluster that was heard and fell silent again between two looks is
 * announced anew, because its last heartbeat is another. A cluster that never sent anything is not silent: nothing is installed
 * there yet. One that is off the list was removed on purpose.
 *
 * @param now milliseconds since 1970
 */
export function findSilence(
  heartbeats: readonly Heartbeat[],
  announced: AnnouncedSilence,
  { now, silentAfterMs, isServed }: { now: number; silentAfterMs: number; isServed: (cluster: string) => boolean },
): Silence {
  const served = heartbeats.filter(({ cluster }) => isServed(cluster));
  const silent = served.filter(({ heartbeat }) => now - Date.parse(heartbeat) >= silentAfterMs);
  return {
    silent,
    fell: silent.filter(({ cluster, heartbeat }) => announced[cluster] !== heartbeat),
    back: served.filter((one) => announced[one.cluster] !== undefined && !silent.includes(one)),
    announced: Object.fromEntries(silent.map(({ cluster, heartbeat }) => [cluster, heartbeat])),
  };
}
