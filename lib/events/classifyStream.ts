import { createHash } from 'node:crypto';
import type { KefError } from '../errors.ts';
import { classify, type RuleSet } from './classify.ts';
import { fingerprintOf } from './fingerprint.ts';
import { occurrenceKeyOf } from './occurrence.ts';
import { recordStream } from './recordStream.ts';
import { type StandardEvent, toStandardEvent } from './standardEvent.ts';

/** One classified input, or why one was refused; `line` counts from 1. */
export type ClassifiedLine = { line: number; event: StandardEvent } | { line: number; error: KefError };

/** What {@link classifyStream} needs to know besides the events. */
export interface ClassifyStreamOptions {
  readonly cluster: string;
  /** @default the built-in rules */
  readonly rules?: RuleSet;
  readonly now: () => Date;
}

/** Reads Events with `recordStream` and yields standard events in input order. */
export async function* classifyStream(
  chunks: AsyncIterable<Uint8Array>,
  options: ClassifyStreamOptions,
): AsyncGenerator<ClassifiedLine> {
  for await (const item of recordStream(chunks)) {
    if ('error' in item) {
      yield item;
      continue;
    }
    const { line, record, raw } = item;
    const classification = classify(record, options.rules, options.cluster);
    const fingerprint = fingerprintOf(options.cluster, record, classification.effectiveReason);
    const id = createHash('sha256')
      .update(`${fingerprint}\n${occurrenceKeyOf(record)}`)
      .digest('hex')
      .slice(0, 32);
    const processedAt = options.now().toISOString();
    yield { line, event: toStandardEvent({ cluster: options.cluster, record, classification, id, processedAt, raw }) };
  }
}
