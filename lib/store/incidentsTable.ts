import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { DeskState } from '../incidents/deskState.ts';
import type { IncidentState } from '../incidents/incidentState.ts';
import type { StormGroupState } from '../incidents/stormGroup.ts';
import { batchGet } from './incidentBatchGet.ts';
import { clearOwed } from './incidentClear.ts';
import { type DeskItem, fromDeskItem, toDeskItem } from './incidentDeskItem.ts';
import { DueNotes } from './incidentDue.ts';
import { fromIncidentItem, type IncidentItem, toIncidentItem } from './incidentItem.ts';
import { deskKey, type IncidentsKey, incidentKey, lastSeenKey, stormKey } from './incidentKeys.ts';
import { type IncidentQuery, incidentQueryInput } from './incidentList.ts';
import { unpackMembers } from './incidentMembers.ts';
import { type IncidentRow, toIncidentRow } from './incidentRow.ts';
import { fromStormItem, type StormItem, toStormItem } from './incidentStormItem.ts';
import { type Pace, realPace } from './retry.ts';
import { toStoreError } from './storeError.ts';

export type { IncidentQuery } from './incidentList.ts';
export type { IncidentRow } from './incidentRow.ts';

/** What {@link IncidentsTable} needs. */
export interface IncidentsTableOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Days an incident is kept after its last occurrence arrived. @default 90 */
  readonly retentionDays?: number;
  /** @default the real clock */
  readonly pace?: Pace;
}

/** Objects of one incident. */
export interface IncidentObjects {
  /** Latest first; `lastSeen` in epoch milliseconds. */
  readonly objects: readonly { readonly name: string; readonly lastSeen: number }[];
  /** True when there are more than are remembered. */
  readonly hasMore: boolean;
}

/** One page of incidents. */
export interface IncidentPage {
  readonly items: IncidentRow[];
  /** `startKey` of the next page; absent when this is the last. */
  readonly lastKey?: Record<string, unknown>;
}

/** A write that compares versions: done, or somebody else was faster. */
export type WriteResult = 'written' | 'conflict';

/** Queries one list call may make, and items each may read, when filters leave little of a page. */
const maxQueriesPerList = 5;
const maxPageSize = 200;

/** Incidents, storm guards and desks. Holds no rules: what is written was decided in `lib/incidents`. */
export class IncidentsTable {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #retentionDays: number;
  readonly #pace: Pace;
  /** What is due when. */
  readonly due: DueNotes;

  constructor(options: IncidentsTableOptions) {
    this.#client = options.client;
    this.#tableName = options.tableName;
    this.#retentionDays = options.retentionDays ?? 90;
    this.#pace = options.pace ?? realPace;
    this.due = new DueNotes(options.client, options.tableName);
  }

  /** States by fingerprint, read consistently; fingerprints without an incident are absent. @throws KefError `StoreUnavailable` */
  async getMany(fingerprints: readonly string[]): Promise<Map<string, IncidentState>> {
    const items = await this.#batchGet(fingerprints.map(incidentKey));
    const states = items.map((item) => fromIncidentItem(item as unknown as IncidentItem)); // written by putDecision
    return new Map(states.map((state) => [state.fingerprint, state]));
  }

  /** Writes a decision together with its debts, if the item is still at `expectedVersion` (0: does not exist). */
  async putDecision(state: IncidentState, expectedVersion: number): Promise<WriteResult> {
    return this.#put(toIncidentItem(state, expectedVersion + 1, this.#retentionDays), expectedVersion);
  }

  /** Storm guards by group, read consistently. @throws KefError `StoreUnavailable` */
  async getStorms(groups: readonly string[]): Promise<Map<string, StormGroupState>> {
    const items = await this.#batchGet(groups.map(stormKey));
    const states = items.map((item) => fromStormItem(item as unknown as StormItem)); // written by putStorm
    return new Map(states.map((state) => [state.group, state]));
  }

  /** Like {@link putDecision}, for a storm guard. */
  async putStorm(state: StormGroupState, expectedVersion: number): Promise<WriteResult> {
    return this.#put(toStormItem(state, expectedVersion + 1, this.#pace.now()), expectedVersion);
  }

  /** Removes paid debts. Doing it again, or for debts that are gone, changes nothing. @throws KefError `StoreUnavailable` */
  async clearOwed(fingerprint: string, ids: readonly string[]): Promise<void> {
    await clearOwed(this.#client, this.#tableName, incidentKey(fingerprint), ids);
  }

  /** Like {@link clearOwed}, for the storm messages a group owes. */
  async clearStormOwed(group: string, ids: readonly string[]): Promise<void> {
    await clearOwed(this.#client, this.#tableName, stormKey(group), ids);
  }

  /** Desks by cluster, read consistently. @throws KefError `StoreUnavailable` */
  async getDesks(clusters: readonly string[]): Promise<Map<string, DeskState>> {
    const items = await this.#batchGet(clusters.map(deskKey));
    const desks = items.map((item) => fromDeskItem(item as unknown as DeskItem)); // written by putDesk
    return new Map(desks.map((desk) => [desk.cluster, desk]));
  }

  /** Like {@link putDecision}, for a desk. */
  async putDesk(desk: DeskState, expectedVersion: number): Promise<WriteResult> {
    return this.#put(toDeskItem(desk, expectedVersion + 1, this.#pace.now()), expectedVersion);
  }

  /** Like {@link clearOwed}, for the messages a desk owes. */
  async clearDeskOwed(cluster: string, ids: readonly string[]): Promise<void> {
    await clearOwed(this.#client, this.#tableName, deskKey(cluster), ids);
  }

  /** The objects of an incident that are in trouble, latest first; undefined when there is no such incident. */
  async objectsOf(fingerprint: string): Promise<IncidentObjects | undefined> {
    const item = await this.#item(fingerprint);
    if (item === undefined) return undefined;
    const objects = Object.entries(unpackMembers(item.me)).map(([name, { last }]) => ({
      name,
      lastSeen: last.at * 1000,
    }));
    return { objects: objects.reverse(), hasMore: item.mf === true };
  }

  /** One incident; undefined when there is none or it has expired. */
  async get(fingerprint: string): Promise<IncidentRow | undefined> {
    const item = await this.#item(fingerprint);
    return item === undefined ? undefined : toIncidentRow(item);
  }

  /** Incidents of one cluster, last seen first. Filters may leave a page short or empty while there is a `lastKey`. */
  async list(query: IncidentQuery): Promise<IncidentPage> {
    const { since, until } = query;
    if (since !== undefined && until !== undefined && Date.parse(since) >= Date.parse(until)) return { items: [] };
    const isFiltered = [query.status, query.minSeverity, query.namespace].some((filter) => filter !== undefined);
    const items: IncidentRow[] = [];
    let startKey = query.startKey;
    for (let calls = 0; calls < maxQueriesPerList; calls += 1) {
      const page = await this.#query({ ...query, startKey }, isFiltered ? maxPageSize : query.limit - items.length);
      items.push(...page.items);
      startKey = page.lastKey;
      if (startKey === undefined || items.length >= query.limit) break;
    }
    const shown = items.slice(0, query.limit);
    const last = shown.at(-1);
    const lastKey = items.length > shown.length && last !== undefined ? placeOf(last) : startKey;
    return { items: shown, ...(lastKey === undefined ? {} : { lastKey: { ...lastKey } }) };
  }

  async #item(fingerprint: string): Promise<IncidentItem | undefined> {
    try {
      const { Item } = await this.#client.send(
        new GetCommand({ TableName: this.#tableName, Key: { ...incidentKey(fingerprint) } }),
      );
      const item = Item as IncidentItem | undefined; // written by putDecision
      return item !== undefined && item.ttl > this.#pace.now() / 1000 ? item : undefined;
    } catch (error) {
      throw toStoreError(error, 'Reading an incident');
    }
  }

  async #query(query: IncidentQuery, pageSize: number): Promise<IncidentPage> {
    try {
      const input = incidentQueryInput(this.#tableName, query, pageSize, this.#pace.now());
      const { Items = [], LastEvaluatedKey } = await this.#client.send(new QueryCommand(input));
      const items = Items.map((item) => toIncidentRow(item as IncidentItem)); // the projection asks for a row's attributes
      return { items, ...(LastEvaluatedKey === undefined ? {} : { lastKey: LastEvaluatedKey }) };
    } catch (error) {
      throw toStoreError(error, 'Listing incidents');
    }
  }

  async #batchGet(keys: readonly IncidentsKey[]): Promise<Record<string, unknown>[]> {
    return batchGet(this.#client, this.#tableName, keys, this.#pace);
  }

  async #put(item: IncidentItem | StormItem | DeskItem, expectedVersion: number): Promise<WriteResult> {
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: { ...item },
          ConditionExpression: expectedVersion === 0 ? 'attribute_not_exists(pk)' : 'version = :expected',
          ...(expectedVersion === 0 ? {} : { ExpressionAttributeValues: { ':expected': expectedVersion } }),
        }),
      );
      return 'written';
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'conflict';
      throw toStoreError(error, 'Writing an incident');
    }
  }
}

/** Where a row is in the index `byCluster`. */
function placeOf(row: IncidentRow): Record<string, unknown> {
  return { ...incidentKey(row.fingerprint), gpk: row.cluster, gsk: lastSeenKey(row.lastSeen, row.fingerprint) };
}
