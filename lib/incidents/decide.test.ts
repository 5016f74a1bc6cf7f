import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import type { IncidentState } from './incidentState.ts';
import { dueAt, mature } from './mature.ts';
import { occurrence, startedAt, timeAt } from './occurrence.builder.ts';
import type { Occurrence } from './occurrence.ts';
import type { Publication } from './publication.ts';
import { defaultIncidentSettings as settings } from './settings.ts';

const second = 1_000;
const minute = 60 * second;

function run(occurrences: readonly Occurrence[], state?: IncidentState) {
  return decide(state, occurrences, settings);
}

/** `received!` is a publication that notifies. */
function told(publications: readonly Publication[]): string[] {
  return publications.map(({ detailType, notify, severity }) => {
    return `${detailType.slice('event.k8s.'.length)}${notify ? '!' : ''} ${severity}`;
  });
}

/** Occurrences of one Event object with counts 1, 2, 3… at the given times. */
function series(times: readonly number[], parts: Partial<Occurrence> = {}): Occurrence[] {
  return times.map((ms, index) => occurrence(ms, { count: index + 1, ...parts }));
}

describe('an incident opens', () => {
  it('with one publication that notifies', () => {
    const { state, publications } = run([occurrence(0)]);
    expect(told(publications)).toEqual(['received! medium']);
    expect(state).toMatchObject({ status: 'open', occurrences: 1, severity: 'medium', openedAt: timeAt(0) });
    expect(publications[0]?.labels).toMatchObject({ notify: 'true', occurrences: '1', opened_at: timeAt(0) });
  });

  it('with one message when the first occurrence already repeated five times', () => {
    const { state, publications } = run([occurrence(0, { count: 7 })]);
    expect(told(publications)).toEqual(['received! high']);
    expect(publications[0]?.labels.repeated_count).toBe('7');
    expect(state?.tier).toBe(5);
  });

  it('never below its own severity: a critical one that repeated stays critical', () => {
    expect(told(run([occurrence(0, { count: 30, severity: 'critical' })]).publications)).toEqual([
      'received! critical',
    ]);
  });

  it('not for what is only informative', () => {
    expect(run([occurrence(0, { severity: 'info' })])).toEqual({
      state: undefined,
      publications: [],
      suppressed: 0,
      consumed: 1,
    });
  });

  it('quietly for what happened before anybody was watching', () => {
    const { publications } = run([occurrence(0, { backlog: true })]);
    expect(told(publications)).toEqual(['received medium']);
    expect(publications[0]?.labels).toMatchObject({ backlog: 'true' });
    expect(publications[0]?.labels).not.toHaveProperty('notify');
  });

  it('and tells people at the first fresh occurrence after a backlog', () => {
    const { publications } = run([occurrence(0, { backlog: true }), occurrence(10 * second, { count: 2 })]);
    expect(told(publications)).toEqual(['received medium', 'received! medium']);
  });
});

describe('inside the window', () => {
  it('repeats stay quiet and are counted', () => {
    const { state, publications, suppressed } = run(series([0, minute, 2 * minute, 4 * minute]));
    expect(publications).toHaveLength(1);
    expect(suppressed).toBe(3);
    expect(state).toMatchObject({ occurrences: 4, suppressedInWindow: 3, lastSeen: timeAt(4 * minute) });
  });

  it('the first repeat after it says that the trouble lasts, and what was kept quiet', () => {
    const { publications } = run(series([0, minute, 2 * minute, 5 * minute]));
    expect(told(publications)).toEqual(['received! medium', 'ongoing medium']);
    expect(publications[1]?.labels.suppressed).toBe('2');
  });

  it('lasts from one reminder to the next', () => {
    const every30s = series(Array.from({ length: 41 }, (_, index) => index * 30 * second));
    const kinds = told(run(every30s).publications);
    expect(kinds.filter((kind) => kind.startsWith('ongoing'))).toHaveLength(4); // at 5, 10, 15 and 20 minutes
  });
});

describe('escalation', () => {
  it('comes at 5, 25 and 125 occurrences', () => {
    const { publications } = run(series(Array.from({ length: 110 }, (_, index) => index * second)));
    expect(told(publications)).toEqual(['received! medium', 'escalated high', 'escalated high']);
    expect(publications.slice(1).map(({ labels }) => labels.repeated_count)).toEqual(['5', '25']);
  });

  it('of a minor matter wakes people once it has lasted: a slow start repeats, too', () => {
    const { publications } = run(series(Array.from({ length: 15 }, (_, index) => index * 10 * second)));
    expect(told(publications)).toEqual(['received! medium', 'escalated high', 'escalated! high']);
    expect(publications[2]?.labels).toMatchObject({ repeated_count: '13', notify: 'true' });
  });

  it('wakes people at once when the Event says itself that it has lasted', () => {
    const firstAt = timeAt(-3 * minute);
    const { publications } = run([occurrence(0), occurrence(second, { count: 5, firstAt })]);
    expect(told(publications)).toEqual(['received! medium', 'escalated! high']);
  });

  it('never wakes people for what is low, however often', () => {
    const all = series(
      Array.from({ length: 200 }, (_, index) => index * 10 * second),
      { severity: 'low' },
    );
    expect(told(run(all).publications).filter((kind) => kind.includes('!'))).toEqual(['received! low']);
  });

  it('does not wake people for what comes back now and then', () => {
    const all = series(Array.from({ length: 20 }, (_, index) => index * 9 * minute));
    expect(told(run(all).publications).filter((kind) => kind.includes('!'))).toEqual(['received! medium']);
  });

  it('keeps a critical incident critical and does not notify again within the window', () => {
    const { publications } = run(
      series(
        [0, 10, 20, 30, 40].map((s) => s * second),
        { severity: 'critical' },
      ),
    );
    expect(told(publications)).toEqual(['received! critical', 'escalated critical']);
  });

  it('by count reminds people after half an hour, not at every power of five', () => {
    const all = series(
      Array.from({ length: 600 }, (_, index) => index * 15 * second),
      { severity: 'critical' },
    );
    const told125 = run(all).publications.filter(({ notify }) => notify);
    expect(told(told125)).toEqual(['received! critical', 'escalated! critical']);
    expect(told125[1]?.labels.repeated_count).toBe('125');
  });

  it('comes when an occurrence is worse than the incident', () => {
    const { publications } = run([occurrence(0), occurrence(minute, { count: 2, severity: 'critical' })]);
    expect(told(publications)).toEqual(['received! medium', 'escalated! critical']);
    expect(publications[1]?.labels.previous_severity).toBe('medium');
  });

  it('is one message when count and severity rise together', () => {
    const { publications } = run([occurrence(0), occurrence(minute, { count: 6, severity: 'critical' })]);
    expect(told(publications)).toEqual(['received! medium', 'escalated! critical']);
    expect(publications[1]?.labels.repeated_count).toBe('6');
  });

  it('takes the place of the reminder when the window is over', () => {
    const { publications } = run(series([0, 1, 2, 3, 6].map((m) => m * minute)));
    expect(told(publications)).toEqual(['received! medium', 'escalated! high']);
    expect(publications[1]?.labels.suppressed).toBe('3');
  });

  it('in the backlog wakes nobody, and people hear of it with the first fresh occurrence', () => {
    const { publications } = run([
      occurrence(0),
      occurrence(minute, { count: 2, severity: 'critical', backlog: true }),
      occurrence(2 * minute, { count: 3 }),
    ]);
    expect(told(publications)).toEqual(['received! medium', 'escalated critical', 'escalated! critical']);
  });
});

describe('counts', () => {
  it('are compared per Event object', () => {
    const { state } = run([occurrence(0, { count: 3 }), occurrence(second, { uid: 'uid-2' })]);
    expect(state?.occurrences).toBe(4);
  });

  it('that did not grow add nothing and publish nothing, even after the window', () => {
    const first = run([occurrence(0, { count: 3 })]).state;
    const { state, publications } = run(
      [occurrence(6 * minute, { count: 3 }), occurrence(7 * minute, { count: 2 })],
      first,
    );
    expect(publications).toEqual([]);
    expect(state).toMatchObject({ occurrences: 3, lastSeen: timeAt(7 * minute) });
  });

  it('that fell back open a new episode after quiet instead of hiding it for ever', () => {
    const first = run([occurrence(0, { count: 40 })]).state;
    const { state, publications } = run([occurrence(31 * minute, { count: 2 })], first);
    expect(told(publications)).toEqual(['received! medium']);
    const later = run([occurrence(32 * minute, { count: 3 })], state);
    expect(later.state?.occurrences).toBe(2);
  });
});

describe('after quiet', () => {
  it('the next occurrence is a new episode with its own count', () => {
    const first = run(series([0, second, 2 * second, 3 * second, 4 * second])).state;
    const { state, publications } = run([occurrence(31 * minute, { count: 6 })], first);
    expect(told(publications)).toEqual(['received! medium']);
    expect(state).toMatchObject({ occurrences: 1, tier: 0, severity: 'medium', openedAt: timeAt(31 * minute) });
  });

  it('shorter than the limit it is the same one', () => {
    const first = run([occurrence(0)]).state;
    expect(told(run([occurrence(29 * minute, { count: 2 })], first).publications)).toEqual(['ongoing medium']);
  });
});

describe('a recovery', () => {
  const recovery = (ms: number, parts: Partial<Occurrence> = {}) =>
    occurrence(ms, { uid: 'good-news', severity: 'info', isRecovery: true, ...parts });

  it('resolves the open incident, once', () => {
    const { state, publications } = run([occurrence(0), recovery(minute), recovery(2 * minute)]);
    expect(told(publications)).toEqual(['received! medium', 'resolved medium']);
    expect(state?.status).toBe('resolved');
  });

  it('of nothing changes nothing', () => {
    expect(run([recovery(0)]).state).toBeUndefined();
  });

  it('that is older than the last occurrence is ignored', () => {
    const { state } = run([occurrence(minute), recovery(30 * second)]);
    expect(state?.status).toBe('open');
  });

  it('is believed when only its clock is behind: it arrived minutes later', () => {
    const late = recovery(-minute, { arrivedAt: startedAt + 10 * minute });
    expect(run([occurrence(0), late]).state?.status).toBe('resolved');
  });

  it('followed by the same trouble outside the window opens it again without waking anybody twice', () => {
    const { state, publications } = run([occurrence(0), recovery(minute), occurrence(10 * minute, { count: 2 })]);
    expect(told(publications)).toEqual(['received! medium', 'resolved medium', 'received medium']);
    expect(publications[2]?.labels.reopened).toBe('true');
    expect(state?.status).toBe('open');
  });

  it('followed by the same trouble wakes people when they were last told long ago', () => {
    const times = Array.from({ length: 8 }, (_, index) => index * 5 * minute);
    const long = run(series(times, { severity: 'high' })).state;
    const { publications } = run([recovery(52 * minute), occurrence(58 * minute, { count: 9 })], long);
    expect(told(publications)).toEqual(['resolved high', 'received! high']);
  });

  it('and relapse inside one window are silent', () => {
    const flapping = [occurrence(0), recovery(second), occurrence(2 * second, { count: 2 }), recovery(3 * second)];
    const { state, publications } = run(flapping);
    expect(told(publications)).toEqual(['received! medium', 'resolved medium']);
    expect(state?.status).toBe('resolved');
  });

  it('is not undone by an occurrence that happened before it and came late', () => {
    const straggler = occurrence(30 * second, { count: 2, arrivedAt: startedAt + 61 * second });
    const { state, publications } = run([occurrence(0), recovery(minute), straggler]);
    expect(state?.status).toBe('resolved');
    expect(publications).toHaveLength(2);
  });
});

describe('clocks', () => {
  it('a jump to the future opens one new episode, and the way back keeps working', () => {
    const years = 5 * 365 * 24 * 60 * minute;
    const arrivals = (ms: number) => startedAt + ms;
    const first = run([
      occurrence(0, { arrivedAt: arrivals(0) }),
      occurrence(years, { count: 2, arrivedAt: arrivals(minute) }),
    ]);
    expect(told(first.publications)).toEqual(['received! medium', 'received! medium']);
    const back = run(
      [
        occurrence(2 * minute, { count: 3, arrivedAt: arrivals(2 * minute) }),
        occurrence(7 * minute, { count: 4, arrivedAt: arrivals(7 * minute) }),
      ],
      first.state,
    );
    expect(told(back.publications)).toEqual(['ongoing medium']);
    expect(back.state?.lastSeen).toBe(timeAt(7 * minute));
  });

  it('a clock set back by years does not silence the incident', () => {
    const first = run([occurrence(0)]).state;
    const old = (ms: number, count: number) =>
      occurrence(0, { count, at: '2019-01-01T00:00:00.000000Z', arrivedAt: startedAt + ms });
    expect(told(run([old(6 * minute, 2)], first).publications)).toEqual(['ongoing medium']);
    expect(told(run([old(40 * minute, 2)], first).publications)).toEqual(['received! medium']);
  });

  it('text that is no time does no harm', () => {
    const odd = occurrence(0, { at: 'yesterday', arrivedAt: startedAt });
    expect(told(run([odd, occurrence(minute, { count: 2 })]).publications)[0]).toBe('received! medium');
  });
});

describe('delivered again', () => {
  it('an applied occurrence changes nothing: the very same state comes back', () => {
    const { state } = run(series([0, minute, 6 * minute]));
    expect(run(series([0, minute, 6 * minute]), state)).toMatchObject({ publications: [], suppressed: 0 });
    expect(run(series([0, minute, 6 * minute]), state).state).toBe(state);
  });

  it('an occurrence that comes very late still counts when its count proves that it is new', () => {
    const many = Array.from({ length: 60 }, (_, index) => occurrence(minute + index * second, { uid: `u${index}` }));
    const { state } = run([occurrence(0), ...many]);
    const late = occurrence(minute + 500, { uid: 'late', severity: 'critical' });
    expect(told(run([late], state).publications)).toEqual(['escalated! critical']);
    const repeated = occurrence(minute, { uid: 'u0' });
    expect(run([repeated], state).state).toBe(state);
  });

  it('and does not when the count could have been forgotten', () => {
    const many = Array.from({ length: 100 }, (_, index) => occurrence(minute + index * second, { uid: `u${index}` }));
    const { state } = run([occurrence(0), ...many]);
    expect(run([occurrence(minute + 500, { uid: 'late', severity: 'critical' })], state).state).toBe(state);
  });
});

describe('maxPublications', () => {
  it('stops after that many and says how far it came', () => {
    const all = series(Array.from({ length: 20 }, (_, index) => index * 5 * minute));
    const part = decide(undefined, all, settings, 3);
    expect(part.publications).toHaveLength(3);
    const rest = decide(part.state, all.slice(part.consumed), settings);
    expect([...part.publications, ...rest.publications]).toEqual(decide(undefined, all, settings).publications);
  });
});

describe('a rule about patience', () => {
  const critical = { severity: 'critical', effectiveReason: 'CrashLoopBackOff' } as const;
  const first = (parts: Partial<Occurrence>) => occurrence(0, { ...critical, ...parts });
  const later = (ms: number, parts: Partial<Occurrence>) => occurrence(ms, { ...critical, count: 2, ...parts });

  it('lets people hear of anything only once it has lasted', () => {
    const settings = { isPatient: true, patienceMs: 10 * minute };
    const steps = [first({ settings }), later(6 * minute, { settings }), later(12 * minute, { settings, count: 3 })];
    expect(told(run(steps).publications)).toEqual(['received critical', 'ongoing critical', 'escalated! critical']);
  });

  it('takes the patience from the settings when it states none', () => {
    const settings = { isPatient: true };
    expect(told(run([first({ settings }), later(minute, { settings })]).publications)).toEqual(['received critical']);
    expect(told(run([first({ settings }), later(3 * minute, { settings })]).publications)).toEqual([
      'received critical',
      'escalated! critical',
    ]);
  });

  it('lets people hear at once of what usually heals by itself', () => {
    const settings = { isPatient: false };
    const unscheduled = occurrence(0, { effectiveReason: 'FailedScheduling', severity: 'high', settings });
    expect(told(run([unscheduled]).publications)).toEqual(['received! high']);
  });
});

describe('a relapse', () => {
  it('soon after people were told is told when it is back for a window, by the clock where nothing else happens', () => {
    const good = occurrence(5 * minute, { uid: 'good', isRecovery: true });
    const { state, publications } = run([occurrence(0), good, occurrence(8 * minute, { count: 2 })]);
    expect(told(publications)).toEqual(['received! medium', 'resolved medium', 'received medium']);
    expect(state && dueAt(state)).toBe(startedAt + 13 * minute + second);
    const due = state && mature(state, startedAt + 14 * minute, settings);
    expect(due && told(due.publications)).toEqual(['escalated! medium']);
  });

  it('that ends within the window is told to nobody', () => {
    const good = (ms: number) => occurrence(ms, { uid: `good-${ms}`, isRecovery: true });
    const flaps = [occurrence(0), good(minute), occurrence(8 * minute, { count: 2 }), good(9 * minute)];
    const { state } = run(flaps);
    expect(state && dueAt(state)).toBeUndefined();
  });
});
