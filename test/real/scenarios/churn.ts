import { churnUntil, everyEvent, programs } from '../churn/workload.ts';
import type { RealScenario } from '../realScenario.ts';
import type { RealWorld } from '../realWorld.ts';

const target = 50_000;

/** Events that the components of a cluster write by themselves. */
export const churn: readonly RealScenario[] = [
  {
    name: `${target} events of jobs on simulated nodes, a kill -9 on the way`,
    needs: 'control plane',
    programs,
    settleMs: 120_000,
    run: async (world, plane) => {
      await world.warmUp();
      const startedAt = performance.now();
      const restart = killOnTheWay(world, target / 2);
      await churnUntil(target, world.namespace, plane);
      const seconds = (performance.now() - startedAt) / 1_000;
      await restart;
      // Nothing wrote these but the components themselves: what should have arrived is what the server has now.
      for await (const event of everyEvent(plane.client)) world.account.produced(event);
      await world.settle(120_000);
      const byComponent = new Map<string, number>();
      for (const { raw } of world.sink.stored.values()) {
        const { deprecatedSource, reportingController } = raw as Record<string, string & { component?: string }>;
        const component = reportingController || deprecatedSource?.component || 'unknown';
        byComponent.set(component, (byComponent.get(component) ?? 0) + 1);
      }
      world.note = `${Math.round(world.sink.stored.size / seconds)}/s; ${JSON.stringify(Object.fromEntries(byComponent))}`;
    },
  },
];

async function killOnTheWay(world: RealWorld, at: number): Promise<void> {
  while (world.sink.stored.size < at) await new Promise((resolve) => setTimeout(resolve, 50));
  await world.kill();
  await world.startRelay();
}
