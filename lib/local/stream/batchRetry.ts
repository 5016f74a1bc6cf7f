import type { InvokeResult } from '../lambda/LambdaEnvironment.ts';
import type { FunctionError } from '../lambda/protocol.ts';
import type { StreamRecord } from './record.ts';

/** Consecutive records of one lane that are delivered together. */
export interface Batch {
  readonly records: readonly StreamRecord[];
  /** Attempts that counted against the retry limit so far. */
  readonly attempts: number;
}

/** What the function said about a batch. */
export type Verdict =
  | { readonly kind: 'success' }
  /** Records before `index` are done, the rest has to come again. */
  | { readonly kind: 'partial'; readonly index: number }
  | { readonly kind: 'failure'; readonly error: FunctionError };

/** What to do after an attempt: which records are done, what is delivered next and in which order, what is given up. */
export interface NextStep {
  readonly done: readonly StreamRecord[];
  readonly next: readonly Batch[];
  readonly abandoned?: Batch;
  /** True when the next delivery repeats records and should wait. */
  readonly wait: boolean;
}

const malformed = (reason: string): Verdict => ({
  kind: 'failure',
  error: { errorType: 'InvalidBatchItemFailures', errorMessage: reason },
});

/**
 * Reads the function's answer. With `ReportBatchItemFailures` an empty or missing list is success, the lowest sequence
 * number named is the checkpoint, and a list that names anything else fails the whole batch.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function verdictOf(batch: Batch, result: InvokeResult, reportItemFailures: boolean): Verdict {
  if (!result.ok) return { kind: 'failure', error: result.error };
  if (!reportItemFailures) return { kind: 'success' };
  const answer: unknown = JSON.parse(result.payload);
  const failures =
    typeof answer === 'object' && answer !== null && 'batchItemFailures' in answer
      ? answer.batchItemFailures
      : undefined;
  if (failures === undefined || failures === null) return { kind: 'success' };
  if (!Array.isArray(failures)) return malformed('batchItemFailures is not a list');
  let lowest = batch.records.length;
  for (const failure of failures) {
    const id: unknown =
      typeof failure === 'object' && failure !== null ? Reflect.get(failure, 'itemIdentifier') : undefined;
    const index = batch.records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === id);
    if (index === -1) return malformed(`batchItemFailures names ${JSON.stringify(id)}, which is not in the batch`);
    lowest = Math.min(lowest, index);
  }
  return lowest === batch.records.length ? { kind: 'success' } : { kind: 'partial', index: lowest };
}

/**
 * Decides what follows an attempt. Splitting costs no attempt, whether at a reported checkpoint or in halves after an
 * error; a checkpoint at the first record splits nothing and counts, so the whole rest is given up when attempts run out.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function afterAttempt(
  batch: Batch,
  verdict: Verdict,
  settings: { readonly bisect: boolean; readonly maxRetries: number },
): NextStep {
  const { records, attempts } = batch;
  if (verdict.kind === 'success') return { done: records, next: [], wait: false };
  if (verdict.kind === 'partial' && verdict.index > 0) {
    return {
      done: records.slice(0, verdict.index),
      next: [{ records: records.slice(verdict.index), attempts }],
      wait: true,
    };
  }
  if (verdict.kind === 'failure' && settings.bisect && records.length > 1) {
    const middle = Math.floor(records.length / 2);
    const halves = [records.slice(0, middle), records.slice(middle)];
    return { done: [], next: halves.map((half) => ({ records: half, attempts })), wait: false };
  }
  if (attempts >= settings.maxRetries) return { done: [], next: [], abandoned: batch, wait: false };
  return { done: [], next: [{ records, attempts: attempts + 1 }], wait: true };
}
