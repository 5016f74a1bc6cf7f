import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { coreEvent, eventsV1Event } from '../../test/fixtures/events/builders.ts';
import { classify } from './classify.ts';
import { type RawEvent, readEvent } from './readEvent.ts';
import { type StandardEventInput, standardEventSchema, toStandardEvent } from './standardEvent.ts';
import { schemaFile, standardEventJsonSchema } from './standardEventJsonSchema.ts';

function standard(raw: RawEvent, more: Partial<StandardEventInput> = {}) {
  const record = readEvent(raw);
  return toStandardEvent({
    cluster: 'prod',
    record,
    classification: classify(record),
    id: 'id-1',
    processedAt: '2026-11-20T13:39:13.250Z',
    ...more,
  });
}

describe('toStandardEvent', () => {
  it('carries the fields of the specification', () => {
    const raw = coreEvent();
    expect(standard(raw, { raw })).toEqual({
      id: 'id-1',
      type: 'k8s_event',
      source: 'kubernetes',
      timestamp: '2026-11-20T13:39:12Z',
      processedAt: '2026-11-20T13:39:13.250Z',
      clusterId: 'prod',
      namespace: 'shop',
      severity: 'critical',
      labels: {
        event_type: 'Warning',
        reason: 'BackOff',
        effective_reason: 'CrashLoopBackOff',
        involved_kind: 'Pod',
        involved_name: 'web-7d8f9c6b5d-x2x4z',
        involved_namespace: 'shop',
        involved_uid: '17b55079-da81-4f4c-90fe-2e2331e7d2cd',
        container: 'app',
        count: '7',
        component: 'kubelet',
        host: 'node-a',
        category: 'container',
        rule: 'kubelet/BackOff/crash-loop',
        workload: 'web',
        workload_kind: 'Deployment',
        event_uid: '2f526e59-3701-46c8-b345-37a261dbb009',
      },
      annotations: {
        message: raw.message,
        summary: `CrashLoopBackOff on Pod shop/web-7d8f9c6b5d-x2x4z (7 times): ${String(raw.message)}`,
        first_timestamp: '2026-11-20T13:34:57Z',
        last_timestamp: '2026-11-20T13:39:12Z',
        remedy: expect.stringContaining('kubectl logs --previous'),
      },
      fingerprint: 'prod/shop/Pod/web-7d8f9c6b5d-x2x4z/CrashLoopBackOff',
      rawData: { k8s_event: raw },
    });
  });

  it('carries action and related of the newer API, and all six decimals', () => {
    const event = standard(eventsV1Event({ related: { kind: 'Pod', namespace: 'shop', name: 'preemptor' } }));
    expect(event.labels).toMatchObject({
      action: 'Scheduling',
      related_kind: 'Pod',
      related_name: 'preemptor',
      related_namespace: 'shop',
    });
    expect(event.timestamp).toBe('2026-11-20T13:34:59.412516Z');
  });

  it('takes severity and labels of the publication; repeated_count comes only from there', () => {
    expect(standard(coreEvent()).labels).not.toHaveProperty('repeated_count');
    const event = standard(coreEvent(), { severity: 'high', labels: { repeated_count: '25', notify: 'true' } });
    expect(event.severity).toBe('high');
    expect(event.labels).toMatchObject({ repeated_count: '25', notify: 'true', count: '7' });
  });

  it('has no rawData unless it is given, and no remedy unless one is known', () => {
    const event = standard(coreEvent({ reason: 'Started', type: 'Normal', message: 'Container started' }));
    expect(event).not.toHaveProperty('rawData');
    expect(event.annotations).not.toHaveProperty('remedy');
  });

  it('gives advice that fits the cause', () => {
    const adviceFor = (note: string) => standard(eventsV1Event({ note })).annotations.remedy;
    expect(adviceFor('0/7 nodes are available: 7 Insufficient cpu.')).toContain('add nodes');
    expect(adviceFor('0/7 nodes are available: 7 node(s) had untolerated taint(s).')).toContain('toleration');
    expect(adviceFor('no nodes available to schedule pods')).toContain('No node accepts');
  });

  it('keeps the summary to one line', () => {
    const event = standard(coreEvent({ count: 1, message: `first line ${'x'.repeat(500)}\nsecond line` }));
    expect(event.annotations.summary).toMatch(/^BackOff on Pod shop\/web-7d8f9c6b5d-x2x4z: first line x+…$/);
    expect(event.annotations.summary).not.toContain('\n');
    expect(event.annotations.summary?.length).toBeLessThan(300);
  });

  it.each<[string, RawEvent]>([
    ['an ordinary event', coreEvent()],
    ['a scheduler event', eventsV1Event()],
    [
      'an event about nothing, without reason',
      coreEvent({ involvedObject: {}, reason: null, type: null, message: null }),
    ],
    ['a time with offset', coreEvent({ lastTimestamp: '2026-11-20T15:39:12+02:00' })],
  ])('fits its own schema: %s', (_, raw) => {
    expect(standardEventSchema.safeParse(standard(raw, { raw })).error).toBeUndefined();
  });
});

describe('standardEventSchema', () => {
  it.each<[string, object]>([
    ['another type', { type: 'event' }],
    ['an unknown severity', { severity: 'urgent' }],
    ['a label that is a number', { labels: { count: 7 } }],
    ['a time in words', { timestamp: 'yesterday' }],
    ['an empty id', { id: '' }],
  ])('refuses %s', (_, overrides) => {
    expect(standardEventSchema.safeParse({ ...standard(coreEvent()), ...overrides }).success).toBe(false);
  });

  it('is what lib/events/standardEvent.schema.json says (npm run generate)', () => {
    expect(JSON.parse(readFileSync(schemaFile, 'utf8'))).toEqual(JSON.parse(JSON.stringify(standardEventJsonSchema())));
  });
});
