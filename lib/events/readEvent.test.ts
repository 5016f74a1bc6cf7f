import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coreEvent, eventsV1Event } from '../../test/fixtures/events/builders.ts';
import { KefError } from '../errors.ts';
import { type RawEvent, readEvent } from './readEvent.ts';

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof KefError ? error.code : `not a KefError: ${String(error)}`;
  }
  return 'no error';
}

describe('readEvent', () => {
  it('reads what the kubelet writes through core/v1', () => {
    expect(readEvent(coreEvent())).toEqual({
      uid: '2f526e59-3701-46c8-b345-37a261dbb009',
      name: 'web-7d8f9c6b5d-x2x4z.18e9c43e08638b0f',
      namespace: 'shop',
      resourceVersion: '353',
      type: 'Warning',
      reason: 'BackOff',
      message:
        'Back-off restarting failed container app in pod web-7d8f9c6b5d-x2x4z_shop(17b55079-da81-4f4c-90fe-2e2331e7d2cd)',
      isCombined: false,
      component: 'kubelet',
      host: 'node-a',
      regarding: {
        kind: 'Pod',
        name: 'web-7d8f9c6b5d-x2x4z',
        namespace: 'shop',
        uid: '17b55079-da81-4f4c-90fe-2e2331e7d2cd',
        apiVersion: 'v1',
        resourceVersion: '340',
        fieldPath: 'spec.containers{app}',
      },
      count: 7,
      firstOccurrence: '2026-11-20T13:34:57Z',
      lastOccurrence: '2026-11-20T13:39:12Z',
    });
  });

  it('reads what the scheduler writes through events.k8s.io/v1, with all six decimals', () => {
    expect(readEvent(eventsV1Event())).toMatchObject({
      component: 'default-scheduler',
      host: 'default-scheduler-control-1',
      action: 'Scheduling',
      message: '0/7 nodes are available: 1 node(s) had untolerated taint(s), 6 Insufficient cpu.',
      count: 1,
      firstOccurrence: '2026-11-20T13:34:59.412516Z',
      lastOccurrence: '2026-11-20T13:34:59.412516Z',
    });
  });

  it('gives the same record for one stored event read through either API', () => {
    const legacyThroughNewApi = eventsV1Event({
      ...coreEvent(),
      apiVersion: 'events.k8s.io/v1',
      involvedObject: undefined,
      message: undefined,
      source: undefined,
      firstTimestamp: undefined,
      lastTimestamp: undefined,
      count: undefined,
      reportingComponent: undefined,
      action: undefined,
      regarding: coreEvent().involvedObject,
      note: coreEvent().message,
      reportingController: 'kubelet',
      deprecatedSource: { component: 'kubelet', host: 'node-a' },
      deprecatedFirstTimestamp: '2026-11-20T13:34:57Z',
      deprecatedLastTimestamp: '2026-11-20T13:39:12Z',
      deprecatedCount: 7,
    });
    expect(readEvent(legacyThroughNewApi)).toEqual(readEvent(coreEvent()));
  });

  const unset = { lastTimestamp: null, firstTimestamp: null, eventTime: null };
  it.each<[string, RawEvent, string]>([
    [
      'a series',
      { series: { count: 3, lastObservedTime: '2026-11-20T14:00:00.000001Z' } },
      '2026-11-20T14:00:00.000001Z',
    ],
    ['lastTimestamp', {}, '2026-11-20T13:39:12Z'],
    ['eventTime', { ...unset, eventTime: '2026-11-20T13:40:00.5Z' }, '2026-11-20T13:40:00.5Z'],
    ['firstTimestamp', { ...unset, firstTimestamp: '2026-11-20T13:30:00Z' }, '2026-11-20T13:30:00Z'],
    ['creationTimestamp', unset, '2026-11-20T13:34:57Z'],
    ['the next one when a time is year 1', { ...unset, lastTimestamp: '0001-01-01T00:00:00Z' }, '2026-11-20T13:34:57Z'],
    [
      'the next one when a time is the epoch',
      { ...unset, lastTimestamp: '1970-01-01T00:00:00Z' },
      '2026-11-20T13:34:57Z',
    ],
    [
      'the next one when a series has no time',
      { series: { count: 2, lastObservedTime: null } },
      '2026-11-20T13:39:12Z',
    ],
  ])('takes the last occurrence from %s', (_, overrides, expected) => {
    expect(readEvent(coreEvent(overrides)).lastOccurrence).toBe(expected);
  });

  it.each<[string, RawEvent, number]>([
    ['series.count', { series: { count: 9, lastObservedTime: '2026-11-20T14:00:00Z' } }, 9],
    ['count', {}, 7],
    ['deprecatedCount', { count: undefined, deprecatedCount: 4 }, 4],
    ['1 when there is none', { count: undefined }, 1],
    ['1 when it is null', { count: null }, 1],
    ['1 when it is zero', { count: 0 }, 1],
    ['1 when it is negative', { count: -3 }, 1],
  ])('takes the count from %s', (_, overrides, expected) => {
    expect(readEvent(coreEvent(overrides)).count).toBe(expected);
  });

  it.each<[string, RawEvent, string]>([
    ['reportingController', { reportingController: 'a', reportingComponent: 'b' }, 'a'],
    ['reportingComponent', { reportingComponent: 'b' }, 'b'],
    ['source.component when that is empty (1.25)', { reportingComponent: '', source: { component: 'c' } }, 'c'],
    ['deprecatedSource', { reportingComponent: '', source: null, deprecatedSource: { component: 'd' } }, 'd'],
    ['nothing', { reportingComponent: '', source: {} }, ''],
  ])('takes the component from %s', (_, overrides, expected) => {
    expect(readEvent(coreEvent(overrides)).component).toBe(expected);
  });

  it('takes the prefix of merged events off the message and remembers it', () => {
    const record = readEvent(coreEvent({ message: '(combined from similar events): Created pod: web-1' }));
    expect(record).toMatchObject({ isCombined: true, message: 'Created pod: web-1' });
  });

  it('gives an event without uid a stable one of its own', () => {
    const { uid: _, ...metadata } = coreEvent().metadata as RawEvent;
    const first = readEvent(coreEvent({ metadata })).uid;
    expect(first).toMatch(/^none-[0-9a-f]{32}$/);
    expect(readEvent(coreEvent({ metadata, count: 8 })).uid).toBe(first);
    expect(readEvent(coreEvent({ metadata: { ...metadata, name: 'other' } })).uid).not.toBe(first);
  });

  it('lets events flow that have no reason, no type, no message and an empty subject', () => {
    const record = readEvent(coreEvent({ reason: undefined, type: '', message: null, involvedObject: {} }));
    expect(record).toMatchObject({ reason: '', type: 'Normal', message: '', regarding: { kind: '', name: '' } });
  });

  it('takes the namespace of the subject, then default, when the event names none', () => {
    const metadata = { name: 'x', creationTimestamp: '2026-11-20T13:34:57Z' };
    expect(readEvent(coreEvent({ metadata })).namespace).toBe('shop');
    expect(readEvent(coreEvent({ metadata, involvedObject: { kind: 'Node', name: 'a' } })).namespace).toBe('default');
  });

  it('is not misled by __proto__ and constructor keys', () => {
    const hostile = JSON.parse(
      `{"__proto__":{"metadata":{"name":"x"},"reason":"Polluted"},"constructor":{"prototype":{"x":1}},${JSON.stringify(coreEvent()).slice(1)}`,
    );
    expect(readEvent(hostile)).toEqual(readEvent(coreEvent()));
    expect(codeOf(() => readEvent(JSON.parse(`{"__proto__":${JSON.stringify(coreEvent())}}`)))).toBe(
      'EventFieldMissing',
    );
    expect(({} as RawEvent).reason).toBeUndefined();
  });

  it('cuts what describes and refuses what identifies, when it is too long', () => {
    const long = 'x'.repeat(300_000);
    const record = readEvent(
      coreEvent({ message: long, reason: long, type: long, reportingComponent: long, action: long }),
    );
    expect(record.message.length).toBe(16 * 1024);
    expect(record.reason.length).toBe(128);
    for (const key of ['name', 'namespace', 'uid']) {
      const metadata = { ...(coreEvent().metadata as RawEvent), [key]: long };
      expect(codeOf(() => readEvent(coreEvent({ metadata })))).toBe('EventFieldInvalid');
    }
    for (const key of ['name', 'namespace', 'kind', 'uid']) {
      const involvedObject = { ...(coreEvent().involvedObject as RawEvent), [key]: long };
      expect(codeOf(() => readEvent(coreEvent({ involvedObject })))).toBe('EventFieldInvalid');
    }
  });

  it('replaces halves of surrogate pairs, which no UTF-8 store could keep', () => {
    expect(readEvent(coreEvent({ message: 'a\ud800b' })).message).toBe('a\ufffdb');
  });

  it.each<[string, unknown, string]>([
    ['null', null, 'EventNotAnObject'],
    ['an array', [], 'EventNotAnObject'],
    ['text', 'Event', 'EventNotAnObject'],
    ['an empty object', {}, 'EventFieldMissing'],
    ['an event without name', coreEvent({ metadata: { namespace: 'shop' } }), 'EventFieldMissing'],
    ['an event about nothing', coreEvent({ involvedObject: null }), 'EventFieldMissing'],
    ['an event without any time', coreEvent({ ...unset, metadata: { name: 'x' } }), 'EventFieldMissing'],
    ['a Pod', { kind: 'Pod', metadata: { name: 'x' } }, 'EventFieldInvalid'],
    ['a number as reason', coreEvent({ reason: 5 }), 'EventFieldInvalid'],
    ['text as count', coreEvent({ count: '7' }), 'EventFieldInvalid'],
    ['half a count', coreEvent({ count: 1.5 }), 'EventFieldInvalid'],
    ['text as metadata', coreEvent({ metadata: 'x' }), 'EventFieldInvalid'],
    ['an array as subject', coreEvent({ involvedObject: [] }), 'EventFieldInvalid'],
    ['a date that is none', coreEvent({ lastTimestamp: '2026-02-30T00:00:00Z' }), 'EventFieldInvalid'],
    ['a time in words', coreEvent({ eventTime: 'yesterday' }), 'EventFieldInvalid'],
  ])('refuses %s', (_, raw, code) => {
    expect(codeOf(() => readEvent(raw))).toBe(code);
  });

  it('throws nothing but KefError, whatever JSON comes', () => {
    const keys = fc.constantFrom(
      ...['kind', 'metadata', 'name', 'namespace', 'uid', 'regarding', 'involvedObject', 'source', 'series', 'count'],
      ...[
        'eventTime',
        'lastTimestamp',
        'creationTimestamp',
        'reason',
        'note',
        'message',
        'type',
        '__proto__',
        'related',
      ],
    );
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('Event', 'x', '2026-11-20T13:34:57Z', '', 5, null, true),
        fc.dictionary(fc.oneof(keys, fc.string()), tie('value')),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
    })).value;
    const mutated = fc
      .tuple(fc.constantFrom(coreEvent(), eventsV1Event()), fc.dictionary(keys, json))
      .map(([event, changes]) => ({ ...event, ...changes }));
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), json, mutated), (value) => {
        expect(codeOf(() => readEvent(value))).not.toMatch(/not a KefError/);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads labels of the Event itself, and leaves out what is no text', () => {
    const metadata = { name: 'web.1', namespace: 'shop', uid: 'u', creationTimestamp: '2026-11-20T13:34:57Z' };
    expect(readEvent(coreEvent({ metadata: { ...metadata, labels: { app: 'web', odd: 5 } } })).labels).toEqual({
      app: 'web',
    });
    expect(readEvent(coreEvent({ metadata: { ...metadata, labels: null } }))).not.toHaveProperty('labels');
    expect(readEvent(coreEvent())).not.toHaveProperty('labels');
  });
});
