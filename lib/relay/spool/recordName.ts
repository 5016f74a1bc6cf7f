/**
 * What the name of a record's file tells. Records are numbered in the order of their batches. A record may stand for a range of
 * numbers (several lost batches reported as one), and may be written again with less in it: the higher generation replaces
 * every record whose range lies in its own. So one rename is the moment in which a replacement counts, whole or not at all.
 */
export interface RecordName {
  readonly first: number;
  readonly last: number;
  readonly generation: number;
  /** Events in it: known even when the record cannot be read any more. */
  readonly count: number;
}

const pattern = /^(\d{12})-(\d{12})-(\d{6})-(\d{1,6})\.batch$/;

/** The file name of a record. */
export function fileNameOf({ first, last, generation, count }: RecordName): string {
  const digits = (value: number, length: number): string => String(value).padStart(length, '0');
  return `${digits(first, 12)}-${digits(last, 12)}-${digits(generation, 6)}-${count}.batch`;
}

/** Reads a file name; `undefined` when it is none of a record. */
export function parseFileName(name: string): RecordName | undefined {
  const [, first, last, generation, count] = pattern.exec(name) ?? [];
  if (first === undefined) return undefined;
  return { first: Number(first), last: Number(last), generation: Number(generation), count: Number(count) };
}

/** Splits records into those that count, in order, and those that a later one replaced before it could be removed. */
export function resolveReplaced(names: readonly RecordName[]): { current: RecordName[]; replaced: RecordName[] } {
  const replaced = new Set<RecordName>();
  const ordered = names.toSorted((one, other) => one.first - other.first || one.generation - other.generation);
  for (const [index, one] of ordered.entries()) {
    // Ranges nest, so what may replace a record begins no later than it; what it may replace begins within it.
    for (let at = index + 1; at < ordered.length; at += 1) {
      const other = ordered[at];
      if (other === undefined || other.first > one.last) break;
      replaced.add(other.generation > one.generation ? one : other);
    }
  }
  return { current: ordered.filter((name) => !replaced.has(name)), replaced: [...replaced] };
}
