import { DeliveryError } from './deliveryError.ts';
import type { Destinations } from './destinations.ts';
import { invocationRecord, streamRecord, streamRecordKey } from './failureRecords.ts';
import { isAllowed, type Statement } from './iam/policy.ts';
import type { LostInvocation } from './lambda/AsyncInvoker.ts';
import type { AsyncSettings } from './lambda/functionDefinition.ts';
import type { LocalEvent } from './localEvent.ts';
import type { Messaging } from './messaging/Messaging.ts';
import type { AbandonedBatch } from './stream/EventSourceMapping.ts';

/** What giving up needs to know and reach. */
export interface GiveUpOptions {
  readonly destinations: Destinations;
  readonly messaging: Messaging;
  readonly now: () => number;
  readonly emit: (event: LocalEvent) => void;
  functionNamed(name: string): { readonly arn: string; readonly statements: readonly Statement[] };
}

/** Delivers what Lambda gives up to the destinations of the templates, with the permissions of the function's role. */
export class GiveUp {
  readonly #options: GiveUpOptions;

  constructor(options: GiveUpOptions) {
    this.#options = options;
  }

  /** An asynchronous invocation: a record to the on-failure destination, the event itself to the dead-letter queue. */
  async invocation(lost: LostInvocation, settings: AsyncSettings): Promise<void> {
    const { arn } = this.#options.functionNamed(lost.functionName);
    const record = JSON.stringify(invocationRecord(lost, arn, this.#options.now()));
    const attributes = {
      RequestID: lost.requestId,
      ErrorCode: '200',
      ErrorMessage: lost.error.errorMessage.slice(0, 1024),
    };
    const delivered = [
      ...(settings.onFailure === undefined ? [] : [await this.#deliver(lost.functionName, settings.onFailure, record)]),
      ...(settings.deadLetter === undefined
        ? []
        : [await this.#deliver(lost.functionName, settings.deadLetter, lost.event, attributes)]),
    ];
    const destination = delivered.filter((place) => place !== undefined).join(' ');
    this.#options.emit({
      type: 'dead-letter',
      source: 'async',
      name: lost.functionName,
      reason: `${lost.condition}: ${lost.error.errorType}: ${lost.error.errorMessage}`,
      count: 1,
      ...(destination === '' ? {} : { destination }),
    });
  }

  /** Records of a stream: whole to a bucket, their place in the stream to a queue or topic. */
  async records(abandoned: AbandonedBatch): Promise<void> {
    const { settings, condition, error, records } = abandoned;
    const { functionName, onFailure } = settings;
    const { arn } = this.#options.functionNamed(functionName);
    const now = this.#options.now();
    let destination: string | undefined;
    if (onFailure?.startsWith('arn:aws:s3:::')) {
      const key = streamRecordKey(abandoned, now);
      const record = JSON.stringify(streamRecord(abandoned, arn, now, true));
      destination = await this.#putObject(functionName, onFailure.slice('arn:aws:s3:::'.length), key, record);
    } else if (onFailure !== undefined) {
      destination = await this.#deliver(
        functionName,
        onFailure,
        JSON.stringify(streamRecord(abandoned, arn, now, false)),
      );
    }
    this.#options.emit({
      type: 'dead-letter',
      source: 'stream',
      name: functionName,
      reason: error === undefined ? condition : `${condition}: ${error.errorType}: ${error.errorMessage}`,
      count: records.length,
      ...(destination === undefined ? {} : { destination }),
    });
  }

  async #putObject(functionName: string, bucket: string, key: string, body: string): Promise<string | undefined> {
    const bucketArn = `arn:aws:s3:::${bucket}`;
    // Lambda checks both when it writes there: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
    const allowed =
      this.#may(functionName, 's3:PutObject', `${bucketArn}/${key}`) &&
      this.#may(functionName, 's3:ListBucket', bucketArn);
    if (!allowed) return undefined;
    return this.#attempt(`s3://${bucket}/${key}`, () => this.#options.messaging.putObject(bucket, key, body));
  }

  async #deliver(
    functionName: string,
    arn: string,
    body: string,
    attributes?: Readonly<Record<string, string>>,
  ): Promise<string | undefined> {
    const action = { sqs: 'sqs:SendMessage', sns: 'sns:Publish', lambda: 'lambda:InvokeFunction' }[
      arn.split(':')[2] ?? ''
    ];
    if (action === undefined || !this.#may(functionName, action, arn)) return undefined;
    return this.#attempt(arn, () => this.#options.destinations.deliver(arn, body, undefined, attributes));
  }

  #may(functionName: string, action: string, resource: string): boolean {
    const allowed = isAllowed(this.#options.functionNamed(functionName).statements, { action, resource });
    if (!allowed) this.#warn(`the role of ${functionName} may not ${action} on ${resource}: what it gives up is lost`);
    return allowed;
  }

  async #attempt(place: string, deliver: () => Promise<void>): Promise<string | undefined> {
    try {
      await deliver();
      return place;
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      this.#warn(`${place}: ${error.message}`);
      return undefined;
    }
  }

  #warn(text: string): void {
    this.#options.emit({ type: 'warning', text });
  }
}
