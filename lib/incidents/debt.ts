import type { Publication } from './publication.ts';

/**
 * A publication that was decided and not yet confirmed by the bus. It is written together with the decision and carries
 * the finished entry, so it can be paid by anyone, without the record it came from.
 */
export interface OwedPublication extends Omit<Publication, 'labels' | 'fingerprint' | 'heldKey'> {
  /** When it was written down, epoch milliseconds. */
  readonly since: number;
  /** The entry for the bus, as `functions/route` packs it. */
  readonly entry: Uint8Array;
}

/** Another invocation may be paying a younger debt at this moment; `route` ends within one minute. */
export const staleDebtMs = 120_000;

/** Debts an item may hold. With entries of at most 24 KB it stays far below DynamoDB's 400 KB. */
export const maxDebts = 8;

/** True when whoever handles the occurrences `keys` has to pay this debt: it is theirs, or nobody came for it. */
export function mustPay(debt: OwedPublication, keys: ReadonlySet<string>, now: number): boolean {
  return keys.has(debt.occurrenceKey) || now - debt.since >= staleDebtMs;
}
