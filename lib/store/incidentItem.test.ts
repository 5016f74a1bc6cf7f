import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { severities } from '../events/severity.ts';
import { decide } from '../incidents/decide.ts';
import type { IncidentState } from '../incidents/incidentState.ts';
import { occurrence } from '../incidents/occurrence.builder.ts';
import { defaultIncidentSettings } from '../incidents/settings.ts';
import { admit } from '../incidents/storm.ts';
import type { StormCandidate } from '../incidents/stormGroup.ts';
import { fromIncidentItem, toIncidentItem } from './incidentItem.ts';
import { lastSeenKey } from './incidentKeys.ts';
import { fromStormItem, toStormItem } from './incidentStormItem.ts';
import { itemSize } from './itemSize.ts';

function stateAfter(count: number, everyMs: number, objects: number): IncidentState {
  const occurrences = Array.from({ length: count }, (_, index) =>
    occurrence(index * everyMs, {
      uid: `3f0c1d2e-0000-4000-8000-${String(index % objects).padStart(12, '0')}`,
      count: 1 + Math.floor(index / objects),
      message: 'Back-off pulling image "registry.example.com/team/shop/web:2026-11-20"',
      sequence: String(1_000_000_000_000_000_000_000n + BigInt(index)),
    }),
  );
  const { state } = decide(undefined, occurrences, defaultIncidentSettings);
  if (state === undefined) throw new Error('occurrences open an incident');
  return state;
}

const size = (state: IncidentState) => itemSize(toIncidentItem(state, 1, 90));

describe('an incident item', () => {
  it('comes back as it went in', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 2_000_000 }),
        (count, objects, gap) => {
          const state = stateAfter(count, gap, objects);
          expect(fromIncidentItem(toIncidentItem(state, 7, 90))).toEqual({ ...state, version: 7 });
          expect(Object.keys(fromIncidentItem(toIncidentItem(state, 7, 90)).counts)).toEqual(Object.keys(state.counts));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('takes one write unit in an ordinary life', () => {
    expect(size(stateAfter(1, 0, 1))).toBeLessThan(700);
    expect(size(stateAfter(500, 5 * 60_000, 1))).toBeLessThan(1_024); // a crash loop at its slowest, for days
  });

  it('stays under 3 KB at its worst', () => {
    expect(size(stateAfter(5_000, 100, 5_000))).toBeLessThan(3_072);
  });

  it('has an index key DynamoDB accepts, however long its names are', () => {
    const fingerprint = `c/${'n'.repeat(63)}/Pod/${'é'.repeat(253)}/${'%'.repeat(400)}`;
    expect(Buffer.byteLength(lastSeenKey('2026-11-20T10:00:00.000000Z', fingerprint))).toBeLessThanOrEqual(1_024);
  });
});

describe('a storm item', () => {
  it('comes back as it went in and stays under 12 KB at the height of a storm', () => {
    const candidates = Array.from({ length: 5_000 }, (_, index): StormCandidate => {
      const { at, key } = occurrence(index);
      return {
        id: `id-${index}`,
        detailType: 'event.k8s.received',
        fingerprint: `prod/${'n'.repeat(63)}/Pod/web-6d5f7c9b8d-${index}/CrashLoopBackOff`,
        occurrenceKey: key,
        at,
        arrivedAt: Date.parse(at),
        severity: severities[index % 5] ?? 'low',
        notify: true,
        occurrences: index,
      };
    });
    const { group } = admit(undefined, candidates, defaultIncidentSettings);
    if (group === undefined) throw new Error('publications make a group');
    expect(fromStormItem(toStormItem(group, 3, 0))).toEqual({ ...group, version: 3 });
    expect(itemSize(toStormItem(group, 3, 0))).toBeLessThan(12 * 1024);
  });
});
