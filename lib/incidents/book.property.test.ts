import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { severities, severityRank } from '../events/severity.ts';
import { IncidentBook, type Outcome, type Published } from './book.ts';
import { subjectOf } from './deskState.ts';
import { occurrence, startedAt } from './occurrence.builder.ts';
import type { Occurrence } from './occurrence.ts';
import type { Publication } from './publication.ts';
import { defaultIncidentSettings, type IncidentSettings } from './settings.ts';
import { stormGroupOf } from './stormGroup.ts';

const minute = 60_000;
const reasons = ['CrashLoopBackOff', 'FailedScheduling', 'ErrImagePull', 'Unhealthy', 'FailedMount', 'FailedCreate'];

/** Troubles of many workloads at once, in time order. */
const histories = fc
  .array(
    fc.record({
      gap: fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 4 * minute })),
      workload: fc.integer({ min: 0, max: 12 }),
      pod: fc.integer({ min: 0, max: 3 }),
      reason: fc.constantFrom(...reasons),
      grown: fc.integer({ min: 1, max: 6 }),
      severity: fc.constantFrom(...severities.slice(1)),
      isRecovery: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    }),
    { minLength: 1, maxLength: 120 },
  )
  .map((steps) => {
    const counts = new Map<string, number>();
    let now = 0;
    return steps.map(({ gap, workload, pod, reason, grown, severity, isRecovery }, index): Occurrence => {
      now += gap;
      const uid = `${workload}-${pod}-${reason}`;
      const count = (counts.get(uid) ?? 0) + grown;
      if (!isRecovery) counts.set(uid, count);
      const made = occurrence(now, {
        fingerprint: `prod/shop/Deployment/w${workload}/${reason}`,
        object: `w${workload}-${pod}`,
        uid: isRecovery ? `good-${uid}` : uid,
        count,
        effectiveReason: reason,
        severity,
        isRecovery,
        arrivedAt: startedAt + now + 500,
      });
      return { ...made, key: `${made.key}#${index}`, sequence: String(1_000 + index) };
    });
  });

function run(occurrences: readonly Occurrence[], settings: IncidentSettings): Outcome[] {
  const book = new IncidentBook(settings);
  return [...occurrences.map((one) => book.take([one])), book.due(Number.POSITIVE_INFINITY)];
}

/** Another order in which the same could have come: that of each incident stays as it is. */
function interleaved(all: readonly Occurrence[], picks: readonly number[]): Occurrence[] {
  const queues = [...Map.groupBy(all, ({ fingerprint }) => fingerprint).values()];
  return all.flatMap((_, index) => {
    const waiting = queues.filter((queue) => queue.length > 0);
    return waiting[(picks[index % picks.length] ?? 0) % waiting.length]?.shift() ?? [];
  });
}

const isStorm = ({ detailType }: Publication) => detailType === 'event.k8s.storm';
const published = (outcomes: readonly Outcome[]): Published[] => outcomes.flatMap((one) => one.published);

describe('incidents, storm guard and desk together', () => {
  it('publish the same about each incident, whatever order the incidents come in among each other', () => {
    const settings = { ...defaultIncidentSettings, stormLimitPerMinute: 10_000 };
    const texts = (outcomes: readonly Outcome[]) =>
      published(outcomes)
        .filter((one) => !isStorm(one))
        .map(({ id, detailType, severity, occurrences }) => `${id} ${detailType} ${severity} ${occurrences}`)
        .sort();
    fc.assert(
      fc.property(histories, fc.array(fc.nat(), { minLength: 1, maxLength: 60 }), (all, picks) => {
        const other = interleaved(all, picks);
        expect(other).toHaveLength(all.length);
        expect(texts(run(other, settings))).toEqual(texts(run(all, settings)));
      }),
      { numRuns: 200 },
    );
  });

  it('never keep back what is worse than the storm that speaks for it', () => {
    fc.assert(
      fc.property(histories, fc.integer({ min: 1, max: 4 }), (all, stormLimitPerMinute) => {
        const storms = new Map<string, Publication[]>();
        for (const { published: out, withheld } of run(all, { ...defaultIncidentSettings, stormLimitPerMinute })) {
          for (const one of out.filter(isStorm)) {
            const group = stormGroupOf(one.fingerprint);
            storms.set(group, [...(storms.get(group) ?? []), one]);
          }
          for (const { fingerprint, severity } of withheld) {
            const spoken = (storms.get(stormGroupOf(fingerprint)) ?? []).map((one) => severityRank(one.severity));
            expect(Math.max(-1, ...spoken), `${fingerprint} ${severity}`).toBeGreaterThanOrEqual(
              severityRank(severity),
            );
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('let people hear of everything critical: by itself, by name in a message, in a storm as severe, or they know', () => {
    fc.assert(
      fc.property(histories, fc.integer({ min: 1, max: 200 }), (all, stormLimitPerMinute) => {
        const settings = { ...defaultIncidentSettings, stormLimitPerMinute };
        const outcomes = run(all, settings);
        const told = published(outcomes).filter(({ notify, severity }) => notify && severity === 'critical');
        const known = new Set(
          told
            .flatMap((one) =>
              ['worst' in one ? one.worst.map(({ fingerprint }) => fingerprint) : [], one.fingerprint].flat(),
            )
            .map((fingerprint) => subjectOf(fingerprint).trouble),
        );
        const groups = new Set(told.filter(isStorm).map(({ fingerprint }) => stormGroupOf(fingerprint)));
        const alone = run(all, { ...settings, stormLimitPerMinute: 10_000 });
        const wanted = published(alone).filter(({ notify, severity }) => notify && severity === 'critical');
        for (const { fingerprint } of wanted.filter((one) => !isStorm(one))) {
          const isTold = known.has(subjectOf(fingerprint).trouble) || groups.has(stormGroupOf(fingerprint));
          expect(isTold, fingerprint).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('publish once per window and incident, and its escalations', () => {
    const settings = { ...defaultIncidentSettings, stormLimitPerMinute: 10_000 };
    const once = ['event.k8s.received', 'event.k8s.ongoing'];
    fc.assert(
      fc.property(histories, (all) => {
        const out = published(run(all, settings)).filter(({ detailType }) => once.includes(detailType));
        for (const own of Map.groupBy(out, ({ fingerprint }) => fingerprint).values()) {
          const times = own
            .filter(({ labels }) => labels.previous_severity === undefined)
            .map(({ at }) => Date.parse(at));
          for (const [index, time] of times.entries()) {
            const before = times[index - 1];
            if (before !== undefined) expect(time - before).toBeGreaterThanOrEqual(settings.windowMs);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
