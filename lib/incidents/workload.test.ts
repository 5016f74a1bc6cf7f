import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import type { IncidentState } from './incidentState.ts';
import { dueAt, mature } from './mature.ts';
import { maxMembers } from './members.ts';
import { occurrence, startedAt, timeAt } from './occurrence.builder.ts';
import type { Occurrence } from './occurrence.ts';
import type { Publication } from './publication.ts';
import { defaultIncidentSettings as settings } from './settings.ts';

const second = 1_000;
const minute = 60 * second;
const fingerprint = 'prod/shop/Deployment/checkout/CrashLoopBackOff';

function run(occurrences: readonly Occurrence[], state?: IncidentState) {
  return decide(state, occurrences, settings);
}

function told(publications: readonly Publication[]): string[] {
  return publications.map(
    ({ detailType, notify, severity }) => `${detailType.slice(10)}${notify ? '!' : ''} ${severity}`,
  );
}

/** What pod number `pod` says at that time. */
function ofPod(pod: number, ms: number, parts: Partial<Occurrence> = {}): Occurrence {
  const base = { fingerprint, effectiveReason: 'CrashLoopBackOff', severity: 'critical' as const };
  return occurrence(ms, { ...base, object: `checkout-7d9f8b6c5d-${pod}`, uid: `uid-${pod}`, ...parts });
}

describe('a workload', () => {
  it('wakes people once for thirty replicas, and says how many there are', () => {
    const all = Array.from({ length: 300 }, (_, index) =>
      ofPod(index % 30, index * 100, { count: 1 + Math.floor(index / 30) }),
    );
    const { publications, state } = run(all);
    expect(told(publications).filter((kind) => kind.includes('!'))).toEqual(['received! critical']);
    expect(Object.keys(state?.members ?? {})).toHaveLength(30);
    const later = run([ofPod(0, 6 * minute, { count: 20 })], state);
    expect(later.publications[0]?.labels.objects).toBe('30');
  });

  it('is not made worse by many pods that each had it once', () => {
    const all = Array.from({ length: 40 }, (_, index) =>
      ofPod(index, index * 14 * second, { severity: 'medium', effectiveReason: 'Unhealthy' }),
    );
    expect(told(run(all).publications).filter((kind) => kind.includes('high'))).toEqual([]);
  });

  it('wakes people again when much later far more of it is in trouble', () => {
    const few = [ofPod(0, 0), ofPod(1, minute)];
    const many = Array.from({ length: 8 }, (_, index) => ofPod(10 + index, 12 * minute + index));
    const { publications } = run([...few, ofPod(0, 6 * minute, { count: 2 }), ...many]);
    const pages = publications.filter(({ notify }) => notify);
    expect(told(pages)).toEqual(['received! critical', 'escalated! critical']);
    expect(pages[1]?.labels.objects).toBe('10');
  });

  it('is over when the last of its pods has recovered', () => {
    const good = (pod: number, ms: number) =>
      ofPod(pod, ms, { isRecovery: true, severity: 'info', uid: `good-${pod}` });
    const { publications, state } = run([ofPod(0, 0), ofPod(1, second), good(0, minute), good(2, minute)]);
    expect(told(publications)).toEqual(['received! critical']);
    expect(Object.keys(state?.members ?? {})).toHaveLength(1);
    expect(told(run([good(1, 2 * minute)], state).publications)).toEqual(['resolved critical']);
  });

  it('remembers the latest of very many objects, and says that there were more', () => {
    const all = Array.from({ length: 200 }, (_, index) => ofPod(index, index * second));
    const { state, publications } = run([...all, ofPod(199, 6 * minute, { count: 2 })]);
    expect(Object.keys(state?.members ?? {})).toHaveLength(maxMembers);
    expect(publications.at(-1)?.labels.objects).toBe(`${maxMembers}+`);
  });
});

describe('patience', () => {
  const waiting = (pod: number, ms: number, parts: Partial<Occurrence> = {}) =>
    ofPod(pod, ms, { severity: 'high', effectiveReason: 'FailedScheduling', ...parts });
  const placed = (pod: number, ms: number) =>
    waiting(pod, ms, { isRecovery: true, severity: 'info', uid: `placed-${pod}` });

  it('keeps people asleep while every pod waits only a minute for its node', () => {
    const all = Array.from({ length: 20 }, (_, pod) => [
      waiting(pod, pod * 20 * second),
      placed(pod, pod * 20 * second + minute),
    ]);
    const inOrder = all.flat().sort((a, b) => (a.at < b.at ? -1 : 1));
    expect(told(run(inOrder).publications)).toEqual(['received high', 'ongoing high', 'resolved high']);
  });

  it('wakes them by the clock when one pod has waited for two minutes, though nothing more was said', () => {
    const { state } = run([waiting(0, 0), waiting(1, 30 * second), placed(0, minute)]);
    if (state === undefined) throw new Error('an occurrence opens an incident');
    expect(dueAt(state)).toBe(startedAt + 31 * second + settings.patienceMs);
    expect(mature(state, startedAt + 2 * minute, settings).publications).toEqual([]);
    const { publications, state: after } = mature(state, startedAt + 3 * minute, settings);
    expect(told(publications)).toEqual(['escalated! high']);
    expect(publications[0]).toMatchObject({ at: timeAt(150 * second), labels: { lasting: '120', notify: 'true' } });
    expect(mature(after, startedAt + 9 * minute, settings).publications).toEqual([]);
  });

  it('tells of what had lasted before it recovered, in that order', () => {
    const { publications } = run([waiting(0, 0), placed(0, 3 * minute)]);
    expect(told(publications)).toEqual(['received high', 'escalated! high', 'resolved high']);
  });

  it('tells once of what an Event object says has lasted, and not by the clock again', () => {
    const { publications, state } = run([
      waiting(0, 5 * minute),
      waiting(0, 5 * minute, { count: 2, firstAt: timeAt(0) }),
    ]);
    expect(told(publications)).toEqual(['received high', 'escalated! high']);
    expect(state && dueAt(state)).toBeUndefined();
  });

  it('is a rule’s to change', () => {
    const { publications } = run([waiting(0, 0, { settings: { patienceMs: 0 } })]);
    expect(told(publications)).toEqual(['received! high']);
    const { state } = run([waiting(0, 0, { settings: { patienceMs: 600_000 } })]);
    expect(state && dueAt(state)).toBe(startedAt + second + 600_000);
  });

  it('does not wake anybody for what happened before anybody was watching', () => {
    const { state } = run([waiting(0, 0, { backlog: true })]);
    expect(state && dueAt(state)).toBeUndefined();
  });

  it('calls a half-hourly repeat of the scheduler neither news nor a recovery', () => {
    const every = Array.from({ length: 8 }, (_, index) => waiting(0, index * 30 * minute, { count: index + 1 }));
    expect(told(run(every).publications).filter((kind) => kind.includes('received'))).toEqual(['received high']);
    expect(told(run(every).publications).filter((kind) => kind.includes('!')).length).toBeLessThanOrEqual(2);
  });
});

describe('silence by a rule', () => {
  it('is published, and people hear of it with the first occurrence outside', () => {
    const night = ofPod(0, 0, { isSilenced: true });
    const { publications } = run([night, ofPod(0, minute, { count: 2 })]);
    expect(told(publications)).toEqual(['received critical', 'received! critical']);
    expect(publications[0]?.labels.silenced).toBe('true');
  });
});

describe('settings of a rule', () => {
  it('change window, escalation and reopening of one incident', () => {
    const rule = { settings: { windowMs: minute, reopenAfterMs: 2 * minute, escalateFactor: 2 } };
    const all = [0, 90, 400].map((s, index) => ofPod(0, s * second, { count: index + 1, severity: 'high', ...rule }));
    expect(told(run(all).publications)).toEqual(['received! high', 'escalated high', 'received! high']);
  });
});
