import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { severities, severityRank } from '../events/severity.ts';
import { decide } from './decide.ts';
import type { IncidentState } from './incidentState.ts';
import { mature } from './mature.ts';
import { elapsedMs } from './moment.ts';
import { occurrence, startedAt } from './occurrence.builder.ts';
import type { Occurrence } from './occurrence.ts';
import type { Publication } from './publication.ts';
import { defaultIncidentSettings as settings } from './settings.ts';

const minute = 60_000;

/** Any history of a workload: pods that fail, repeat and recover; of trouble that is told at once, late, or by the clock. */
const histories = fc
  .record({
    effectiveReason: fc.constantFrom('CrashLoopBackOff', 'FailedScheduling', 'FailedCreatePodSandBox', 'Unhealthy'),
    steps: fc.array(
      fc.record({
        gap: fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 8 * minute })),
        pod: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 120 })),
        grown: fc.integer({ min: 1, max: 6 }),
        severity: fc.constantFrom(...severities.slice(1)),
        backlog: fc.boolean(),
        isRecovery: fc.boolean(),
      }),
      { minLength: 1, maxLength: 150 },
    ),
  })
  .map(({ effectiveReason, steps }) => {
    const counts = new Map<number, number>();
    let now = 0;
    return steps.map(({ gap, pod, grown, isRecovery, ...rest }, index): Occurrence => {
      now += gap;
      const count = (counts.get(pod) ?? 0) + grown;
      if (!isRecovery) counts.set(pod, count);
      const parts = {
        object: `web-${pod}`,
        uid: isRecovery ? `good-${pod}` : `uid-${pod}`,
        count,
        isRecovery,
        effectiveReason,
      };
      const made = occurrence(now, { arrivedAt: startedAt + now + 500, ...parts, ...rest });
      return { ...made, key: `${made.key}#${index}`, sequence: String(900 + index) };
    });
  });

function inBatches(batches: readonly (readonly Occurrence[])[]) {
  const publications: Publication[] = [];
  let state: IncidentState | undefined;
  for (const batch of batches) {
    const decision = decide(state, batch, settings);
    state = decision.state;
    publications.push(...decision.publications);
  }
  return { state, publications };
}

const cuts = fc.array(fc.record({ size: fc.integer({ min: 1, max: 40 }), repeats: fc.integer({ min: 0, max: 80 }) }), {
  minLength: 1,
  maxLength: 30,
});

describe('for any history of a workload', () => {
  it('batch cuts and redeliveries change neither what is published nor what is remembered', () => {
    fc.assert(
      fc.property(histories, cuts, (all, sizes) => {
        const batches: Occurrence[][] = [];
        let at = 0;
        for (const { size, repeats } of sizes) {
          batches.push(all.slice(at, at + size));
          at = Math.min(all.length, at + size);
          batches.push(all.slice(Math.max(0, at - repeats), at));
        }
        batches.push(all.slice(at));
        expect(inBatches(batches)).toEqual(inBatches([all]));
      }),
      { numRuns: 300 },
    );
  });

  it('it does not matter how often the clock looks', () => {
    fc.assert(
      fc.property(histories, fc.array(fc.integer({ min: 0, max: 149 })), (all, looks) => {
        let state: IncidentState | undefined;
        const publications: Publication[] = [];
        for (const [index, one] of all.entries()) {
          if (looks.includes(index) && state !== undefined) {
            const matured = mature(state, one.arrivedAt ?? 0, settings);
            state = matured.state;
            publications.push(...matured.publications);
          }
          const decision = decide(state, [one], settings);
          state = decision.state;
          publications.push(...decision.publications);
        }
        const end = (last: IncidentState | undefined) =>
          last === undefined ? [] : mature(last, Number.POSITIVE_INFINITY, settings).publications;
        const calm = inBatches([all]);
        const idsOf = (list: readonly Publication[]) => list.map(({ id, notify }) => `${id} ${notify}`).sort();
        expect(idsOf([...publications, ...end(state)])).toEqual(idsOf([...calm.publications, ...end(calm.state)]));
      }),
      { numRuns: 300 },
    );
  });

  it('people are told once a window, and else only of something worse', () => {
    fc.assert(
      fc.property(histories, (all) => {
        let last: Publication | undefined;
        for (const publication of inBatches([all]).publications.filter(({ notify }) => notify)) {
          if (last !== undefined && elapsedMs(last, publication) < settings.windowMs) {
            expect(severityRank(publication.severity)).toBeGreaterThan(severityRank(last.severity));
          }
          last = publication;
        }
      }),
    );
  });

  it('publication ids are unique', () => {
    fc.assert(
      fc.property(histories, (all) => {
        const ids = inBatches([all]).publications.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  it('it is open exactly while some object that was in trouble has not recovered', () => {
    fc.assert(
      fc.property(histories, (all) => {
        const few = all.filter(({ object }) => Number(object?.slice(4)) < 40);
        const inTrouble = new Set<string>();
        for (const { object = '', isRecovery } of few) {
          if (isRecovery === true) inTrouble.delete(object);
          else inTrouble.add(object);
        }
        const { state } = inBatches([few]);
        expect(state?.status === 'open').toBe(inTrouble.size > 0);
      }),
    );
  });
});
