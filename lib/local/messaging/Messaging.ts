import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FauxqsServer } from 'fauxqs';
import { DeliveryError } from '../deliveryError.ts';
import { onLoopback } from './loopback.ts';

/** One message received from a queue. */
export interface ReceivedMessage {
  readonly body: string;
  readonly receiptHandle: string;
}

/** SQS, SNS and S3: fauxqs in this process. */
export class Messaging {
  readonly #server: FauxqsServer;

  private constructor(server: FauxqsServer) {
    this.#server = server;
  }

  /** Starts the services. `directory` keeps queues, topics and objects; objects are plain files below `s3/`. */
  static async start(region: string, directory: string | undefined): Promise<Messaging> {
    // Loaded late, like dynalite: fastify and the parsers are not free.
    const { startFauxqs } = await import('fauxqs');
    if (directory !== undefined) mkdirSync(directory, { recursive: true });
    const places = directory === undefined ? {} : { dataDir: directory, s3StorageDir: join(directory, 's3') };
    return new Messaging(
      await onLoopback(() => startFauxqs({ port: 0, logger: false, defaultRegion: region, ...places })),
    );
  }

  get port(): number {
    return this.#server.port;
  }

  /** Address the server listens on. */
  get address(): string {
    return this.#server.address;
  }

  createQueue(name: string, attributes: Readonly<Record<string, string>> = {}): void {
    // Creating it again would drop the messages of an earlier run.
    if (this.#server.inspectQueue(name) === undefined)
      this.#server.createQueue(name, { attributes: { ...attributes } });
  }

  createBucket(name: string): void {
    this.#server.createBucket(name);
  }

  createTopic(name: string, attributes: Readonly<Record<string, string>> = {}): void {
    this.#server.createTopic(name, { attributes: { ...attributes } });
  }

  /** Everything published on the topic lands in the queue, in SNS's JSON envelope. */
  subscribe(topic: string, queue: string): void {
    this.#server.subscribe({ topic, queue });
  }

  async send(queue: string, body: string, attributes: Readonly<Record<string, string>> = {}): Promise<void> {
    if (this.#server.inspectQueue(queue) === undefined) {
      throw new DeliveryError('RESOURCE_NOT_FOUND', `queue ${queue} does not exist`, false);
    }
    this.#server.sendMessage(queue, body, { messageAttributes: texts(attributes) });
  }

  async publish(topic: string, message: string, attributes: Readonly<Record<string, string>> = {}): Promise<void> {
    try {
      this.#server.publish(topic, message, { messageAttributes: texts(attributes) });
    } catch (error) {
      throw new DeliveryError('RESOURCE_NOT_FOUND', error instanceof Error ? error.message : String(error), false);
    }
  }

  async putObject(bucket: string, key: string, body: string): Promise<void> {
    const path = key.split('/').map(encodeURIComponent).join('/');
    const response = await fetch(`http://127.0.0.1:${this.port}/${bucket}/${path}`, { method: 'PUT', body });
    if (!response.ok)
      throw new DeliveryError('RESOURCE_NOT_FOUND', `bucket ${bucket}: ${await response.text()}`, false);
  }

  /** Messages in the queue, waiting or being processed. */
  depth(queue: string): number {
    const messages = this.#server.inspectQueue(queue)?.messages;
    return messages === undefined ? 0 : messages.ready.length + messages.delayed.length + messages.inflight.length;
  }

  /** Bodies of the messages in the queue, without touching them. */
  peek(queue: string): string[] {
    const messages = this.#server.inspectQueue(queue)?.messages;
    if (messages === undefined) return [];
    return [...messages.ready, ...messages.delayed, ...messages.inflight.map(({ message }) => message)].map(
      ({ body }) => body,
    );
  }

  /** Up to ten messages; waits up to 20 seconds for the first. */
  async receive(queue: string, signal: AbortSignal): Promise<ReceivedMessage[]> {
    const answer = await this.#sqs(
      'ReceiveMessage',
      { QueueUrl: queueUrl(queue), MaxNumberOfMessages: 10, WaitTimeSeconds: 20 },
      signal,
    );
    const messages = Array.isArray(answer.Messages) ? answer.Messages : [];
    return messages.map((message: { Body: string; ReceiptHandle: string }) => ({
      body: message.Body,
      receiptHandle: message.ReceiptHandle,
    }));
  }

  async remove(queue: string, message: ReceivedMessage): Promise<void> {
    await this.#sqs('DeleteMessage', { QueueUrl: queueUrl(queue), ReceiptHandle: message.receiptHandle });
  }

  async close(): Promise<void> {
    await this.#server.stop();
  }

  async #sqs(action: string, input: object, signal?: AbortSignal): Promise<Record<string, unknown>> {
    const response = await fetch(`http://127.0.0.1:${this.port}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` },
      body: JSON.stringify(input),
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`local SQS, ${action}: ${text}`);
    return text === '' ? {} : JSON.parse(text);
  }
}

function queueUrl(name: string): string {
  return `http://localhost/000000000000/${name}`;
}

function texts(
  attributes: Readonly<Record<string, string>>,
): Record<string, { DataType: string; StringValue: string }> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  );
}
