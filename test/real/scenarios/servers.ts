import { setTimeout as sleep } from 'node:timers/promises';
import { answering } from '../../faults/apiFaults.ts';
import type { RealScenario } from '../realScenario.ts';

/** Servers on both sides that go and come back. */
export const servers: readonly RealScenario[] = [
  {
    name: 'API server killed and started again',
    needs: 'control plane',
    run: async (world, plane) => {
      await world.warmUp();
      await world.produce(300);
      await plane.stopApiServer('SIGKILL');
      await sleep(2_000);
      if ((await world.relay.get('/ready')).status !== 503) throw new Error('without a server the relay is ready');
      await plane.startApiServer();
      await world.produce(300);
    },
  },
  {
    name: 'API server stopped in good order and started again',
    needs: 'control plane',
    run: async (world, plane) => {
      await world.warmUp();
      await world.produce(300);
      await plane.stopApiServer('SIGTERM');
      await plane.startApiServer();
      await world.produce(300);
    },
  },
  {
    name: 'our API down under load, history compacted meanwhile',
    needs: 'control plane',
    run: async (world, plane) => {
      await world.warmUp({ buffer_size: 100, batch_max_events: 50, stall_timeout: '500ms' });
      await world.produce(100);
      world.apiFault = answering(503, {}, '{"message":"Service Unavailable"}');
      await world.produce(1_500);
      await sleep(1_000);
      await plane.compact();
      await world.produce(100);
      world.apiFault = undefined;
      await world.settle();
      world.note = JSON.stringify((await world.relay.status()).reconnects);
    },
  },
];
