import { type Item, itemSize } from '../dynamodb/item.ts';
import type { StreamView } from '../dynamodb/tableDefinition.ts';

/** A change of one item: undefined images stand for "there was none". */
export interface ItemChange {
  readonly key: Item;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  /** True for items that time to live removed. @default false */
  readonly expired?: boolean;
}

/** One element of the `Records` a function receives. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly eventVersion: '1.1';
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly dynamodb: {
    /** Epoch seconds. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Item;
    readonly NewImage?: Item;
    readonly OldImage?: Item;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: StreamView;
  };
  readonly eventSourceARN: string;
  readonly userIdentity?: { readonly principalId: 'dynamodb.amazonaws.com'; readonly type: 'Service' };
}

/** The stream a record belongs to. */
export interface StreamIdentity {
  readonly arn: string;
  readonly view: StreamView;
  readonly region: string;
}

/** Builds the record of a change as DynamoDB Streams delivers it to Lambda. */
export function toStreamRecord(
  stream: StreamIdentity,
  change: ItemChange,
  sequenceNumber: string,
  now: number,
): StreamRecord {
  const { key, before, after } = change;
  const withNew = after !== undefined && (stream.view === 'NEW_IMAGE' || stream.view === 'NEW_AND_OLD_IMAGES');
  const withOld = before !== undefined && (stream.view === 'OLD_IMAGE' || stream.view === 'NEW_AND_OLD_IMAGES');
  return {
    eventID: sequenceNumber.padStart(32, '0'),
    eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: stream.region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(now / 1000),
      Keys: key,
      ...(withNew ? { NewImage: after } : {}),
      ...(withOld ? { OldImage: before } : {}),
      SequenceNumber: sequenceNumber,
      SizeBytes: itemSize(key) + (withNew ? itemSize(after) : 0) + (withOld ? itemSize(before) : 0),
      StreamViewType: stream.view,
    },
    eventSourceARN: stream.arn,
    ...(change.expired ? { userIdentity: { principalId: 'dynamodb.amazonaws.com', type: 'Service' } } : {}),
  };
}
