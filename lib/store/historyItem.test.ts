import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify } from '../events/classify.ts';
import { type RawEvent, readEvent } from '../events/readEvent.ts';
import { compileRules } from '../events/rules.ts';
import type { Severity } from '../events/severity.ts';
import { fromHistoryItem, toHistoryItem } from './historyItem.ts';
import { itemSize } from './itemSize.ts';

/** Any Event a server could hold: either API, any text, extra fields. */
const rawEvent = fc
  .record({
    namespace: fc.constantFrom('default', 'shop', 'kube-system'),
    name: fc.string({ minLength: 1, maxLength: 60 }),
    uid: fc.option(fc.uuid(), { nil: undefined }),
    kind: fc.constantFrom('Pod', 'Node', 'Rollout', ''),
    reason: fc.string({ unit: 'grapheme', maxLength: 60 }),
    message: fc.string({ unit: 'binary', maxLength: 400 }),
    type: fc.constantFrom('Normal', 'Warning', 'Odd'),
    count: fc.integer({ min: 1, max: 5000 }),
    at: fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
    isCore: fc.boolean(),
    extra: fc.dictionary(fc.string(), fc.jsonValue()),
  })
  .map(({ namespace, name, uid, kind, reason, message, type, count, at, isCore, extra }): RawEvent => {
    const metadata = { name: `${name}.1`, namespace, ...(uid === undefined ? {} : { uid }) };
    const about = { kind, namespace, name, annotations: extra };
    const time = at.toISOString();
    return isCore
      ? { metadata, involvedObject: about, reason, message, type, count, lastTimestamp: time, eventTime: null }
      : {
          metadata,
          regarding: about,
          reason,
          note: message,
          type,
          eventTime: time,
          series: { count, lastObservedTime: time },
        };
  });

function itemOf(raw: RawEvent, backlog = false) {
  const record = readEvent(raw);
  return toHistoryItem({ cluster: 'prod', record, classification: classify(record), raw, backlog, retentionDays: 30 });
}

describe('a history item', () => {
  it('gives back what it was made of', () => {
    fc.assert(
      fc.property(rawEvent, fc.boolean(), (raw, backlog) => {
        const item = itemOf(raw, backlog);
        const record = readEvent(raw);
        expect(fromHistoryItem(item)).toEqual({
          cluster: 'prod',
          record,
          classification: classify(record),
          raw: JSON.parse(JSON.stringify(raw)),
          backlog,
          key: item.sk,
        });
      }),
    );
  });

  it('keeps what user rules say: tags, runbook, silence and settings of the incident', () => {
    const raw: RawEvent = {
      metadata: { name: 'web.1', namespace: 'shop', uid: 'u-1' },
      regarding: { kind: 'Pod', namespace: 'shop', name: 'web' },
      reason: 'Strange',
      eventTime: '2026-11-20T23:30:00.000000Z',
    };
    const record = readEvent(raw);
    const rules = compileRules([
      {
        match: { namespace: 'shop' },
        tags: { team: 'payments', owner: 'ana' },
        runbook: 'https://runbooks.example.com/shop',
        silence: { from: '23:00', to: '06:00' },
        incidents: { windowMinutes: 30 },
      },
    ]);
    const classification = classify(record, rules);
    const item = toHistoryItem({ cluster: 'prod', record, classification, raw, backlog: false, retentionDays: 30 });
    expect(fromHistoryItem(item).classification).toEqual(classification);
    expect(classification).toMatchObject({
      tags: { team: 'payments', owner: 'ana' },
      runbook: 'https://runbooks.example.com/shop',
      silenced: true,
      incidents: { windowMs: 1_800_000 },
    });
    expect(
      toHistoryItem({
        cluster: 'prod',
        record,
        classification: classify(record),
        raw,
        backlog: false,
        retentionDays: 30,
      }),
    ).not.toHaveProperty('x');
  });

  it('is the same bytes for the same event', () => {
    fc.assert(
      fc.property(rawEvent, (raw) => {
        expect(itemOf(structuredClone(raw))).toEqual(itemOf(raw));
      }),
    );
  });

  it('has keys and a size that DynamoDB takes', () => {
    fc.assert(
      fc.property(rawEvent, (raw) => {
        const item = itemOf(raw);
        expect(Buffer.byteLength(item.pk)).toBeLessThanOrEqual(2048);
        expect(Buffer.byteLength(item.sk)).toBeLessThanOrEqual(1024);
        expect(itemSize(item)).toBeLessThan(400 * 1024);
      }),
    );
  });

  it('is left out of the namespace index when it is less severe than that holds', () => {
    const raw = { metadata: { name: 'e' }, regarding: { kind: 'Pod', name: 'p' }, eventTime: '2026-11-20T10:00:00Z' };
    const of = (severity: Severity, indexFrom?: Severity) => {
      const record = readEvent(raw);
      const classification = { ...classify(record), severity };
      const options = { cluster: 'prod', record, classification, raw, backlog: false, retentionDays: 30 };
      return toHistoryItem({ ...options, indexFrom });
    };
    expect(of('info', 'low')).not.toHaveProperty('gpk');
    expect(of('low', 'low')).toHaveProperty('gpk');
    expect(of('info')).toHaveProperty('gpk');
    expect(fromHistoryItem(of('info', 'low')).record).toEqual(readEvent(raw));
  });

  it('expires by the time of the event, not of its arrival', () => {
    const raw = { metadata: { name: 'e' }, regarding: { kind: 'Pod', name: 'p' }, eventTime: '2026-11-20T10:00:00.5Z' };
    expect(itemOf(raw)).toMatchObject({
      sk: expect.stringMatching(/^2026-11-20T10:00:00\.500000Z#none-[0-9a-f]{32}#1$/),
      gpk: 'prod#default#2026-11-20',
      ttl: Date.parse('2026-12-20T10:00:00Z') / 1000,
    });
  });

  it('asks for the route when it is of any severity or resolves something', () => {
    const raw = { metadata: { name: 'e' }, regarding: { kind: 'Pod', name: 'p' }, eventTime: '2026-11-20T10:00:00Z' };
    const record = readEvent(raw);
    const flagFor = (severity: 'info' | 'low', resolves: string[]) =>
      toHistoryItem({
        cluster: 'prod',
        record,
        classification: { severity, resolves, effectiveReason: 'X', category: 'c', rule: 'r' },
        raw,
        backlog: false,
        retentionDays: 30,
      }).route;
    expect(flagFor('info', [])).toBeUndefined();
    expect(flagFor('low', [])).toBe('1');
    expect(flagFor('info', ['NodeNotReady'])).toBe('1');
  });
});
