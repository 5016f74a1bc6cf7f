import { eventually, type RelayProcess } from '../../relay/relayProcess.ts';
import type { RealScenario } from '../realScenario.ts';
import type { RealWorld } from '../realWorld.ts';
import { bindLease } from '../rights.ts';

const election = { leader_election: true, lease_duration: '3s' };

async function leaderOf(world: RealWorld, relays: readonly RelayProcess[]): Promise<RelayProcess> {
  let leader: RelayProcess | undefined;
  await eventually(
    'one of them leads',
    async () => {
      for (const relay of relays) {
        const { election: state } = JSON.parse((await relay.get('/status')).body);
        if (state.isLeader) leader = relay;
      }
      return leader !== undefined;
    },
    30_000,
  );
  if (leader === undefined) throw new Error(`nobody leads in ${world.namespace}`);
  return leader;
}

/** Several relays of one cluster, of which a Lease of the API server's own says which works. */
export const replicas: readonly RealScenario[] = [
  {
    name: 'three replicas: the leader is stopped, the next one is paused, then killed',
    needs: 'cluster',
    settleMs: 60_000,
    run: async (world) => {
      await bindLease(world.client, world.namespace);
      const settings = { ...election, lease_namespace: world.namespace };
      const relays = [
        await world.startRelay(settings),
        await world.startRelay(settings),
        await world.startRelay(settings),
      ];
      const first = await leaderOf(world, relays);
      await world.produce(300);
      await world.settle();
      await first.stop();
      const stoppedWith = world.sink.counts.duplicates;
      const others = relays.filter((relay) => relay !== first);
      const second = await leaderOf(world, others);
      await world.produce(300);
      await world.settle();
      second.kill('SIGSTOP');
      const third = await leaderOf(
        world,
        others.filter((relay) => relay !== second),
      );
      await world.produce(300);
      second.kill('SIGCONT');
      await eventually('it stands by', async () => (await second.get('/ready')).body.includes('standing by'), 30_000);
      await world.produce(300);
      third.kill('SIGKILL');
      await leaderOf(world, [second]);
      await world.produce(300);
      // The books are closed with the last one of the list.
      world.relays.push(second);
      world.note = `epoch ${world.sink.epoch}; sent twice by the stop: ${stoppedWith}`;
    },
  },
];
