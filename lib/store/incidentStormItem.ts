import { packTokens, unpackTokens } from '../incidents/appliedKeys.ts';
import type { StormGroupState } from '../incidents/stormGroup.ts';
import { stormKey } from './incidentKeys.ts';
import { fromOwedAttributes, type OwedAttributes, toOwedAttributes } from './incidentOwed.ts';

/** A storm guard as the Incidents table stores it. It carries no index keys. */
export interface StormItem
  extends Pick<StormGroupState, 'group' | 'version' | 'minute' | 'total' | 'loud' | 'loudNotify' | 'storm' | 'worst'> {
  readonly pk: string;
  readonly sk: string;
  readonly ttl: number;
  readonly admitted?: Uint8Array;
  readonly withheld?: Uint8Array;
  readonly owed: OwedAttributes;
}

/** A group that published nothing for a day starts anew: longer than records are retried (12 hours). */
const keptSeconds = 86_400;

/** The item of a storm group, at the version it will have once written. */
export function toStormItem(state: StormGroupState, version: number, now: number): StormItem {
  const { admitted, withheld, owed, ...rest } = state;
  return {
    ...stormKey(state.group),
    ...rest,
    version,
    ttl: Math.floor(now / 1000) + keptSeconds,
    ...(admitted.length === 0 ? {} : { admitted: packTokens(admitted) }),
    ...(withheld.length === 0 ? {} : { withheld: packTokens(withheld) }),
    owed: toOwedAttributes(owed),
  };
}

/** Reverses {@link toStormItem}. */
export function fromStormItem(item: StormItem): StormGroupState {
  const { pk: _pk, sk: _sk, ttl: _ttl, admitted, withheld, owed, ...rest } = item;
  return {
    ...rest,
    admitted: admitted === undefined ? [] : unpackTokens(admitted),
    withheld: withheld === undefined ? [] : unpackTokens(withheld),
    owed: fromOwedAttributes(owed),
  };
}
