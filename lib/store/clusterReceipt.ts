import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { joinKey } from './keys.ts';

/** What `ClustersTable.recordBatch` keeps of one batch. */
export interface BatchReceipt {
  /** Opaque; absent leaves the stored one alone. */
  readonly position?: unknown;
  readonly relay?: {
    readonly id?: string | undefined;
    readonly version?: string | undefined;
    readonly startedAt?: string | undefined;
    readonly sequence?: number | undefined;
    /** One higher than what the relay found when it began. */
    readonly epoch?: number | undefined;
    /** Names the relay process. */
    readonly holder?: string | undefined;
    readonly counters?: Readonly<Record<string, number>> | undefined;
  };
  readonly accepted: number;
  readonly rejected: number;
  /** UTC day → namespaces that had events on it. */
  readonly namespaces: ReadonlyMap<string, ReadonlySet<string>>;
  /** When the batch arrived, RFC 3339. */
  readonly at: string;
  /** Newest occurrence in the batch. */
  readonly newest?: string;
  readonly gaps?: readonly Readonly<Record<string, unknown>>[];
}

/** Key of a cluster's own item. */
export function clusterKey(cluster: string): { pk: string; sk: string } {
  return { pk: joinKey('cluster', cluster), sk: 'cluster' };
}

/** Who made a batch and when: decides which of two positions stays. */
export interface BatchOrder {
  /** Text whose order is the order in which one relay made its batches. */
  readonly made: string;
  /** One higher than what the relay found when it began. */
  readonly epoch?: number;
  /** The relay process. */
  readonly holder: string;
}

/** The relay whose position is kept. */
export interface PositionKeeper {
  readonly epoch: number;
  readonly holder: string;
}

/** Who made a batch and when; undefined when the relay tells too little. */
export function orderOf({ relay }: BatchReceipt): BatchOrder | undefined {
  if (relay?.startedAt === undefined || relay.sequence === undefined) return undefined;
  const startedAt = new Date(relay.startedAt).toISOString();
  return {
    made: `${startedAt}#${String(relay.sequence).padStart(16, '0')}`,
    ...(relay.epoch === undefined ? {} : { epoch: relay.epoch }),
    holder: relay.holder ?? '',
  };
}

/**
 * Only later batches may replace a position. Start times alone do not tell what is later: clocks of nodes differ, and of two relays the
 * one that started first may lead last. So a relay claims the epoch after the one it found; a higher epoch wins, and of two relays
 * that claim the same, the first to post. Relays of before there were epochs are ordered by their start times, as they were.
 */
function laterThanStored({ epoch }: BatchOrder): string {
  const isLater = '#positionOrder <= :positionOrder';
  if (epoch === undefined) return `attribute_not_exists(#positionOrder) OR ${isLater}`;
  const isOwn = `#positionEpoch = :positionEpoch AND #positionHolder = :positionHolder AND ${isLater}`;
  return `attribute_not_exists(#positionEpoch) OR #positionEpoch < :positionEpoch OR (${isOwn})`;
}

/**
 * The one write that takes a batch down.
 *
 * @param order from {@link orderOf}: the write then fails its condition when the stored position is of a later batch
 */
export function receiptUpdate(
  tableName: string,
  cluster: string,
  receipt: BatchReceipt,
  { order }: { order?: BatchOrder },
): UpdateCommandInput {
  const set: Record<string, unknown> = { cluster, heartbeat: receipt.at };
  const { relay, gaps = [] } = receipt;
  if (relay !== undefined) {
    set.relay = { id: relay.id, version: relay.version, startedAt: relay.startedAt, sequence: relay.sequence };
    if (relay.counters !== undefined) set.counters = relay.counters;
  }
  // As text: a position is opaque, and DynamoDB's own types would not give every JSON value back as it was.
  if (receipt.position !== undefined) set.position = JSON.stringify(receipt.position);
  if (order !== undefined) {
    set.positionOrder = order.made;
    if (order.epoch !== undefined) Object.assign(set, { positionEpoch: order.epoch, positionHolder: order.holder });
  }
  if (receipt.newest !== undefined) {
    set.lastEventAt = receipt.newest;
    set.lagSeconds = Math.max(0, Math.round((Date.parse(receipt.at) - Date.parse(receipt.newest)) / 1000));
  }
  if (gaps.length > 0) set.lastGaps = gaps;
  const add: Record<string, number> = {
    batches: 1,
    accepted: receipt.accepted,
    rejected: receipt.rejected,
    ...(gaps.length > 0
      ? { gapCount: gaps.length, gapDropped: gaps.reduce((sum, gap) => sum + droppedIn(gap), 0) }
      : {}),
  };
  const names = [...Object.keys(set), ...Object.keys(add)];
  return {
    TableName: tableName,
    Key: clusterKey(cluster),
    UpdateExpression: `SET ${Object.keys(set)
      .map((name) => `#${name} = :${name}`)
      .join(', ')} ADD ${Object.keys(add)
      .map((name) => `#${name} :${name}`)
      .join(', ')}`,
    ...(order === undefined ? {} : { ConditionExpression: laterThanStored(order) }),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(
      [...Object.entries(set), ...Object.entries(add)].map(([name, value]) => [`:${name}`, value]),
    ),
  };
}

function droppedIn(gap: Readonly<Record<string, unknown>>): number {
  return typeof gap.dropped === 'number' ? gap.dropped : 0;
}
