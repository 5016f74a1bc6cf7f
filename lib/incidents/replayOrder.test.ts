import { expect, it } from 'vitest';
import type { RawEvent } from '../events/readEvent.ts';
import { inArrivalOrder } from './replayOrder.ts';

function event(name: string, second: number, resourceVersion?: string): RawEvent {
  const time = new Date(Date.UTC(2026, 4, 4, 10, 0, second)).toISOString();
  return {
    metadata: { name, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    regarding: { kind: 'Pod', name: 'web-0' },
    eventTime: time,
  };
}

function order(events: readonly RawEvent[]) {
  return inArrivalOrder(events).map(({ raw, receivedAt }) => {
    const { name } = raw.metadata as { name: string };
    return receivedAt === undefined ? name : `${name}@${new Date(receivedAt).getUTCSeconds()}`;
  });
}

it('takes a list in the order in which it was written, and never sets the clock back', () => {
  expect(order([event('a', 30, '1200'), event('late', 5, '1300'), event('first', 10, '999')])).toEqual([
    'first@10',
    'a@30',
    'late@30',
  ]);
});

it('goes by time where versions are missing', () => {
  expect(order([event('b', 20, '1'), event('a', 10), event('c', 30, '2')])).toEqual(['a@10', 'b@20', 'c@30']);
});

it('keeps the order of the file where nothing else tells', () => {
  expect(order([event('x', 10), event('y', 10)])).toEqual(['x@10', 'y@10']);
});

it('leaves what cannot be read to the replay', () => {
  expect(inArrivalOrder([{ metadata: { name: 'broken' } }])).toEqual([{ raw: { metadata: { name: 'broken' } } }]);
});
