import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterAttempt, type Batch, type Verdict, verdictOf } from './batchRetry.ts';
import { toStreamRecord } from './record.ts';

const record = (number: number): Batch['records'][number] =>
  toStreamRecord(
    { arn: 'arn:stream', view: 'NEW_IMAGE', region: 'us-east-1' },
    { key: { pk: { S: String(number) } }, before: undefined, after: { pk: { S: String(number) } } },
    String(number),
    0,
  );
const batch = (numbers: readonly number[], attempts = 0): Batch => ({ records: numbers.map(record), attempts });
const numbersOf = (records: Batch['records']): number[] =>
  records.map(({ dynamodb }) => Number(dynamodb.SequenceNumber));
const failure: Verdict = { kind: 'failure', error: { errorType: 'Error', errorMessage: 'no' } };

describe('verdictOf', () => {
  const answer = (payload: unknown): Verdict =>
    verdictOf(batch([1, 2, 3]), { ok: true, payload: JSON.stringify(payload) }, true);

  it.each<[string, unknown, Verdict['kind'], number?]>([
    ['null', null, 'success'],
    ['an empty answer', {}, 'success'],
    ['an empty list', { batchItemFailures: [] }, 'success'],
    ['a null list', { batchItemFailures: null }, 'success'],
    ['some other answer', { failures: ['2'] }, 'success'],
    ['one record', { batchItemFailures: [{ itemIdentifier: '2' }] }, 'partial', 1],
    [
      'several records: the lowest counts',
      { batchItemFailures: [{ itemIdentifier: '3' }, { itemIdentifier: '2' }] },
      'partial',
      1,
    ],
    ['the first record', { batchItemFailures: [{ itemIdentifier: '1' }] }, 'partial', 0],
    ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }, 'failure'],
    ['a null identifier', { batchItemFailures: [{ itemIdentifier: null }] }, 'failure'],
    ['a wrong key name', { batchItemFailures: [{ sequenceNumber: '2' }] }, 'failure'],
    ['a record of another batch', { batchItemFailures: [{ itemIdentifier: '9' }] }, 'failure'],
    ['no list', { batchItemFailures: '2' }, 'failure'],
  ])('%s is a %s', (_name, payload, kind, index) => {
    expect(answer(payload)).toMatchObject(index === undefined ? { kind } : { kind, index });
  });

  it('ignores the answer when the mapping does not report item failures', () => {
    const payload = JSON.stringify({ batchItemFailures: [{ itemIdentifier: '2' }] });
    expect(verdictOf(batch([1, 2]), { ok: true, payload }, false)).toEqual({ kind: 'success' });
  });
});

describe('afterAttempt', () => {
  const settings = { bisect: true, maxRetries: 2 };

  it('bisects after an error, without spending an attempt', () => {
    const step = afterAttempt(batch([1, 2, 3], 1), failure, settings);
    expect(step.next.map(({ records, attempts }) => [numbersOf(records), attempts])).toEqual([
      [[1], 1],
      [[2, 3], 1],
    ]);
  });

  it('repeats the whole batch when it must not bisect', () => {
    const step = afterAttempt(batch([1, 2]), failure, { bisect: false, maxRetries: 2 });
    expect(step.next).toEqual([{ ...batch([1, 2]), attempts: 1 }]);
  });

  it('gives up when the attempts are spent', () => {
    expect(afterAttempt(batch([1], 2), failure, settings).abandoned).toEqual(batch([1], 2));
    expect(
      afterAttempt(batch([1], 500), failure, { ...settings, maxRetries: Number.POSITIVE_INFINITY }).abandoned,
    ).toBeUndefined();
  });

  it('keeps what lies before a reported record, and repeats from there without spending an attempt', () => {
    const step = afterAttempt(batch([1, 2, 3], 1), { kind: 'partial', index: 1 }, settings);
    expect(numbersOf(step.done)).toEqual([1]);
    expect(step.next.map(({ records, attempts }) => [numbersOf(records), attempts])).toEqual([[[2, 3], 1]]);
  });

  it('gives up the whole rest when the first record is reported again and again', () => {
    expect(afterAttempt(batch([1, 2], 2), { kind: 'partial', index: 0 }, settings).abandoned).toEqual(batch([1, 2], 2));
  });

  it('isolates exactly the poison records by bisection, delivers all others, keeps the order, and ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.array(fc.nat(39)), fc.nat(3), (size, poisons, maxRetries) => {
        const poison = new Set(poisons.filter((each) => each < size));
        const done: number[] = [];
        const abandoned: number[] = [];
        const pending = [batch(Array.from({ length: size }, (_, index) => index))];
        let attempts = 0;
        for (let current = pending.shift(); current !== undefined; current = pending.shift()) {
          attempts++;
          const fails = numbersOf(current.records).some((each) => poison.has(each));
          const step = afterAttempt(current, fails ? failure : { kind: 'success' }, { bisect: true, maxRetries });
          done.push(...numbersOf(step.done));
          abandoned.push(...numbersOf(step.abandoned?.records ?? []));
          pending.unshift(...step.next);
        }
        expect(new Set(abandoned)).toEqual(poison);
        expect(done).toEqual(Array.from({ length: size }, (_, index) => index).filter((each) => !poison.has(each)));
        expect(attempts).toBeLessThanOrEqual(2 * size + poison.size * maxRetries);
      }),
    );
  });
});
