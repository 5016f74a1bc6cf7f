import type { RealScenario } from '../realScenario.ts';
import type { RealWorld } from '../realWorld.ts';
import { bindRelay } from '../rights.ts';

/** Versions that are gone, and versions that go backwards. */
export const history: readonly RealScenario[] = [
  {
    name: 'position compacted away while the relay was down (410)',
    needs: 'control plane',
    run: async (world, plane) => {
      await world.warmUp();
      for (let round = 0; round < 3; round += 1) {
        await world.produce(200);
        await world.kill();
        await world.produce(300);
        await plane.compact();
        await world.startRelay();
        await world.settle();
        await expectReconnect(world, 'stale');
      }
    },
  },
  {
    name: 'etcd lost and started empty: versions go back',
    needs: 'control plane',
    run: async (world, plane) => {
      await world.warmUp({ idle_timeout: '2s' });
      await world.produce(1_000);
      await world.settle();
      await plane.wipe();
      world.forget();
      await bindRelay(plane);
      await world.makeNamespace();
      await world.produce(200);
      await world.settle();
      await expectReconnect(world, 'backwards');
    },
  },
  {
    name: 'etcd restored from an older copy: versions go back',
    needs: 'control plane',
    run: async (world, plane) => {
      await world.warmUp({ idle_timeout: '2s' });
      await world.produce(300);
      await plane.backup();
      await world.produce(1_000);
      await world.settle();
      await plane.restore();
      world.forget();
      await world.produce(200);
      await world.settle();
      await expectReconnect(world, 'backwards');
    },
  },
  {
    name: 'etcd restored from an older copy while the relay was down',
    needs: 'control plane',
    run: async (world, plane) => {
      await world.warmUp();
      await world.produce(300);
      await plane.backup();
      await world.produce(1_000);
      await world.settle();
      await world.stopRelay();
      await plane.restore();
      world.forget();
      await world.produce(200);
      await world.startRelay();
      await world.settle();
      await expectReconnect(world, 'backwards');
    },
  },
];

/** The scenario is about this way of losing the stream: without it, it would show nothing. */
async function expectReconnect(world: RealWorld, cause: string): Promise<void> {
  const { reconnects } = await world.relay.status();
  world.note = JSON.stringify(reconnects);
  if (!Object.keys(reconnects).some((name) => name.startsWith(cause))) throw new Error(`not ${cause}: ${world.note}`);
}
