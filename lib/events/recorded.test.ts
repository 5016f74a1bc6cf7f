import { createReadStream } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { classify } from './classify.ts';
import type { EventRecord } from './eventRecord.ts';
import { readEventStream } from './eventStream.ts';
import { occurrenceKeyOf } from './occurrence.ts';
import { type RawEvent, readEvent } from './readEvent.ts';
import { redactEvent } from './redact.ts';
import { standardEventSchema, toStandardEvent } from './standardEvent.ts';

const fixture = (name: string) => new URL(`../../test/fixtures/events/${name}`, import.meta.url);

/** The events of a recording, which must hold nothing else. */
async function recorded(name: string): Promise<RawEvent[]> {
  const events: RawEvent[] = [];
  for await (const item of readEventStream(createReadStream(fixture(name)))) {
    if ('error' in item) throw item.error;
    events.push(item.raw);
  }
  return events;
}

/** The parts that the two APIs agree on, by stored version. */
function byVersion(events: RawEvent[]): Map<string, EventRecord> {
  return new Map(
    events.map((raw) => readEvent(raw)).map((record) => [`${record.uid} ${record.resourceVersion}`, record]),
  );
}

describe.each(['real-events-v1.ndjson', 'real-core-v1.ndjson'])('the recording %s', (name) => {
  it('is read, classified and published without a loss', async () => {
    const events = await recorded(name);
    expect(events.length).toBeGreaterThan(80);
    for (const raw of events) {
      expect(redactEvent(raw)).toEqual({ redactions: 0, truncated: false });
      expect(raw.metadata).not.toHaveProperty('managedFields');
      const record = readEvent(raw);
      expect(record.uid).toMatch(/^[0-9a-f-]{36}$/);
      expect(occurrenceKeyOf(record)).toMatch(/^2026-11-20T\d\d:\d\d:\d\d\.\d{6}Z#/);
      const classification = classify(record);
      const event = toStandardEvent({
        cluster: 'lab',
        record,
        classification,
        id: 'x',
        processedAt: '2026-11-20T15:00:00Z',
        raw,
      });
      expect(standardEventSchema.safeParse(event).error).toBeUndefined();
    }
  });

  it('has no event of Kubernetes itself that only a generic rule knows', async () => {
    const core = /^(?:kubelet|default-scheduler|.*-controller|controllermanager|kube-.*|horizontal-pod-autoscaler)$/;
    const unknown = (await recorded(name))
      .map(readEvent)
      .filter((record) => core.test(record.component) && classify(record).rule.startsWith('generic/'))
      .map((record) => `${record.component} ${record.reason}`);
    expect(unknown).toEqual([]);
  });

  it('shows the words people know, which are not on the wire', async () => {
    const events = (await recorded(name)).map(readEvent);
    const severities = new Map(events.map((record) => [classify(record).effectiveReason, classify(record).severity]));
    const expected = {
      CrashLoopBackOff: 'critical',
      ImagePullBackOff: 'high',
      ErrImagePull: 'high',
      ErrImageNeverPull: 'high',
      InvalidImageName: 'high',
      CreateContainerConfigError: 'high',
      RunContainerError: 'high',
      FailedScheduling: 'high',
      Unhealthy: 'medium',
      FailedMount: 'medium',
      Scheduled: 'info',
    };
    expect(Object.fromEntries(severities)).toMatchObject(expected);
    expect(events.map((record) => record.reason)).not.toContain('CrashLoopBackOff');
  });
});

describe('both APIs', () => {
  it('give the same record for the same stored version', async () => {
    const throughEvents = byVersion(await recorded('real-events-v1.ndjson'));
    const throughCore = byVersion(await recorded('real-core-v1.ndjson'));
    const shared = [...throughEvents.keys()].filter((key) => throughCore.has(key));
    expect(shared.length).toBeGreaterThan(50);
    for (const key of shared) expect(throughCore.get(key)).toEqual(throughEvents.get(key));
  });
});

describe('other recordings', () => {
  it('a page of a list has its items', async () => {
    expect((await recorded('real-list-page.json')).map((raw) => readEvent(raw).reason)).toHaveLength(6);
  });

  it('a watch that expired has its event and the error', async () => {
    const outcomes: string[] = [];
    for await (const item of readEventStream(createReadStream(fixture('real-watch-410.ndjson')))) {
      outcomes.push(
        'raw' in item ? `${item.line} ${readEvent(item.raw).reason}` : `${item.line} ${item.error.message}`,
      );
    }
    expect(outcomes).toEqual([expect.stringMatching(/^2 \w+$/), expect.stringContaining('3 the watch ended')]);
    expect(outcomes[1]).toContain('410 Expired');
  });
});
