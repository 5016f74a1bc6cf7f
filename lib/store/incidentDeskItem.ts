import { packTokens, unpackTokens } from '../incidents/appliedKeys.ts';
import type { DeskState } from '../incidents/deskState.ts';
import { deskKey } from './incidentKeys.ts';
import { fromOwedAttributes, type OwedAttributes, toOwedAttributes } from './incidentOwed.ts';

/** A desk as the Incidents table stores it. It carries no index keys. */
export interface DeskItem extends Pick<DeskState, 'cluster' | 'version' | 'told' | 'topics'> {
  readonly pk: string;
  readonly sk: string;
  readonly ttl: number;
  /** `[node, at, arrivedAt]` rows as JSON text: a DynamoDB map would lose the order. */
  readonly leaving: string;
  readonly passed?: Uint8Array;
  readonly hushed?: Uint8Array;
  readonly owed: OwedAttributes;
}

/** A cluster that had no news for a day starts anew: longer than records are retried (12 hours). */
const keptSeconds = 86_400;

/** The item of a desk, at the version it will have once written. */
export function toDeskItem(desk: DeskState, version: number, now: number): DeskItem {
  const { passed, hushed, owed, leaving, ...rest } = desk;
  return {
    ...deskKey(desk.cluster),
    ...rest,
    version,
    ttl: Math.floor(now / 1000) + keptSeconds,
    leaving: JSON.stringify(Object.entries(leaving).map(([node, { at, arrivedAt }]) => [node, at, arrivedAt])),
    ...(passed.length === 0 ? {} : { passed: packTokens(passed) }),
    ...(hushed.length === 0 ? {} : { hushed: packTokens(hushed) }),
    owed: toOwedAttributes(owed),
  };
}

/** Reverses {@link toDeskItem}. */
export function fromDeskItem(item: DeskItem): DeskState {
  const { pk: _pk, sk: _sk, ttl: _ttl, passed, hushed, owed, leaving, ...rest } = item;
  const rows = JSON.parse(leaving) as [string, number, number][]; // written by toDeskItem
  return {
    ...rest,
    leaving: Object.fromEntries(rows.map(([node, at, arrivedAt]) => [node, { at, arrivedAt }])),
    passed: passed === undefined ? [] : unpackTokens(passed),
    hushed: hushed === undefined ? [] : unpackTokens(hushed),
    owed: fromOwedAttributes(owed),
  };
}
