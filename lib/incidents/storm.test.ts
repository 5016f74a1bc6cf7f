import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Severity, severities } from '../events/severity.ts';
import { startedAt, timeAt } from './occurrence.builder.ts';
import type { PublicationKind } from './publication.ts';
import { defaultIncidentSettings } from './settings.ts';
import { admit, type StormPublication } from './storm.ts';
import { type StormCandidate, type StormGroupState, stormGroupOf } from './stormGroup.ts';

const settings = { ...defaultIncidentSettings, stormLimitPerMinute: 10 };

function candidate(ms: number, number: number, parts: Partial<StormCandidate> = {}): StormCandidate {
  return {
    id: `id-${number}`,
    detailType: 'event.k8s.received' as PublicationKind,
    fingerprint: `prod/shop/Pod/web-${number}/CrashLoopBackOff`,
    occurrenceKey: `${timeAt(ms)}#uid-${number}#1`,
    at: timeAt(ms),
    arrivedAt: startedAt + ms,
    severity: 'high',
    notify: true,
    occurrences: 1,
    ...parts,
  };
}

function burst(count: number, parts: Partial<StormCandidate> = {}, from = 0, everyMs = 10): StormCandidate[] {
  return Array.from({ length: count }, (_, index) => candidate(from * everyMs + index * everyMs, from + index, parts));
}

/** Feeds batches one after another, keeping the state between them. */
function feed(batches: readonly (readonly StormCandidate[])[], using = settings) {
  let group: StormGroupState | undefined;
  const admitted: string[] = [];
  const storms: StormPublication[] = [];
  for (const batch of batches) {
    const answer = admit(group, batch, using);
    group = answer.group;
    storms.push(...answer.storms);
    admitted.push(...batch.filter(({ id }) => answer.admitted.has(id)).map(({ id }) => id));
  }
  return { group, admitted, storms };
}

describe('the storm guard', () => {
  it('groups by cluster, namespace and effective reason', () => {
    expect(stormGroupOf('prod/shop/Pod/web-1/OOMKilled')).toBe('prod#shop#OOMKilled');
  });

  it('lets through what stays within the limit', () => {
    const { admitted, storms } = feed([burst(10)]);
    expect(admitted).toHaveLength(10);
    expect(storms).toEqual([]);
  });

  it('turns everything beyond the limit into one message that names the worst objects', () => {
    const worst = candidate(55, 5, { id: 'again', occurrences: 400 });
    const { admitted, storms } = feed([[...burst(10), worst, ...burst(500, {}, 20)]]);
    expect(admitted).toHaveLength(10);
    expect(storms).toHaveLength(1);
    expect(storms[0]).toMatchObject({ detailType: 'event.k8s.storm', severity: 'high', notify: true });
    expect(storms[0]?.worst[0]).toEqual({ fingerprint: worst.fingerprint, severity: 'high', occurrences: 400 });
    expect(storms[0]?.labels).toEqual({ storm_count: '11', notify: 'true' });
  });

  it('stays quiet while the rate stays high and wakes up after a calm minute', () => {
    const minutes = [0, 1, 2, 3].map((minute) =>
      Array.from({ length: minute === 3 ? 5 : 40 }, (_, index) =>
        candidate(minute * 60_000 + index, minute * 100 + index),
      ),
    );
    const later = [candidate(4 * 60_000, 900)];
    const { admitted, storms } = feed([...minutes, later]);
    expect(storms).toHaveLength(1);
    expect(admitted).toHaveLength(10 + 1);
    expect(admitted).toContain('id-900');
  });

  it('ends after a minute without anything', () => {
    const { admitted } = feed([burst(40), [candidate(180_000, 900)]]);
    expect(admitted).toContain('id-900');
  });

  it('lets something worse pass, and makes one worse storm of it when that too becomes many', () => {
    const critical = burst(30, { severity: 'critical' }, 100);
    const { admitted, storms } = feed([burst(40), critical]);
    expect(admitted.filter((id) => Number(id.slice(3)) >= 100)).toHaveLength(10);
    expect(storms.map(({ severity }) => severity)).toEqual(['high', 'critical']);
  });

  it('is not made critical by one critical among many lesser ones', () => {
    const { admitted, storms } = feed([
      [candidate(0, 900, { severity: 'critical' }), ...burst(40, { severity: 'medium' })],
    ]);
    expect(storms.map(({ severity }) => severity)).toEqual(['medium']);
    expect(
      admit(feed([burst(40)]).group, [candidate(600, 901, { severity: 'critical' })], settings).admitted.size,
    ).toBe(1);
    expect(admitted).toContain('id-900');
  });

  it('lets news for people pass a storm that people were not told of', () => {
    const reminders = burst(40, { notify: false, detailType: 'event.k8s.ongoing' });
    const { storms, group } = feed([reminders]);
    expect(storms.map(({ notify }) => notify)).toEqual([false]);
    const news = admit(group, burst(30, {}, 100), settings);
    expect(news.admitted.size).toBe(10);
    expect(news.storms.map(({ notify }) => notify)).toEqual([true]);
  });

  it('never keeps back a recovery', () => {
    const { admitted } = feed([burst(40), burst(40, { detailType: 'event.k8s.resolved' }, 100)]);
    expect(admitted.filter((id) => Number(id.slice(3)) >= 100)).toHaveLength(40);
  });

  it('gives a retry the answer it gave before and counts nothing twice', () => {
    const all = burst(60);
    const first = admit(undefined, all, settings);
    const again = admit(first.group, all, settings);
    expect(again.group).toBe(first.group);
    expect(again.storms).toEqual([]);
    expect([...again.admitted]).toEqual([...first.admitted]);
  });

  it('is not held in a storm by one clock that is years ahead', () => {
    const ahead = candidate(0, 1, { at: '2031-01-01T00:00:00.000000Z' });
    const { admitted } = feed([[ahead, ...burst(40)], [candidate(200_000, 900)]]);
    expect(admitted).toContain('id-900');
  });
});

describe('for any stream of publications', () => {
  const anyCandidates = fc
    .array(
      fc.record({
        gap: fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 100_000 })),
        severity: fc.constantFrom<Severity>(...severities),
        notify: fc.boolean(),
        detailType: fc.constantFrom<PublicationKind>('event.k8s.received', 'event.k8s.ongoing', 'event.k8s.resolved'),
      }),
      { minLength: 1, maxLength: 150 },
    )
    .map((steps) => {
      let now = 0;
      return steps.map(({ gap, ...parts }, index) => {
        now += gap;
        return candidate(now, index, parts);
      });
    });

  it('batch cuts and retries do not change the answers', () => {
    const cases = fc.tuple(anyCandidates, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }));
    fc.assert(
      fc.property(cases, ([all, sizes]) => {
        const batches: StormCandidate[][] = [];
        let at = 0;
        for (const size of sizes) {
          const batch = all.slice(at, at + size);
          batches.push(batch, all.slice(Math.max(0, at - 10), at + size));
          at += size;
        }
        batches.push(all.slice(at));
        const cut = feed(batches);
        const whole = feed([all]);
        expect(cut.storms).toEqual(whole.storms);
        expect(new Set(cut.admitted)).toEqual(new Set(whole.admitted));
        expect(cut.group).toEqual(whole.group);
      }),
      { numRuns: 300 },
    );
  });

  it('what goes out in a minute is bounded by the limit, whatever comes in', () => {
    fc.assert(
      fc.property(anyCandidates, (all) => {
        const { admitted, storms } = feed([all]);
        const counted = all.filter(
          ({ id, detailType }) => detailType !== 'event.k8s.resolved' && admitted.includes(id),
        );
        for (const { arrivedAt: from } of counted) {
          const inMinute = counted.filter(({ arrivedAt }) => arrivedAt >= from && arrivedAt < from + 60_000);
          // Any minute touches two of the guard's, and each severity and audience has the limit for itself.
          expect(inMinute.length).toBeLessThanOrEqual(2 * settings.stormLimitPerMinute * 2 * severities.length);
        }
        expect(storms.length).toBeLessThanOrEqual(all.length / settings.stormLimitPerMinute);
      }),
    );
  });
});
