import { describe, expect, it } from 'vitest';
import { encodeClusterList } from '../../lib/api/clusterList.ts';
import { standardEventSchema } from '../../lib/events/standardEvent.ts';
import type { ClusterRow } from '../../lib/store/clusterRow.ts';
import type { AnnouncedSilence } from '../../lib/store/silence.ts';
import type { BusEntry } from '../route/busEntry.ts';
import { type WatchPorts, type WatchSettings, watch } from './watch.ts';

const start = Date.parse('2026-11-20T10:00:00Z');
const minute = 60_000;

/** A registry, a memory and a bus whose failures a test decides. */
function world() {
  const heartbeats = new Map<string, number>();
  const published: BusEntry[] = [];
  let announced: AnnouncedSilence = {};
  let writes = 0;
  let now = start;
  let isBusDown = false;
  const ports: WatchPorts = {
    clusters: {
      list: async () =>
        [...heartbeats].map(
          ([cluster, at]): ClusterRow => ({
            cluster,
            heartbeat: new Date(at).toISOString(),
            accepted: 0,
            rejected: 0,
            batches: 0,
            relay: {},
            gapCount: 0,
            gapDropped: 0,
            lastGaps: [],
          }),
        ),
    },
    silence: {
      read: async () => announced,
      write: async (next) => {
        announced = next;
        writes++;
      },
    },
    bus: {
      publish: async (entries) => {
        if (!isBusDown) published.push(...entries);
        return entries.map(() => !isBusDown);
      },
    },
    now: () => now,
  };
  return {
    look: (settings: Partial<WatchSettings> = {}) => watch(ports, { silentAfterMs: 5 * minute, ...settings }),
    heard: (cluster: string) => heartbeats.set(cluster, now),
    pass: (minutes: number) => {
      now += minutes * minute;
    },
    busDown: (isDown: boolean) => {
      isBusDown = isDown;
    },
    news: () => published.splice(0).map(({ detailType, detail }) => `${detailType} ${detail.clusterId}`),
    published,
    get writes() {
      return writes;
    },
  };
}

describe('watch', () => {
  it('tells once when a cluster was not heard for five minutes, and once when it is back', async () => {
    const { look, heard, pass, news } = world();
    heard('prod');
    pass(4.9);
    expect(await look()).toEqual({ clusters: 1, silent: 0, fell: 0, back: 0 });
    pass(0.1);
    expect(await look()).toMatchObject({ silent: 1, fell: 1 });
    pass(1);
    expect(await look()).toMatchObject({ silent: 1, fell: 0 });
    expect(news()).toEqual(['relay.k8s.silent prod']);
    heard('prod');
    expect(await look()).toMatchObject({ silent: 0, back: 1 });
    pass(1);
    expect(await look()).toMatchObject({ silent: 0, back: 0 });
    expect(news()).toEqual(['relay.k8s.back prod']);
  });

  it('tells again when a cluster was heard and fell silent between two looks', async () => {
    const { look, heard, pass, news } = world();
    heard('prod');
    pass(6);
    await look();
    heard('prod');
    pass(6);
    await look();
    expect(news()).toEqual(['relay.k8s.silent prod', 'relay.k8s.silent prod']);
  });

  it('tells again after the bus refused, under the same id', async () => {
    const { look, heard, pass, busDown, news } = world();
    heard('prod');
    pass(6);
    busDown(true);
    await expect(look()).rejects.toMatchObject({ code: 'PublishFailed' });
    busDown(false);
    pass(1);
    await look();
    expect(news()).toEqual(['relay.k8s.silent prod']);
  });

  it('says nothing of clusters that were taken off the list, and nothing of those that never sent anything', async () => {
    const { look, heard, pass, news } = world();
    heard('prod');
    heard('old');
    pass(6);
    expect(await look({ clusterList: encodeClusterList(['prod', 'not-installed-yet']) })).toMatchObject({
      clusters: 1,
      silent: 1,
    });
    expect(news()).toEqual(['relay.k8s.silent prod']);
  });

  it('writes only when something changed', async () => {
    const outer = world();
    outer.heard('prod');
    for (let look = 0; look < 10; look++) {
      outer.pass(1);
      await outer.look();
    }
    expect(outer.writes).toBe(1);
  });

  it('publishes standard events that no rule for people picks up', async () => {
    const { look, heard, pass, published } = world();
    heard('prod/50%');
    pass(6);
    await look();
    const [entry] = published;
    expect(standardEventSchema.safeParse(entry?.detail).error).toBeUndefined();
    expect(entry?.detail.labels.notify).toBeUndefined();
    expect(entry?.detail.annotations.message).toMatch(/6 minutes.*2026-11-20T10:00:00/);
  });
});
