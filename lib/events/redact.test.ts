import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coreEvent, eventsV1Event } from '../../test/fixtures/events/builders.ts';
import { maxEventBytes, maxMessageBytes, truncatedAnnotation } from './eventSize.ts';
import type { RawEvent } from './readEvent.ts';
import { isSecretEvent, redactEvent } from './redact.ts';

const metadata = (annotations: unknown, more: RawEvent = {}): RawEvent => ({
  ...(coreEvent().metadata as RawEvent),
  ...more,
  annotations,
});
const annotationsOf = (raw: RawEvent) => (raw.metadata as { annotations?: Record<string, string> }).annotations ?? {};
const bytesOf = (raw: RawEvent) => Buffer.byteLength(JSON.stringify(raw));

describe('redactEvent', () => {
  it('leaves an ordinary event as it is, but for managedFields', () => {
    const raw = coreEvent();
    expect(redactEvent(raw)).toEqual({ redactions: 0, truncated: false });
    const { managedFields: _, ...expected } = coreEvent().metadata as RawEvent;
    expect(raw).toEqual(coreEvent({ metadata: expected }));
  });

  it('masks the message of either API', () => {
    const core = coreEvent({ message: 'login password=hunter2' });
    const events = eventsV1Event({ note: 'login password=hunter2' });
    expect(redactEvent(core).redactions + redactEvent(events).redactions).toBe(2);
    expect([core.message, events.note]).toEqual(['login password=***', 'login password=***']);
  });

  it('masks annotations, the manifest that kubectl leaves in one included', () => {
    const manifest = JSON.stringify({ kind: 'Event', message: 'x', data: { password: 'hunter2', token: 'abc' } });
    const raw = coreEvent({
      metadata: metadata({
        'kubectl.kubernetes.io/last-applied-configuration': manifest,
        note: 'token=abc',
        other: 'fine',
      }),
    });
    expect(redactEvent(raw).redactions).toBe(3);
    expect(annotationsOf(raw)).toEqual({
      'kubectl.kubernetes.io/last-applied-configuration': manifest.replace('hunter2', '***').replace('"abc"', '"***"'),
      note: 'token=***',
      other: 'fine',
    });
  });

  it('masks an annotation called __proto__ without touching any prototype', () => {
    const raw = coreEvent({ metadata: metadata(JSON.parse('{"__proto__":"password=hunter2"}')) });
    expect(redactEvent(raw).redactions).toBe(1);
    expect(JSON.stringify(raw)).not.toContain('hunter2');
    expect(({} as RawEvent).password).toBeUndefined();
  });

  it('survives events that are none', () => {
    for (const raw of [
      {},
      { metadata: null, message: 5 },
      { metadata: [], note: null },
      { metadata: { annotations: 'x' } },
    ]) {
      expect(redactEvent(raw)).toEqual({ redactions: 0, truncated: false });
    }
  });

  it('cuts a message of 300 KB to 16 KiB and says so', () => {
    const raw = coreEvent({ message: 'ä😀x'.repeat(60_000) });
    expect(redactEvent(raw).truncated).toBe(true);
    expect(Buffer.byteLength(String(raw.message))).toBeLessThanOrEqual(maxMessageBytes);
    expect(raw.message).toMatch(/…$/);
    expect(String(raw.message).isWellFormed()).toBe(true);
    expect(annotationsOf(raw)[truncatedAnnotation]).toBe('true');
  });

  it('does not let a secret escape by standing where the message is cut', () => {
    for (let shift = 0; shift < 60; shift += 1) {
      const raw = coreEvent({
        message: `${'x'.repeat(maxMessageBytes - 50 + shift)} password=hunter2-hunter2 ${'y'.repeat(99)}`,
      });
      redactEvent(raw);
      expect(raw.message).not.toContain('hunter2');
    }
  });

  it.each<[string, RawEvent]>([
    ['annotations', { metadata: metadata({ a: 'x'.repeat(200_000), b: 'fine' }) }],
    ['labels', { metadata: metadata({}, { labels: { a: 'x'.repeat(200_000) } }) }],
    [
      'thousands of labels',
      {
        metadata: metadata({}, { labels: Object.fromEntries(Array.from({ length: 9000 }, (_, i) => [`l${i}`, 'x'])) }),
      },
    ],
    ['fields that no Event has', { payload: Array.from({ length: 9000 }, (_, i) => ({ i })) }],
    ['a name of megabytes', { metadata: metadata({}, { name: 'x'.repeat(2_000_000) }) }],
    ['control characters, six bytes each', { message: '\u0001'.repeat(300_000), reason: '\u0001'.repeat(300_000) }],
    ['objects nested ten thousand deep', JSON.parse(`{"x":${'{"x":'.repeat(10_000)}1${'}'.repeat(10_000)}}`)],
    [
      'arrays nested ten thousand deep',
      JSON.parse(`{"metadata":{"name":"x","x":${'['.repeat(10_000)}${']'.repeat(10_000)}}}`),
    ],
    [
      'everything at once',
      Object.fromEntries(
        [...Object.keys(coreEvent()), ...Object.keys(eventsV1Event())].map((key) => [
          key,
          { name: '\u0001'.repeat(9000), uid: '\u0001'.repeat(9000), message: 'x' },
        ]),
      ),
    ],
  ])('brings an event with oversize %s under the limit', (_, overrides) => {
    const raw = coreEvent(overrides);
    expect(redactEvent(raw).truncated).toBe(true);
    expect(bytesOf(raw)).toBeLessThanOrEqual(maxEventBytes);
    expect(annotationsOf(raw)[truncatedAnnotation]).toBe('true');
  });

  it('does not cut an event just under the limit', () => {
    const raw = coreEvent({ metadata: metadata({ a: 'x'.repeat(maxEventBytes - 2000) }) });
    expect(redactEvent(raw).truncated).toBe(false);
  });

  it('changes nothing the second time', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('password=hunter2 ', 'token: abc123def ', 'https://u:p@h/ ', '"secret":"x" ', 'plain '),
    );
    const long = fc.tuple(text, fc.integer({ min: 1, max: 4000 })).map(([piece, times]) => piece.repeat(times));
    const event = fc
      .record({
        message: fc.oneof(text, long),
        annotations: fc.dictionary(fc.string(), fc.oneof(text, long), { maxKeys: 4 }),
      })
      .map(({ message, annotations }) => coreEvent({ message, metadata: metadata(annotations) }));
    fc.assert(
      fc.property(event, (raw) => {
        redactEvent(raw);
        const once = structuredClone(raw);
        redactEvent(raw);
        expect(raw).toEqual(once);
        expect(bytesOf(raw)).toBeLessThanOrEqual(maxEventBytes);
      }),
      { numRuns: 300 },
    );
  });
});

describe('isSecretEvent', () => {
  it('tells events about Secrets in either API', () => {
    expect(isSecretEvent(coreEvent({ involvedObject: { kind: 'Secret', name: 'x' } }))).toBe(true);
    expect(isSecretEvent(eventsV1Event({ regarding: { kind: 'Secret', name: 'x' } }))).toBe(true);
    expect(isSecretEvent(coreEvent())).toBe(false);
    expect(isSecretEvent({ regarding: null, involvedObject: null })).toBe(false);
  });

  it('looks at both names of the subject, in case an event carries both', () => {
    expect(isSecretEvent({ regarding: { kind: 'Pod' }, involvedObject: { kind: 'Secret' } })).toBe(true);
  });
});
