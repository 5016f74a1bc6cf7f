import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { severities, severityRank } from '../events/severity.ts';
import { maxApplied } from './appliedKeys.ts';
import { decide } from './decide.ts';
import { maxCountedEvents } from './eventCounts.ts';
import type { IncidentState } from './incidentState.ts';
import { elapsedMs } from './moment.ts';
import { occurrence, startedAt } from './occurrence.builder.ts';
import type { Occurrence } from './occurrence.ts';
import type { Publication } from './publication.ts';
import { defaultIncidentSettings as settings } from './settings.ts';

const minute = 60_000;
const year = 365 * 24 * 60 * minute;

/** Any history of one fingerprint: bursts, quiet, resets, several Event objects, recoveries, backlog; sane clocks unless asked. */
function histories(options: { withWildClocks: boolean; maxLength?: number }): fc.Arbitrary<Occurrence[]> {
  const jump = options.withWildClocks
    ? fc.oneof(
        { weight: 9, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.constantFrom(-7 * year, 5 * year, -60 * minute) },
      )
    : fc.constant(0);
  const step = fc.record({
    gap: fc.oneof(fc.integer({ min: 0, max: 90_000 }), fc.integer({ min: 0, max: 40 * minute })),
    jump,
    uid: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 150 })),
    grown: fc.oneof(fc.constant(1), fc.integer({ min: -3, max: 30 })),
    severity: fc.constantFrom(...severities),
    backlog: fc.boolean(),
    isRecovery: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  });
  return fc.array(step, { minLength: 1, maxLength: options.maxLength ?? 200 }).map((steps) => {
    const counts = new Map<number, number>();
    let now = 0;
    return steps.map(({ gap, jump: shift, uid, grown, ...rest }, index) => {
      now += gap;
      const count = Math.max(1, (counts.get(uid) ?? 0) + grown);
      counts.set(uid, count);
      const parts = { uid: `uid-${uid}`, count, arrivedAt: startedAt + now + 500, ...rest };
      const made = occurrence(now + shift, parts);
      return { ...made, key: `${made.key}#${index}`, sequence: String(900 + index) };
    });
  });
}

function decideInBatches(deliveries: readonly (readonly Occurrence[])[]) {
  const publications: Publication[] = [];
  let state: IncidentState | undefined;
  for (const batch of deliveries) {
    const decision = decide(state, batch, settings);
    state = decision.state;
    publications.push(...decision.publications);
  }
  return { state, publications };
}

/** Deliveries as a stream makes them: cut anywhere, and after each batch any earlier occurrences may come again. */
const deliveries = (all: readonly Occurrence[]) =>
  fc
    .array(
      fc.record({
        size: fc.integer({ min: 1, max: 60 }),
        repeatsFrom: fc.nat(),
        repeats: fc.integer({ min: 0, max: 120 }),
      }),
      {
        minLength: 1,
        maxLength: 40,
      },
    )
    .map((cuts) => {
      const batches: Occurrence[][] = [];
      let at = 0;
      for (const { size, repeatsFrom, repeats } of cuts) {
        batches.push(all.slice(at, at + size));
        at = Math.min(all.length, at + size);
        const from = at === 0 ? 0 : repeatsFrom % at;
        batches.push(all.slice(from, Math.min(at, from + repeats)));
      }
      batches.push(all.slice(at));
      return batches;
    });

describe('for any history', () => {
  it('batch cuts and redeliveries do not change what is published nor what is remembered', () => {
    const cases = histories({ withWildClocks: true }).chain((all) => fc.tuple(fc.constant(all), deliveries(all)));
    fc.assert(
      fc.property(cases, ([all, batches]) => {
        expect(decideInBatches(batches)).toEqual(decideInBatches([all]));
      }),
      { numRuns: 300 },
    );
  });

  it('nor does it matter when the repeat comes after far more occurrences than are remembered', () => {
    const manyObjects = fc.record({
      length: fc.integer({ min: 100, max: 250 }),
      gap: fc.integer({ min: 0, max: 30_000 }),
    });
    fc.assert(
      fc.property(manyObjects, fc.nat(), ({ length, gap }, from) => {
        const all = Array.from({ length }, (_, index) => {
          const severity = severities[(index * 7) % severities.length] ?? 'low';
          return occurrence(index * gap, { uid: `uid-${index}`, severity, sequence: String(1_000 + index) });
        });
        const repeats = all.slice(from % length);
        expect(decideInBatches([all, repeats, all])).toEqual(decideInBatches([all]));
      }),
      { numRuns: 50 },
    );
  });

  it('publication ids are unique', () => {
    fc.assert(
      fc.property(histories({ withWildClocks: true }), (all) => {
        const ids = decideInBatches([all]).publications.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  it('memory is bounded', () => {
    fc.assert(
      fc.property(histories({ withWildClocks: true, maxLength: 400 }), (all) => {
        const { state } = decideInBatches([all]);
        expect(state?.applied.length ?? 0).toBeLessThanOrEqual(maxApplied);
        expect(Object.keys(state?.counts ?? {}).length).toBeLessThanOrEqual(maxCountedEvents);
      }),
      { numRuns: 50 },
    );
  });

  it('openings and reminders are a window apart, except the first fresh one after a backlog', () => {
    fc.assert(
      fc.property(histories({ withWildClocks: false }), (all) => {
        const regular = decideInBatches([all]).publications.filter(
          ({ detailType }) => detailType === 'event.k8s.received' || detailType === 'event.k8s.ongoing',
        );
        let isSilent = false;
        let last: Publication | undefined;
        for (const publication of regular) {
          const isFirstFresh = isSilent && publication.notify;
          if (last !== undefined && !isFirstFresh)
            expect(elapsedMs(last, publication)).toBeGreaterThanOrEqual(settings.windowMs);
          if (publication.notify) isSilent = false;
          else if (publication.detailType === 'event.k8s.received') isSilent = true;
          if (!isFirstFresh) last = publication;
        }
      }),
    );
  });

  it('people are told once a window, and else only of something worse than they know', () => {
    fc.assert(
      fc.property(histories({ withWildClocks: false }), (all) => {
        let last: Publication | undefined;
        for (const publication of decideInBatches([all]).publications.filter(({ notify }) => notify)) {
          if (last !== undefined && elapsedMs(last, publication) < settings.windowMs) {
            expect(severityRank(publication.severity)).toBeGreaterThan(severityRank(last.severity));
          }
          last = publication;
        }
      }),
    );
  });

  it('escalations are at most one per tier and per rise of severity in an episode', () => {
    fc.assert(
      fc.property(histories({ withWildClocks: false }), (all) => {
        const { publications } = decideInBatches([all]);
        const episodes = Map.groupBy(publications, ({ labels }) => labels.opened_at);
        for (const episode of episodes.values()) {
          const escalations = episode.filter(({ detailType }) => detailType === 'event.k8s.escalated');
          const most = Math.max(...episode.map(({ occurrences }) => occurrences));
          const tiers = Math.floor(Math.log(most + 0.5) / Math.log(settings.escalateFactor));
          // Each rise may be told twice: to machines in a backlog, then to people.
          expect(escalations.length).toBeLessThanOrEqual(tiers + 2 * severities.length);
        }
      }),
    );
  });

  it('the worst severity of a fresh occurrence reaches people', () => {
    fc.assert(
      fc.property(histories({ withWildClocks: true }), (all) => {
        const fresh = all.map((one) => ({ ...one, backlog: false, isRecovery: false }));
        const told = decideInBatches([fresh]).publications.filter(({ notify }) => notify);
        const counted = fresh.filter((one, index) => {
          const earlier = fresh.slice(0, index).filter(({ uid }) => uid === one.uid);
          return severityRank(one.severity) > 0 && earlier.every(({ count }) => count < one.count);
        });
        const worst = Math.max(-1, ...counted.slice(0, maxApplied).map(({ severity }) => severityRank(severity)));
        expect(Math.max(-1, ...told.map(({ severity }) => severityRank(severity)))).toBeGreaterThanOrEqual(worst);
      }),
    );
  });
});
