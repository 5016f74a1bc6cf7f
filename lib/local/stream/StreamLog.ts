import type { Journal } from '../journal.ts';
import { type ItemChange, type StreamIdentity, type StreamRecord, toStreamRecord } from './record.ts';

/** A consumer of a stream. It says `finish` for every record it was given, in any order. */
export type StreamReader = (records: readonly StreamRecord[]) => void;

/** What a {@link StreamLog} is made of. */
export interface StreamLogOptions extends StreamIdentity {
  readonly journal: Journal<StreamRecord>;
  readonly now: () => number;
}

const firstNumber = 10n ** 24n;

/** The stream of one table: numbers the changes, keeps them until every reader is done, hands them out in order. */
export class StreamLog {
  readonly arn: string;
  readonly #options: StreamLogOptions;
  readonly #readers: StreamReader[] = [];
  /** Readers still to finish, by sequence number; only kept when there are several. */
  readonly #owed = new Map<string, number>();
  #last = 0n;

  constructor(options: StreamLogOptions) {
    this.#options = options;
    this.arn = options.arn;
  }

  subscribe(reader: StreamReader): void {
    this.#readers.push(reader);
  }

  /** Hands out what an earlier process left. Call once, after all readers have subscribed. */
  resume(): void {
    const left = [...this.#options.journal.unfinished.values()];
    this.#last = left.reduce((last, { dynamodb }) => {
      const number = BigInt(dynamodb.SequenceNumber);
      return number > last ? number : last;
    }, 0n);
    this.#handOut(left);
  }

  /** Records changes of items. Changes of one item must be appended in the order they happened. */
  append(changes: readonly ItemChange[]): StreamRecord[] {
    const now = this.#options.now();
    const records = changes.map((change) => toStreamRecord(this.#options, change, this.#nextNumber(now), now));
    this.#options.journal.add(records.map((record) => [record.dynamodb.SequenceNumber, record]));
    this.#handOut(records);
    return records;
  }

  /** A reader is done with these records. */
  finish(sequenceNumbers: readonly string[]): void {
    const done = sequenceNumbers.filter((number) => {
      const owed = (this.#owed.get(number) ?? 1) - 1;
      if (owed > 0) this.#owed.set(number, owed);
      else this.#owed.delete(number);
      return owed <= 0;
    });
    this.#options.journal.finish(done);
  }

  #handOut(records: readonly StreamRecord[]): void {
    if (records.length === 0) return;
    if (this.#readers.length === 0) {
      this.#options.journal.finish(records.map(({ dynamodb }) => dynamodb.SequenceNumber));
      return;
    }
    if (this.#readers.length > 1) {
      for (const { dynamodb } of records) this.#owed.set(dynamodb.SequenceNumber, this.#readers.length);
    }
    for (const reader of this.#readers) reader(records);
  }

  // Grows over restarts too, because the clock does; 25 digits, where AWS documents 21 to 40.
  #nextNumber(now: number): string {
    const floor = firstNumber + BigInt(Math.max(0, Math.floor(now))) * 1_000_000n;
    this.#last = floor > this.#last ? floor : this.#last + 1n;
    return this.#last.toString();
  }
}
