import { describe, expect, it } from 'vitest';
import type { RawEvent } from '../events/readEvent.ts';
import { compileRules, type RuleSpec } from '../events/rules.ts';
import { type ReplayedEvent, type ReplayInput, replayEvents } from './replay.ts';
import { ReplayTally } from './replayTotals.ts';
import { defaultIncidentSettings, type IncidentSettings } from './settings.ts';

const begin = Date.parse('2026-05-04T10:00:00Z');

/** A crash loop's event, `seconds` after the beginning. */
function event(seconds: number, count: number, parts: RawEvent = {}): RawEvent {
  const time = `${new Date(begin + seconds * 1000).toISOString().slice(0, 19)}Z`;
  return {
    metadata: { name: 'web-0.1', namespace: 'shop', uid: 'event-1' },
    involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web-0' },
    type: 'Warning',
    reason: 'BackOff',
    message: 'Back-off restarting failed container app in pod web-0_shop(u)',
    source: { component: 'kubelet', host: 'node-1' },
    count,
    firstTimestamp: time,
    lastTimestamp: time,
    ...parts,
  };
}

async function replay(
  inputs: readonly ReplayInput[],
  rules: readonly RuleSpec[] = [],
  settings: Partial<IncidentSettings> = {},
) {
  const options = {
    cluster: 'test',
    rules: compileRules(rules),
    settings: { ...defaultIncidentSettings, ...settings },
  };
  const tally = new ReplayTally();
  const events: ReplayedEvent[] = [];
  for await (const one of replayEvents(inputs, options)) {
    events.push(one);
    tally.add(one);
  }
  return { events, totals: tally.totals(), outcomes: events.map(({ outcome }) => outcome) };
}

function told({ published }: ReplayedEvent): string[] {
  return published.map(({ detailType, severity, notify }) => `${detailType.slice(10)}${notify ? '!' : ''} ${severity}`);
}

describe('replaying', () => {
  it('publishes the first of a crash loop and keeps its repeats quiet', async () => {
    const { events, totals } = await replay([1, 2, 3].map((count) => ({ raw: event(count * 10, count) })));
    expect(events.map(told)).toEqual([['received! critical'], [], []]);
    expect(totals).toMatchObject({ eventsIn: 3, incidents: 1, notified: 1, suppressed: 2 });
    expect(totals.noiseRatio).toBeCloseTo(2 / 3);
  });

  it('knows an occurrence that comes again, as History does', async () => {
    const { outcomes, totals } = await replay([{ raw: event(0, 1) }, { raw: event(0, 1) }]);
    expect(outcomes).toEqual(['decided', 'known']);
    expect(totals).toMatchObject({ known: 1, notified: 1, suppressed: 0 });
  });

  it('only stores what is no trouble', async () => {
    const { outcomes } = await replay([
      { raw: event(0, 1, { type: 'Normal', reason: 'Noted', message: 'nothing in particular' }) },
    ]);
    expect(outcomes).toEqual(['stored']);
  });

  it('refuses what cannot be read and what is about a Secret, and goes on', async () => {
    const { events, outcomes, totals } = await replay([
      { raw: { reason: 'Nonsense' } },
      { raw: event(0, 1, { involvedObject: { kind: 'Secret', name: 'token' } }) },
      { raw: event(0, 1) },
    ]);
    expect(outcomes).toEqual(['refused', 'refused', 'decided']);
    expect(events.map(({ error }) => error?.code)).toEqual(['EventFieldMissing', 'EventSecretRefused', undefined]);
    expect(totals.refused).toBe(2);
  });

  it('obeys rules: a severity, and a drop', async () => {
    const { events } = await replay([{ raw: event(0, 1) }], [{ match: { namespace: 'shop' }, severity: 'low' }]);
    expect(events.map(told)).toEqual([['received! low']]);
    const { outcomes, totals } = await replay(
      [{ raw: event(0, 1) }],
      [{ match: { reason: 'CrashLoopBackOff' }, drop: true }],
    );
    expect(outcomes).toEqual(['dropped']);
    expect(totals).toMatchObject({ dropped: 1, notified: 0, noiseRatio: 1 });
  });

  it('tells nobody about backlog', async () => {
    const { events } = await replay([{ raw: event(0, 1), backlog: true }]);
    expect(events.map(told)).toEqual([['received critical']]);
  });

  it('lets one message speak for a storm', async () => {
    const pods = Array.from({ length: 8 }, (_, n) =>
      event(n, 1, {
        metadata: { name: `p${n}.1`, namespace: 'shop', uid: `e${n}` },
        involvedObject: { kind: 'Pod', namespace: 'shop', name: `p${n}` },
      }),
    );
    const { events, totals } = await replay(
      pods.map((raw) => ({ raw })),
      [],
      { stormLimitPerMinute: 3 },
    );
    // The third of one namespace is not told by itself any more; the storm speaks for it.
    expect(events.flatMap(told)).toEqual([
      ...Array(2).fill('received! critical'),
      'received critical',
      'storm! critical',
    ]);
    expect(totals).toMatchObject({ withheld: 5, notified: 3 });
  });

  it('counts as notified only what is severe enough for people', async () => {
    const tally = new ReplayTally('critical');
    const raw = event(0, 1, { reason: 'FailedMount', message: 'MountVolume.SetUp failed' });
    const options = { cluster: 'test', rules: compileRules([]), settings: defaultIncidentSettings };
    for await (const one of replayEvents([{ raw }], options)) tally.add(one);
    expect(tally.totals()).toMatchObject({ notified: 0, publications: { 'event.k8s.received': 1 } });
    expect(new ReplayTally().totals()).toMatchObject({ eventsIn: 0, noiseRatio: 1 });
  });
});
