import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Activity } from '../activity.ts';
import { DeliveryError } from '../deliveryError.ts';
import type { Destinations } from '../destinations.ts';
import type { JsonObject } from '../pattern/json.ts';
import {
  busOf,
  checkEntry,
  type EntryResult,
  type PutEventsEntry,
  type RequestRefusal,
  readPutEvents,
  toEvent,
} from './putEvents.ts';
import type { Rule, RuleTarget, ScheduledRule } from './rules.ts';
import { targetInput } from './targetInput.ts';

/** Longest and number of waits between attempts at one target; AWS spreads 185 attempts over 24 hours. */
const maxRetryDelayMs = 5000;

/** What feeding targets needs to know of a rule. */
type FedRule = Pick<Rule, 'name' | 'arn' | 'targets'>;

/** What an {@link EventBus} works with. */
export interface EventBusOptions {
  readonly account: string;
  readonly region: string;
  readonly buses: ReadonlySet<string>;
  readonly rules: readonly Rule[];
  readonly destinations: Destinations;
  readonly activity: Activity;
  readonly now: () => number;
  /** Wait before the second attempt at a target; doubles. */
  readonly retryDelayMs: number;
  /** Fails an entry for a test. */
  readonly failEntry?: (entry: PutEventsEntry) => Exclude<EntryResult, { EventId: string }> | undefined;
  readonly onPublished: (entry: PutEventsEntry) => void;
  readonly onMatched: (rule: string) => void;
  readonly onDeadLetter: (rule: FedRule, target: RuleTarget, error: DeliveryError, input: string) => void;
}

/** EventBridge: takes entries, matches rules, feeds targets with retries and dead-letter queues. */
export class EventBus {
  readonly #options: EventBusOptions;
  readonly #abort = new AbortController();

  constructor(options: EventBusOptions) {
    this.#options = options;
  }

  /** Answers a PutEvents request: a result for each entry, or a refusal of the whole. */
  putEvents(body: unknown): { FailedEntryCount: number; Entries: EntryResult[] } | RequestRefusal {
    const entries = readPutEvents(body);
    if ('type' in entries) return entries;
    const results = entries.map((entry) => this.#put(entry));
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
  }

  /** Feeds a scheduled rule's targets, as its clock would now. */
  tick(rule: ScheduledRule): void {
    const { account, region, now } = this.#options;
    const time = new Date(now()).toISOString();
    const event = {
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account,
      time,
      region,
      resources: [rule.arn],
      detail: {},
    };
    this.#feedTargets(rule, event);
  }

  close(): void {
    this.#abort.abort();
  }

  #put(entry: PutEventsEntry): EntryResult {
    const checked = checkEntry(entry);
    if ('ErrorCode' in checked) return checked;
    const bus = busOf(entry);
    if (bus !== 'default' && !this.#options.buses.has(bus)) {
      return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: `Event bus ${bus} does not exist.` };
    }
    const injected = this.#options.failEntry?.(entry);
    if (injected !== undefined) return injected;
    const { account, region, now } = this.#options;
    const id = randomUUID();
    this.#options.onPublished(entry);
    this.#route(bus, toEvent(entry, checked.detail, { id, account, region, now: now() }));
    return { EventId: id };
  }

  #route(bus: string, event: JsonObject): void {
    for (const rule of this.#options.rules) {
      if (rule.bus !== bus || !rule.pattern.matches(event)) continue;
      this.#options.onMatched(rule.name);
      this.#feedTargets(rule, event);
    }
  }

  #feedTargets(rule: FedRule, event: JsonObject): void {
    for (const target of rule.targets) {
      const ingestionTime = new Date(this.#options.now()).toISOString();
      const input = targetInput(target, event, { ruleArn: rule.arn, ruleName: rule.name, ingestionTime });
      void this.#options.activity.track(() => this.#feed(rule, target, input));
    }
  }

  async #feed(rule: FedRule, target: RuleTarget, input: string): Promise<void> {
    const startedAt = this.#options.now();
    for (let attempt = 0; ; attempt++) {
      const error = await this.#deliver(rule, target, input);
      if (error === undefined || this.#abort.signal.aborted) return;
      const tooOld = this.#options.now() - startedAt > target.maxAgeMs;
      if (!error.retryable || attempt >= target.maxRetries || tooOld) {
        await this.#bury(rule, target, input, error, attempt);
        return;
      }
      const wait = Math.min(maxRetryDelayMs, this.#options.retryDelayMs * 2 ** attempt);
      await delay(wait, undefined, { signal: this.#abort.signal }).catch(() => {
        // Shutting down: the loop ends at the next look at the signal.
      });
    }
  }

  async #deliver(rule: FedRule, target: RuleTarget, input: string): Promise<DeliveryError | undefined> {
    try {
      await this.#options.destinations.deliver(target.arn, input, {
        principal: 'events.amazonaws.com',
        sourceArn: rule.arn,
      });
      return undefined;
    } catch (error) {
      return error instanceof DeliveryError ? error : new DeliveryError('SDK_CLIENT_ERROR', String(error), true);
    }
  }

  async #bury(rule: FedRule, target: RuleTarget, input: string, error: DeliveryError, attempts: number): Promise<void> {
    this.#options.onDeadLetter(rule, target, error, input);
    if (target.deadLetterArn === undefined) return;
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    const attributes = {
      RULE_ARN: rule.arn,
      TARGET_ARN: target.arn,
      ERROR_CODE: error.code,
      ERROR_MESSAGE: error.message,
      RETRY_ATTEMPTS: String(attempts),
      ...(error.retryable ? { EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts' } : {}),
    };
    await this.#options.destinations.deliver(target.deadLetterArn, input, undefined, attributes);
  }
}
