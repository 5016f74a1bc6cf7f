import type { DynamoDBRecord } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IncidentSettings } from '../../lib/incidents/settings.ts';
import { memoryIncidents } from './memoryIncidents.ts';
import { type Fault, FaultyWorld, minute, second, streamRecord } from './routeHarness.ts';

const faults: readonly Fault[] = ['error before', 'error after', 'crash before', 'crash after'];

/** Publications by id and by whether people hear of them, with how often each was sent. */
function sent(world: FaultyWorld): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { detail } of world.entries) {
    const what = `${detail.id} ${detail.labels.notify ?? detail.labels.hushed ?? ''}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return counts;
}

/** Long enough for whatever waits for the clock, and for debts that nobody comes for. */
const afterwards = 10 * minute;

async function undisturbed(batches: readonly DynamoDBRecord[][], settings: Partial<IncidentSettings>) {
  const { port } = memoryIncidents();
  const world = new FaultyWorld(port, settings);
  for (const batch of batches) await world.deliver(batch);
  await world.pass(afterwards);
  return world;
}

const series = (pod: string, times: readonly number[]) =>
  times.map((ms, index) => streamRecord(ms, { pod, count: index + 1 }));

const scenarios: Record<string, { batches: DynamoDBRecord[][]; settings?: Partial<IncidentSettings> }> = {
  'one incident that opens': { batches: [[streamRecord(0)]] },
  'two incidents that open, last and escalate over three batches': {
    batches: [
      [...series('a', [0, second]), ...series('b', [0])],
      [streamRecord(5 * minute, { pod: 'a', count: 3 }), streamRecord(6 * minute, { pod: 'b', count: 2 })],
      [streamRecord(7 * minute, { pod: 'a', count: 30 }), streamRecord(12 * minute, { pod: 'b', count: 3 })],
    ],
  },
  'a failure that recovers': {
    batches: [
      [
        streamRecord(0, { reason: 'FailedScheduling', message: '0/3 nodes are available: 3 Insufficient cpu.' }),
        streamRecord(minute, { reason: 'Scheduled', type: 'Normal', message: 'Successfully assigned shop/web-7d9' }),
      ],
    ],
  },
  'a catch-up of many hours for one object': {
    batches: [Array.from({ length: 40 }, (_, index) => streamRecord(index * 6 * minute, { count: index + 1 }))],
  },
  'a storm that begins inside a batch and goes on': {
    settings: { stormLimitPerMinute: 3 },
    batches: [
      Array.from({ length: 8 }, (_, index) => streamRecord(index * second, { pod: `web${index}` })),
      Array.from({ length: 3 }, (_, index) => streamRecord(20 * second, { pod: `api${index}` })),
    ],
  },
  'a workload whose pods fail one after the other': {
    batches: [
      Array.from({ length: 6 }, (_, index) => streamRecord(index * second, { pod: `web-${index}` })),
      Array.from({ length: 12 }, (_, index) => streamRecord(6 * minute, { pod: `web-${10 + index}` })),
    ],
  },
  'trouble that lasts in silence': {
    batches: [
      [streamRecord(0, { reason: 'FailedScheduling', message: '0/3 nodes are available: 3 Insufficient cpu.' })],
    ],
  },
  'trouble that recovers just before it would have lasted': {
    batches: [
      [
        streamRecord(22 * second, {
          reason: 'FailedScheduling',
          message: '0/3 nodes are available: 3 Insufficient cpu.',
        }),
        streamRecord(2 * minute, { pod: 'api' }),
        streamRecord(122 * second, {
          reason: 'Scheduled',
          type: 'Normal',
          message: 'Successfully assigned shop/web-7d9',
        }),
        streamRecord(142 * second, { pod: 'api', count: 2 }),
      ],
    ],
  },
  'trouble whose second record says how long it lasts already': {
    settings: { stormLimitPerMinute: 2 },
    batches: [
      [streamRecord(121 * second, { reason: 'FailedScheduling' })],
      [
        streamRecord(121 * second, { reason: 'FailedScheduling', count: 2 }),
        streamRecord(121 * second, { pod: 'api' }),
      ],
    ],
  },
  'many objects that are told of in one message': {
    batches: [
      Array.from({ length: 6 }, (_, index) => streamRecord(index * second, { pod: `web${index}` })),
      Array.from({ length: 3 }, (_, index) => streamRecord(70 * second, { pod: `api${index}` })),
    ],
  },
};

describe.each(Object.entries(scenarios))('%s', (_, { batches, settings = {} }) => {
  it('is published exactly, wherever one call fails', async () => {
    const calm = await undisturbed(batches, settings);
    const wanted = sent(calm);
    expect([...wanted.values()].every((count) => count === 1)).toBe(true);
    expect(wanted.size).toBeGreaterThan(0);

    for (const kind of faults) {
      for (let at = 0; at < calm.steps.length; at += 1) {
        const { port, incidents, storms, desks, notes } = memoryIncidents();
        const world = new FaultyWorld(port, settings).failAt(at, kind);
        for (const batch of batches) await world.deliver(batch);
        await world.pass(afterwards);
        const where = `${kind} ${world.steps[at]} (call ${at})`;
        const got = sent(world);
        expect([...got.keys()].sort(), where).toEqual([...wanted.keys()].sort());

        const repeated = [...got.values()].filter((count) => count > 1);
        const canRepeat = /^(error|crash) after putEvents|(before|after) clear|(before|after) clearStorm/.test(where);
        expect(Math.max(...got.values()), where).toBeLessThanOrEqual(2);
        if (!canRepeat) expect(repeated, where).toEqual([]);
        expect(
          [...incidents.values(), ...storms.values(), ...desks.values()].flatMap(({ owed }) => Object.keys(owed)),
          where,
        ).toEqual([]);
        expect([...notes.keys()], where).toEqual([]);
      }
    }
  });
});

describe('for any stream', () => {
  const anyRecords = fc.array(
    fc.record({
      gap: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 600 })),
      pod: fc.integer({ min: 0, max: 6 }),
      kind: fc.constantFrom('FailedMount', 'Unhealthy', 'Scheduled', 'FailedScheduling'),
      backlog: fc.boolean(),
      grown: fc.integer({ min: 0, max: 6 }),
    }),
    { minLength: 1, maxLength: 60 },
  );
  const anyCuts = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 30 });
  const anyFault = fc.record({ at: fc.nat({ max: 200 }), kind: fc.constantFrom(...faults) });

  it('cuts and failures change nothing of what is published', async () => {
    await fc.assert(
      fc.asyncProperty(anyRecords, anyCuts, anyFault, async (steps, cuts, fault) => {
        let now = 0;
        const counts = new Map<string, number>();
        const records = steps.map(({ gap, pod, kind, backlog, grown }) => {
          now += gap * second;
          const name = `pod-${pod}-${kind}`;
          const count = (counts.get(name) ?? 0) + grown + 1;
          counts.set(name, count);
          const type = kind === 'Scheduled' ? 'Normal' : 'Warning';
          return streamRecord(now, { pod: `web-${pod}`, reason: kind, type, count, backlog, message: kind });
        });
        const settings = { stormLimitPerMinute: 2 };
        const calm = new FaultyWorld(memoryIncidents().port, settings);
        await calm.deliver(records);
        calm.now += now;
        await calm.pass(afterwards);

        const world = new FaultyWorld(memoryIncidents().port, settings).failAt(fault.at, fault.kind);
        let at = 0;
        for (const size of [...cuts, records.length]) {
          await world.deliver(records.slice(at, at + size));
          at += size;
        }
        world.now += now;
        await world.pass(afterwards);
        expect([...sent(world).keys()].sort()).toEqual([...sent(calm).keys()].sort());
        expect(Math.max(0, ...sent(world).values())).toBeLessThanOrEqual(2);
      }),
      { numRuns: 150 },
    );
  });
});
