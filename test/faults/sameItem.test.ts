import { afterEach, expect, test } from 'vitest';
import { World } from './world.ts';

let world: World;

afterEach(() => world.close());

test('an occurrence is the same item whether a list or a watch brought it', async () => {
  world = await World.start({ seed: 1 });
  const before = world.cluster.resourceVersion;
  world.produce(20);
  await world.startRelay();
  await world.settle(5_000);
  await world.kill();
  // The next relay resumes from before the events: this time the watch brings them.
  world.sink.position = { v: 1, scopes: { '*': before } };
  await world.startRelay();
  while (world.account.sums.repeats < world.account.sums.produced / 2) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(world.account.sums.conflicts).toBe(0);
});
