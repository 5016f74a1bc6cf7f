import { setTimeout as delay } from 'node:timers/promises';
import type { Destinations } from '../destinations.ts';
import type { Messaging } from './Messaging.ts';
import { passesFilter, readEnvelope, type Subscription, type TopicMessage } from './subscriptions.ts';

/** What a {@link TopicInbox} works with. */
export interface TopicInboxOptions {
  readonly messaging: Messaging;
  readonly destinations: Destinations;
  readonly topicName: string;
  readonly subscriptions: readonly Subscription[];
  /** Called once for every message on the topic. */
  readonly onMessage: (message: TopicMessage) => void;
  /** Called for every subscriber outside this machine (email, https …) who would receive it. */
  readonly onDelivered: (message: TopicMessage, subscription: Subscription) => void;
  readonly onError: (text: string) => void;
}

/** The far side of a topic: a queue receives everything, and from there each subscription gets what its filter lets through. */
export class TopicInbox {
  readonly queue: string;
  readonly #options: TopicInboxOptions;
  readonly #abort = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: TopicInboxOptions) {
    this.#options = options;
    this.queue = `local-inbox-${options.topicName}`.slice(0, 80);
    options.messaging.createQueue(this.queue);
    options.messaging.subscribe(options.topicName, this.queue);
  }

  start(): void {
    this.#running = this.#run();
  }

  get empty(): boolean {
    return this.#options.messaging.depth(this.queue) === 0;
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { messaging, onError } = this.#options;
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        for (const received of await messaging.receive(this.queue, signal)) {
          await this.#spread(readEnvelope(received.body));
          await messaging.remove(this.queue, received);
        }
      } catch (error) {
        if (signal.aborted) return;
        onError(`inbox of ${this.#options.topicName}: ${error instanceof Error ? error.message : String(error)}`);
        await delay(200);
      }
    }
  }

  async #spread(message: TopicMessage): Promise<void> {
    const { subscriptions, destinations, onMessage, onDelivered } = this.#options;
    onMessage(message);
    for (const subscription of subscriptions) {
      if (!passesFilter(subscription, message)) continue;
      if (subscription.protocol === 'sqs') {
        await destinations.deliver(subscription.endpoint, subscription.raw ? message.message : message.envelope);
      } else if (subscription.protocol === 'lambda') {
        const record = {
          EventVersion: '1.0',
          EventSubscriptionArn: `${message.topicArn}:${subscription.id}`,
          EventSource: 'aws:sns',
          Sns: JSON.parse(message.envelope),
        };
        const onBehalf = { principal: 'sns.amazonaws.com', sourceArn: message.topicArn };
        await destinations.deliver(subscription.endpoint, JSON.stringify({ Records: [record] }), onBehalf);
      } else {
        onDelivered(message, subscription);
      }
    }
  }
}
