import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Severity, severities, severityRank } from '../events/severity.ts';
import { concernsDesk, deskDueAt, hear, tellDue } from './desk.ts';
import { type DeskCandidate, type DeskState, type DigestPublication, subjectOf } from './deskState.ts';
import { startedAt, timeAt } from './occurrence.builder.ts';
import type { PublicationKind } from './publication.ts';
import { defaultIncidentSettings as settings } from './settings.ts';

const second = 1_000;
const minute = 60 * second;
let number = 0;

/** A publication that opens an incident, unless told otherwise. */
function news(ms: number, fingerprint: string, parts: Partial<DeskCandidate> = {}): DeskCandidate {
  number += 1;
  return {
    id: `id-${number}`,
    detailType: 'event.k8s.received' as PublicationKind,
    fingerprint,
    occurrenceKey: `${timeAt(ms)}#uid-${number}#1`,
    at: timeAt(ms),
    arrivedAt: startedAt + ms,
    severity: 'high',
    notify: true,
    occurrences: 1,
    ...parts,
  };
}

const ofWorkload = (name: string, reason: string) => `prod/shop/Deployment/${name}/${reason}`;
const ofNode = (name: string, reason: string) => `prod/default/Node/${name}/${reason}`;

/** Feeds publications one by one; what people hear, by name and reason. */
function listen(candidates: readonly DeskCandidate[], first?: DeskState) {
  let desk = first;
  const heard: string[] = [];
  for (const candidate of candidates) {
    const hearing = hear(desk, concernsDesk(candidate) ? [candidate] : [], settings);
    desk = hearing.desk;
    heard.push(...hearing.digests.map(say));
    if (candidate.notify && !hearing.hushed.has(candidate.id)) heard.push(nameOf(candidate.fingerprint));
  }
  return { desk, heard };
}

function nameOf(fingerprint: string): string {
  return fingerprint.split('/').slice(3).join(' ');
}

function say({ worst, objects }: DigestPublication): string {
  return `${objects}: ${worst.map(({ fingerprint }) => fingerprint.split('/')[3]).join(', ')}`;
}

describe('one object', () => {
  it('is told of once when its trouble goes by several names', () => {
    const { heard } = listen([
      news(0, ofWorkload('web', 'ErrImagePull')),
      news(second, ofWorkload('web', 'ImagePullBackOff')),
      news(2 * second, ofWorkload('web', 'FailedMount')),
    ]);
    expect(heard).toEqual(['web ErrImagePull', 'web FailedMount']);
  });

  it('is told of again when that gets worse, and when it is long ago', () => {
    const { heard } = listen([
      news(0, ofWorkload('web', 'Unhealthy'), { severity: 'medium' }),
      news(second, ofWorkload('web', 'CrashLoopBackOff'), { severity: 'critical' }),
      news(6 * minute, ofWorkload('web', 'Unhealthy'), { detailType: 'event.k8s.escalated' }),
      news(40 * minute, ofWorkload('web', 'OOMKilled'), { severity: 'critical' }),
    ]);
    expect(heard).toEqual(['web Unhealthy', 'web CrashLoopBackOff', 'web OOMKilled']);
  });

  it('may repeat what its own incident thinks worth repeating', () => {
    const more = { detailType: 'event.k8s.escalated' as const };
    const { heard } = listen([
      news(0, ofWorkload('web', 'FailedMount')),
      news(minute, ofWorkload('web', 'FailedMount'), more),
    ]);
    expect(heard).toHaveLength(2);
  });
});

describe('many objects', () => {
  it('are told of in one message that names them all, after the first two', () => {
    const all = ['a', 'b', 'c', 'd', 'e'].map((name, index) => news(index * second, ofWorkload(name, 'FailedCreate')));
    const { heard, desk } = listen(all);
    expect(heard).toEqual(['a FailedCreate', 'b FailedCreate']);
    if (desk === undefined) throw new Error('publications make a desk');
    expect(deskDueAt(desk, settings)).toBe(startedAt + 62 * second);
    const { digests, desk: after } = tellDue(desk, startedAt + 62 * second, settings);
    expect(digests.map(say)).toEqual(['5: c, d, e, a, b']);
    expect(digests[0]).toMatchObject({ detailType: 'event.k8s.storm', severity: 'high', notify: true });
    expect(deskDueAt(after, settings)).toBeUndefined();
  });

  it('that join later are named at most once a window', () => {
    const early = ['a', 'b', 'c'].map((name, index) => news(index * second, ofWorkload(name, 'FailedCreate')));
    const late = ['d', 'e', 'f'].map((name, index) => news((2 + index) * minute, ofWorkload(name, 'FailedCreate')));
    const { heard } = listen([...early, ...late, news(30 * minute, ofWorkload('g', 'FailedCreate'))]);
    expect(heard).toEqual(['a FailedCreate', 'b FailedCreate', '3: c, a, b', '3: d, e, f', 'g FailedCreate']);
  });

  it('with different troubles do not get into each other’s message', () => {
    const { heard } = listen(
      ['FailedCreate', 'FailedMount', 'ImagePullBackOff', 'CreateContainerConfigError', 'BackoffLimitExceeded'].map(
        (reason, index) => news(index, ofWorkload(`w${index}`, reason)),
      ),
    );
    expect(heard).toHaveLength(5);
  });

  it('that are worse are not spoken for by lesser ones', () => {
    const lesser = Array.from({ length: 50 }, (_, index) => news(index, ofWorkload(`w${index}`, 'Unhealthy')));
    const { heard } = listen([...lesser, news(second, ofWorkload('ledger', 'Unhealthy'), { severity: 'critical' })]);
    expect(heard).toContain('ledger Unhealthy');
  });

  it('leave a storm to its own message', () => {
    const all = ['a', 'b', 'c'].map((name, index) => news(index * second, ofWorkload(name, 'FailedCreate')));
    const storm = news(10 * second, 'prod/shop/*/*/FailedCreate', { detailType: 'event.k8s.storm' });
    const { heard, desk } = listen([...all, storm]);
    expect(heard).toEqual(['a FailedCreate', 'b FailedCreate', '* FailedCreate']);
    expect(desk && deskDueAt(desk, settings)).toBeUndefined();
  });
});

describe('nodes', () => {
  it('are told of one at first and then together: it is the zone', () => {
    const all = [1, 2, 3, 4].map((index) => news(index * second, ofNode(`n${index}`, 'NodeNotReady')));
    const { heard, desk } = listen(all);
    expect(heard).toEqual(['n1 NodeNotReady']);
    expect(desk && tellDue(desk, startedAt + 2 * minute, settings).digests.map(say)).toEqual(['4: n2, n3, n4, n1']);
  });

  it('that were drained may go', () => {
    const cordoned = news(0, ofNode('n1', 'NodeNotSchedulable'), { severity: 'low' });
    const { heard } = listen([cordoned, news(5 * minute, ofNode('n1', 'NodeNotReady'))]);
    expect(heard).toEqual(['n1 NodeNotSchedulable']);
  });

  it('that are in service again may not', () => {
    const back = news(minute, ofNode('n1', 'NodeNotSchedulable'), { detailType: 'event.k8s.resolved', notify: false });
    const cordoned = news(0, ofNode('n1', 'NodeNotSchedulable'), { severity: 'low', notify: false });
    const { heard } = listen([cordoned, back, news(5 * minute, ofNode('n1', 'NodeNotReady'))]);
    expect(heard).toEqual(['n1 NodeNotReady']);
  });

  it('that were cordoned long ago and forgotten may not either', () => {
    const cordoned = news(0, ofNode('n1', 'NodeNotSchedulable'), { severity: 'low', notify: false });
    const { heard } = listen([cordoned, news(180 * minute, ofNode('n1', 'NodeNotReady'))]);
    expect(heard).toEqual(['n1 NodeNotReady']);
  });

  it('speak for their pods and for every name of their own trouble', () => {
    const { heard } = listen([
      news(0, ofNode('n1', 'NodeNotReady')),
      news(second, 'prod/default/Pod/*/NodeNotReady', { severity: 'high' }),
      news(minute, ofNode('n2', 'NodeHasDiskPressure')),
      news(2 * minute, ofNode('n2', 'Evicted')),
      news(3 * minute, ofNode('n2', 'ImageGCFailed')),
      news(4 * minute, ofNode('n1', 'Rebooted')),
    ]);
    expect(heard).toEqual(['n1 NodeNotReady', 'n2 NodeHasDiskPressure']);
  });

  it('do not speak for pods when nobody was told of a node', () => {
    expect(listen([news(0, 'prod/default/Pod/*/NodeNotReady', { severity: 'high' })]).heard).toHaveLength(1);
  });
});

describe('for any stream of publications', () => {
  const candidates = fc
    .array(
      fc.record({
        gap: fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 7 * minute })),
        object: fc.integer({ min: 0, max: 30 }),
        kind: fc.constantFrom('Deployment', 'Node'),
        reason: fc.constantFrom('CrashLoopBackOff', 'Unhealthy', 'ErrImagePull', 'ImagePullBackOff', 'NodeNotReady'),
        severity: fc.constantFrom<Severity>(...severities.slice(2)),
        detailType: fc.constantFrom<PublicationKind>('event.k8s.received', 'event.k8s.escalated'),
      }),
      { minLength: 1, maxLength: 80 },
    )
    .map((steps) => {
      let now = 0;
      return steps.map(({ gap, object, kind, reason, ...parts }) => {
        now += gap;
        return news(now, `prod/shop/${kind}/o${object}/${reason}`, parts);
      });
    });

  /** Everything people hear, with the clock at the end. */
  function feed(batches: readonly (readonly DeskCandidate[])[]) {
    let desk: DeskState | undefined;
    const hushed = new Set<string>();
    const digests: DigestPublication[] = [];
    for (const batch of batches) {
      const hearing = hear(desk, batch, settings);
      desk = hearing.desk;
      digests.push(...hearing.digests);
      for (const id of hearing.hushed) hushed.add(id);
    }
    const end = desk === undefined ? { desk, digests: [] } : tellDue(desk, Number.POSITIVE_INFINITY, settings);
    return { desk: end.desk, hushed, digests: [...digests, ...end.digests] };
  }

  it('batch cuts and retries do not change the answers', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(candidates, cuts, (all, sizes) => {
        const batches: DeskCandidate[][] = [];
        let at = 0;
        for (const size of sizes) {
          batches.push(all.slice(at, at + size), all.slice(Math.max(0, at - 10), Math.min(all.length, at + size)));
          at += size;
        }
        batches.push(all.slice(at));
        expect(feed(batches)).toEqual(feed([all]));
      }),
      { numRuns: 300 },
    );
  });

  it('it does not matter how often the clock looks', () => {
    fc.assert(
      fc.property(candidates, fc.array(fc.nat(79)), (all, looks) => {
        let desk: DeskState | undefined;
        const digests: DigestPublication[] = [];
        for (const [index, one] of all.entries()) {
          if (desk !== undefined && looks.includes(index)) {
            const told = tellDue(desk, one.arrivedAt, settings);
            desk = told.desk;
            digests.push(...told.digests);
          }
          const hearing = hear(desk, [one], settings);
          desk = hearing.desk;
          digests.push(...hearing.digests);
        }
        const end = desk === undefined ? [] : tellDue(desk, Number.POSITIVE_INFINITY, settings).digests;
        expect([...digests, ...end]).toEqual(feed([all]).digests);
      }),
    );
  });

  it('whatever people do not hear by itself is named in a message, or they know of that object’s trouble', () => {
    fc.assert(
      fc.property(candidates, (all) => {
        const { hushed, digests } = feed([all]);
        const named = new Set(digests.flatMap(({ worst }) => worst.map(({ fingerprint }) => fingerprint)));
        for (const [index, one] of all.entries()) {
          if (!hushed.has(one.id) || named.has(one.fingerprint)) continue;
          const { trouble } = subjectOf(one.fingerprint);
          const known = all.slice(0, index).some((earlier) => {
            const isKnown = !hushed.has(earlier.id) || named.has(earlier.fingerprint);
            const isSame = subjectOf(earlier.fingerprint).trouble === trouble;
            return isKnown && isSame && severityRank(earlier.severity) >= severityRank(one.severity);
          });
          expect(known, `${one.fingerprint} ${one.severity}`).toBe(true);
        }
      }),
    );
  });

  it('memory is bounded', () => {
    const all = Array.from({ length: 2_000 }, (_, index) =>
      news(index * 700, `prod/ns${index % 50}/Deployment/w${index}/Reason${index % 90}`, {
        severity: severities[index % 5] ?? 'low',
      }),
    );
    const { desk } = feed([all]);
    expect(JSON.stringify(desk).length).toBeLessThan(40_000);
  });
});

describe('what is told must not be lost or doubled', () => {
  it('keeps what waits for its message, however many other troubles come in between', () => {
    const pods = [0, 1, 2, 3].map((index) => news(index * second, ofWorkload(`web${index}`, 'OOMKilled')));
    const others = Array.from({ length: 40 }, (_, index) =>
      news((10 + index) * second, ofWorkload('api', `Odd${index}`)),
    );
    const { desk } = listen([...pods, ...others]);
    if (desk === undefined) throw new Error('news make a desk');
    const { digests } = tellDue(desk, startedAt + 10 * minute, settings);
    expect(digests.map(say)).toEqual(['4: web2, web3, web0, web1']);
  });

  it('of a drained node neither its loss nor that of the pods it still had', () => {
    const { heard } = listen([
      news(0, ofNode('n1', 'NodeNotSchedulable'), { notify: false, severity: 'low' }),
      news(minute, ofNode('n1', 'NodeNotReady')),
      news(minute + second, 'prod/*/Pod/*/NodeNotReady', { severity: 'medium' }),
    ]);
    expect(heard).toEqual([]);
  });
});
