import type { RealScenario } from '../realScenario.ts';

/** Filters that the API server applies. */
export const selectors: readonly RealScenario[] = [
  {
    name: 'one type and all but some namespaces are selected by the server',
    needs: 'cluster',
    run: async (world) => {
      const filters = { event_types: ['Warning'], exclude_namespaces: ['kube-system', 'default'] };
      await world.warmUp(filters);
      const normal = async (number: number): Promise<void> => {
        const place = `/api/v1/namespaces/${world.namespace}/events`;
        const metadata = { name: `normal-${number}`, namespace: world.namespace };
        const involvedObject = { kind: 'Pod', namespace: world.namespace, name: 'p', apiVersion: 'v1' };
        await world.client.call('POST', place, {
          metadata,
          involvedObject,
          reason: 'Pulled',
          type: 'Normal',
          message: 'x',
        });
      };
      for (let round = 0; round < 20; round += 1) {
        await world.produce(20);
        for (let number = 0; number < 10; number += 1) await normal(round * 10 + number);
      }
      await world.settle();
      const { dropped, received } = (await world.relay.status()).events;
      if (Object.hasOwn(dropped, 'type'))
        throw new Error(`the server sent what was not selected: ${JSON.stringify(dropped)}`);
      if (world.relay.logs.some(({ msg }) => msg.includes('filtering here')))
        throw new Error('the selector was refused');
      world.note = `${received} received, 200 events of the other type were not sent`;
    },
  },
];
