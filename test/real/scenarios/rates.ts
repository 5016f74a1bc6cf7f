import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import type { RealScenario } from '../realScenario.ts';

const burst = 5_000;
const steady = { seconds: 30, perSecond: 200 };

/** How fast, on any cluster. */
export const rates: readonly RealScenario[] = [
  {
    name: `${burst} events as fast as the API server takes them`,
    needs: 'cluster',
    run: async (world) => {
      await world.warmUp();
      const startedAt = performance.now();
      await world.produce(burst);
      const seconds = (performance.now() - startedAt) / 1_000;
      await world.settle();
      const lateMs = performance.now() - startedAt - seconds * 1_000;
      world.note = `${Math.round(burst / seconds)}/s, all stored ${Math.round(lateMs)} ms after the last`;
    },
  },
  {
    name: `${steady.perSecond} events/s for ${steady.seconds} s, linger 500 ms`,
    needs: 'cluster',
    run: async (world) => {
      await world.warmUp({ linger: '500ms' });
      const lateMs: number[] = [];
      world.apiFault = (request, _response, body) => {
        if (request.method !== 'POST') return false;
        const { events } = JSON.parse(gunzipSync(body).toString('utf8')) as { events: { note?: string }[] };
        for (const { note } of events) lateMs.push(Date.now() - Number(/at (\d+)$/.exec(note ?? '')?.[1]));
        return false;
      };
      await world.produceFor(steady.seconds, steady.perSecond);
      await world.settle();
      const sorted = lateMs.filter(Number.isFinite).sort((a, b) => a - b);
      const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))];
      world.note = `from before the POST to the API: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`;
    },
  },
  {
    name: 'first list of thousands, then live events',
    needs: 'cluster',
    run: async (world) => {
      await world.produce(3_000);
      await world.startRelay();
      await world.produce(300);
    },
  },
  {
    name: 'kill -9 under load and restart, 10 times',
    needs: 'cluster',
    run: async (world) => {
      await world.warmUp();
      for (let round = 0; round < 10; round += 1) {
        await Promise.all([world.produce(100), sleep(world.random() * 300).then(() => world.kill())]);
        await world.startRelay();
      }
    },
  },
];
