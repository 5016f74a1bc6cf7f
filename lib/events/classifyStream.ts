import { createHash } from 'node:crypto';
import { KefError } from '../errors.ts';
import { classify, type RuleSet } from './classify.ts';
import { readEventStream } from './eventStream.ts';
import { fingerprintOf } from './fingerprint.ts';
import { occurrenceKeyOf } from './occurrence.ts';
import { readEvent } from './readEvent.ts';
import { isSecretEvent, redactEvent } from './redact.ts';
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

/**
 * Reads Events in any form that {@link readEventStream} takes, redacts and classifies them as relay and backend would, and
 * yields standard events in input order. Bad input yields its error and does not stop the rest.
 */
export async function* classifyStream(
  chunks: AsyncIterable<Uint8Array>,
  options: ClassifyStreamOptions,
): AsyncGenerator<ClassifiedLine> {
  for await (const item of readEventStream(chunks)) {
    if ('error' in item) {
      yield item;
      continue;
    }
    try {
      if (isSecretEvent(item.raw)) {
        throw new KefError('EventSecretRefused', 'events about Secret objects never leave the cluster; nothing to do');
      }
      redactEvent(item.raw);
      const record = readEvent(item.raw);
      const classification = classify(record, options.rules, options.cluster);
      const fingerprint = fingerprintOf(options.cluster, record, classification.effectiveReason);
      const id = createHash('sha256')
        .update(`${fingerprint}\n${occurrenceKeyOf(record)}`)
        .digest('hex')
        .slice(0, 32);
      const processedAt = options.now().toISOString();
      yield {
        line: item.line,
        event: toStandardEvent({ cluster: options.cluster, record, classification, id, processedAt, raw: item.raw }),
      };
    } catch (error) {
      if (!(error instanceof KefError)) throw error;
      yield { line: item.line, error };
    }
  }
}
