import { setTimeout as sleep } from 'node:timers/promises';
import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { eachLimited, fullJitter } from '../../lib/store/retry.ts';
import { type BusEntry, busSource, withoutRawData } from './busEntry.ts';

/** Where publications go. */
export interface EventBus {
  /** Publishes and tells for each entry, in order, whether the bus confirmed it. Never throws for a failed entry. */
  publish(entries: readonly BusEntry[]): Promise<boolean[]>;
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html: ten entries and less than 1 MB a call. */
const maxEntriesPerCall = 10;
const maxBytesPerCall = 1_000_000;
const maxAttempts = 4;
const parallelCalls = 4;

/** What {@link EventBridgeBus} needs. */
export interface EventBridgeBusOptions {
  readonly client: Pick<EventBridgeClient, 'send'>;
  readonly busName: string;
  /** ARN of a cluster, by its id. @default - not known */
  readonly arnOf?: ((cluster: string) => string | undefined) | undefined;
  /** Told about every failed attempt. */
  readonly onFailure: (failure: { code: string; message: string; entries: number }) => void;
  readonly pace?: { readonly sleep: (ms: number) => Promise<unknown>; readonly random: () => number };
}

interface Numbered {
  readonly index: number;
  readonly entry: PutEventsRequestEntry;
}

/** The event bus on EventBridge. PutEvents fails entry by entry, so each result is looked at and only failures are repeated. */
export class EventBridgeBus implements EventBus {
  readonly #options: EventBridgeBusOptions;

  constructor(options: EventBridgeBusOptions) {
    this.#options = options;
  }

  async publish(entries: readonly BusEntry[]): Promise<boolean[]> {
    const confirmed = entries.map(() => false);
    const numbered = entries.map((entry, index) => ({ index, entry: this.#toRequest(entry) }));
    await eachLimited(chunksOf(numbered), parallelCalls, (chunk) => this.#publishChunk(chunk, confirmed));
    return confirmed;
  }

  async #publishChunk(chunk: readonly Numbered[], confirmed: boolean[]): Promise<void> {
    const { random = Math.random, sleep: wait = sleep } = this.#options.pace ?? {};
    let left = chunk;
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      if (attempt > 0) await wait(fullJitter(attempt - 1, random));
      left = await this.#publishOnce(left, confirmed);
      if (left.length === 0) return;
    }
  }

  /** One call; returns the entries that were not confirmed. */
  async #publishOnce(chunk: readonly Numbered[], confirmed: boolean[]): Promise<readonly Numbered[]> {
    try {
      const command = new PutEventsCommand({ Entries: chunk.map(({ entry }) => entry) });
      const { Entries: results = [] } = await this.#options.client.send(command);
      const failed = chunk.filter((_, place) => results[place]?.EventId === undefined);
      for (const { index } of chunk) confirmed[index] = true;
      for (const { index } of failed) confirmed[index] = false;
      const first = results.find((result) => result.ErrorCode !== undefined);
      if (failed.length > 0) this.#report(first?.ErrorCode, first?.ErrorMessage, failed.length);
      return failed;
    } catch (error) {
      // Whether the bus took them is unknown. They stay owed and are repeated under the same id.
      const { name, message } = error instanceof Error ? error : { name: 'Unknown', message: String(error) };
      this.#report(name, message, chunk.length);
      return chunk;
    }
  }

  #report(code = 'Unknown', message = '', entries: number): void {
    this.#options.onFailure({ code, message, entries });
  }

  /** An entry that alone is too large for a call goes without its original. */
  #toRequest(entry: BusEntry): PutEventsRequestEntry {
    const request = this.#toWholeRequest(entry);
    return entrySize(request) < maxBytesPerCall ? request : this.#toWholeRequest(withoutRawData(entry));
  }

  #toWholeRequest(entry: BusEntry): PutEventsRequestEntry {
    const arn = this.#options.arnOf?.(entry.detail.clusterId);
    return {
      EventBusName: this.#options.busName,
      Source: busSource,
      DetailType: entry.detailType,
      Time: new Date(entry.time),
      Resources: arn === undefined ? [] : [arn],
      Detail: JSON.stringify(entry.detail),
    };
  }
}

/** Cuts entries into calls the API accepts. */
function chunksOf(entries: readonly Numbered[]): Numbered[][] {
  const chunks: Numbered[][] = [];
  let chunk: Numbered[] = [];
  let bytes = 0;
  for (const numbered of entries) {
    const size = entrySize(numbered.entry);
    if (chunk.length === maxEntriesPerCall || (chunk.length > 0 && bytes + size >= maxBytesPerCall)) {
      chunks.push(chunk);
      chunk = [];
      bytes = 0;
    }
    chunk.push(numbered);
    bytes += size;
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}

/**
 * Size of an entry as EventBridge counts it: 14 bytes for the time, and the UTF-8 bytes of source, detail type, detail and
 * resources. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevents-size
 */
export function entrySize(entry: PutEventsRequestEntry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);
  return bytes + (entry.Time === undefined ? 0 : 14);
}
