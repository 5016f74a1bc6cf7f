import { describe, expect, it } from 'vitest';
import { recorded } from './expand.ts';
import type { Happening } from './timeline.ts';

const start = Date.parse('2026-05-04T10:00:00Z');
const options = { kubernetes: '1.33', lasts: 3 * 3_600_000, served: 'events.k8s.io/v1' } as const;

/** One thing the kubelet tells `seconds` after the start. */
function happening(seconds: number, parts: Partial<Happening> = {}): Happening {
  return {
    at: start + seconds * 1000,
    component: 'kubelet',
    host: 'node-1',
    object: { kind: 'Pod', namespace: 'shop', name: 'web-0', uid: 'u1', apiVersion: 'v1' },
    type: 'Warning',
    reason: 'BackOff',
    message: 'Back-off restarting failed container',
    background: false,
    ...parts,
  };
}

function every(seconds: number, times: number, parts: (n: number) => Partial<Happening> = () => ({})): Happening[] {
  return Array.from({ length: times }, (_, n) => happening(n * seconds, parts(n)));
}

function writes(happenings: readonly Happening[], kubernetes = options.kubernetes as string) {
  return recorded(happenings, { ...options, kubernetes }, start, 'test').map(({ receivedAt, type, object }) => ({
    after: Math.round((receivedAt - start) / 1000),
    type,
    count: (object.series as { count?: number } | undefined)?.count ?? object.deprecatedCount ?? 1,
    reason: object.reason,
    note: object.note,
    controller: object.reportingController,
  }));
}

describe('the legacy recorder', () => {
  it('counts what repeats on one object, 25 times, then once in five minutes with counts that leap', () => {
    const told = writes(every(10, 120));
    expect(told.slice(0, 25).map(({ count }) => count)).toEqual(Array.from({ length: 25 }, (_, n) => n + 1));
    expect(told.slice(0, 2).map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED']);
    const leaps = told.slice(25);
    expect(leaps.map(({ after }) => after)).toEqual([300, 600, 900]);
    expect(leaps.map(({ count }) => count)).toEqual([31, 61, 91]);
  });

  it('merges the tenth different message and those after it', () => {
    const told = writes(every(20, 14, (n) => ({ message: `sandbox ${n}` })));
    expect(told.slice(0, 9).every(({ note, count }) => !String(note).startsWith('(combined') && count === 1)).toBe(
      true,
    );
    expect(told[9]).toMatchObject({ type: 'ADDED', count: 1, note: '(combined from similar events): sandbox 9' });
    expect(told[13]).toMatchObject({ type: 'MODIFIED', count: 5, note: '(combined from similar events): sandbox 13' });
    expect(told[9]?.controller).toBeUndefined();
  });

  it('lets a chatty reason hide another one of the same type, and before 1.33 of any type', () => {
    const chatter = every(1, 30);
    const good = happening(31, { type: 'Normal', reason: 'Pulled', message: 'pulled' });
    expect(writes([...chatter, good]).at(-1)?.reason).toBe('Pulled');
    expect(writes([...chatter, good], '1.31').at(-1)?.reason).toBe('BackOff');
  });

  it('is one process per node', () => {
    const other = happening(31, { host: 'node-2' });
    expect(writes([...every(1, 30), other]).at(-1)).toMatchObject({ after: 31, type: 'ADDED', count: 1 });
  });
});

describe('the new recorder', () => {
  const scheduling = { component: 'default-scheduler', reason: 'FailedScheduling', action: 'Scheduling' };

  it('writes a series of two at once and the rest when it is over', () => {
    const told = writes(every(30, 10, () => scheduling));
    expect(told.slice(0, 2)).toMatchObject([
      { type: 'ADDED', count: 1, after: 0 },
      { type: 'MODIFIED', count: 2, after: 30 },
    ]);
    expect(told).toHaveLength(3);
    expect(told[2]?.count).toBe(10);
    expect(told[2]?.after).toBeGreaterThan(270 + 360);
    expect(told[2]?.after).toBeLessThanOrEqual(270 + 720);
  });

  it('refreshes what goes on only every half hour', () => {
    const told = writes(every(60, 150, () => scheduling)).slice(2);
    const gaps = told.slice(1).map(({ after }, index) => after - (told[index]?.after ?? 0));
    expect(gaps.slice(0, -1).every((gap) => gap === 1800)).toBe(true);
    expect(told.length).toBeGreaterThanOrEqual(4);
  });

  it('ignores the note but not the version of the object', () => {
    const told = writes([
      happening(0, { ...scheduling, message: 'first' }),
      happening(10, { ...scheduling, message: 'another cause' }),
      happening(20, { ...scheduling, object: { ...happening(0).object, resourceVersion: '2' } }),
    ]);
    expect(told.map(({ type, note }) => [type, note])).toEqual([
      ['ADDED', 'first'],
      ['MODIFIED', 'first'],
      ['ADDED', 'Back-off restarting failed container'],
    ]);
  });
});

describe('a component that writes Event objects itself', () => {
  it('is never counted', () => {
    const told = writes(every(5, 40, () => ({ component: 'argocd-application-controller', host: '' })));
    expect(told).toHaveLength(40);
    expect(new Set(told.map(({ type, count }) => `${type} ${count}`))).toEqual(new Set(['ADDED 1']));
  });
});
