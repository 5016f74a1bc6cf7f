import { describe, expect, it } from 'vitest';
import { checkEntry, entryBytes, type PutEventsEntry, readPutEvents, toEvent } from './putEvents.ts';

const entry: PutEventsEntry = {
  Source: 'kubernetes',
  DetailType: 'event.k8s.received',
  Detail: '{"a":1}',
  EventBusName: 'kef',
};

describe('readPutEvents', () => {
  it('takes one to ten entries', () => {
    expect(readPutEvents({ Entries: [entry] })).toEqual([entry]);
    expect(readPutEvents({ Entries: Array(10).fill(entry) })).toHaveLength(10);
    expect(readPutEvents({ Entries: [] })).toMatchObject({ type: 'ValidationException' });
    expect(readPutEvents({ Entries: Array(11).fill(entry) })).toMatchObject({ type: 'ValidationException' });
  });

  it('takes less than one megabyte in total', () => {
    const filling = (bytes: number): object => {
      const base = entryBytes({ ...entry, Detail: '' });
      return { Entries: [{ ...entry, Detail: 'x'.repeat(bytes - base) }] };
    };
    expect(readPutEvents(filling(1_048_575))).toHaveLength(1);
    expect(readPutEvents(filling(1_048_576))).toMatchObject({ type: 'ValidationException' });
  });

  it('counts bytes, not characters, and 14 for a time', () => {
    expect(entryBytes({ Source: 'ä', DetailType: 'b', Detail: '{}', Time: 5, Resources: ['cc'] })).toBe(
      2 + 1 + 2 + 14 + 2,
    );
  });

  it('refuses what is no request', () => {
    expect(readPutEvents('x')).toMatchObject({ type: 'SerializationException' });
    expect(readPutEvents({ Entries: [{ Time: 'yesterday' }] })).toMatchObject({ type: 'SerializationException' });
  });
});

describe('checkEntry', () => {
  it.each<[string, Partial<PutEventsEntry>, string]>([
    ['no source', { Source: '' }, 'InvalidArgument'],
    ['no detail type', { DetailType: undefined }, 'InvalidArgument'],
    ['no detail', { Detail: undefined }, 'InvalidArgument'],
    ['a detail that is no JSON', { Detail: '{' }, 'MalformedDetail'],
    ['a detail that is no object', { Detail: '[1]' }, 'MalformedDetail'],
    ['a source of AWS', { Source: 'aws.ec2' }, 'NotAuthorizedForSourceException'],
  ])('refuses %s with %s', (_name, change, code) => {
    expect(checkEntry({ ...entry, ...change })).toMatchObject({ ErrorCode: code });
  });

  it('gives back the detail of a good entry', () => {
    expect(checkEntry(entry)).toEqual({ detail: { a: 1 } });
  });
});

it('makes the event that rules see, with whole seconds', () => {
  const context = { id: 'id', account: '000000000000', region: 'us-east-1', now: 0 };
  expect(toEvent({ ...entry, Time: 1_763_640_000.9, Resources: ['arn:x'] }, { a: 1 }, context)).toEqual({
    version: '0',
    id: 'id',
    'detail-type': 'event.k8s.received',
    source: 'kubernetes',
    account: '000000000000',
    time: '2025-11-20T12:00:00Z',
    region: 'us-east-1',
    resources: ['arn:x'],
    detail: { a: 1 },
  });
});
