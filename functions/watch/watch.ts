import { isOnClusterList } from '../../lib/api/clusterList.ts';
import { KefError } from '../../lib/errors.ts';
import type { ClusterRow } from '../../lib/store/clusterRow.ts';
import type { AnnouncedSilence } from '../../lib/store/silence.ts';
import type { BusEntry, RelayNews } from '../route/busEntry.ts';
import type { EventBus } from '../route/EventBridgeBus.ts';
import { findSilence, type Heartbeat } from './findSilence.ts';
import { relayEvent } from './relayEvent.ts';

/** What a look at the heartbeats works with. */
export interface WatchPorts {
  readonly clusters: { list(): Promise<readonly ClusterRow[]> };
  readonly silence: { read(): Promise<AnnouncedSilence>; write(announced: AnnouncedSilence): Promise<void> };
  readonly bus: EventBus;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What {@link watch} depends on besides the table. */
export interface WatchSettings {
  readonly silentAfterMs: number;
  /** Clusters that are served. @default every one that ever posted */
  readonly clusterList?: string | undefined;
}

/** What one look counted. */
export interface WatchCounts {
  readonly clusters: number;
  readonly silent: number;
  readonly fell: number;
  readonly back: number;
}

/**
 * Looks at every cluster's last heartbeat and publishes what changed since the last look. Publishing comes before
 * remembering: when the function dies between the two, the news comes again under the same id, which is better than never.
 *
 * @throws KefError `StoreUnavailable` or `PublishFailed`; the next look, a minute later, finds the same
 */
export async function watch(ports: WatchPorts, settings: WatchSettings): Promise<WatchCounts> {
  const { clusterList, silentAfterMs } = settings;
  const now = ports.now();
  const [rows, before] = await Promise.all([ports.clusters.list(), ports.silence.read()]);
  const isServed = (cluster: string) => clusterList === undefined || isOnClusterList(clusterList, cluster);
  const { silent, fell, back, announced } = findSilence(rows, before, { now, silentAfterMs, isServed });
  const entries = [
    ...fell.map((one) => entryOf('relay.k8s.silent', one, now)),
    ...back.map((one) => entryOf('relay.k8s.back', one, now)),
  ];
  if (entries.length > 0) {
    const confirmed = await ports.bus.publish(entries);
    const refused = confirmed.filter((isConfirmed) => !isConfirmed).length;
    if (refused > 0) {
      throw new KefError('PublishFailed', `The event bus did not take ${refused} of ${entries.length} entries.`);
    }
  }
  if (JSON.stringify(sorted(announced)) !== JSON.stringify(sorted(before))) await ports.silence.write(announced);
  return {
    clusters: rows.filter(({ cluster }) => isServed(cluster)).length,
    silent: silent.length,
    fell: fell.length,
    back: back.length,
  };
}

function entryOf(news: RelayNews, heartbeat: Heartbeat, now: number): BusEntry {
  const time = new Date(now).toISOString();
  return { detailType: news, time, detail: relayEvent(news, heartbeat, now) };
}

function sorted(announced: AnnouncedSilence): [string, string][] {
  return Object.entries(announced).sort(([a], [b]) => (a < b ? -1 : 1));
}
