import type { Severity } from '../events/severity.ts';
import type { OwedPublication } from '../incidents/debt.ts';
import type { PublicationKind } from '../incidents/publication.ts';

/** A debt inside its item; letters, because names are billed. */
interface OwedAttribute {
  /** Place in the order of publication; a DynamoDB map has none. */
  readonly i: number;
  readonly t: PublicationKind;
  readonly k: string;
  readonly a: string;
  readonly b: number;
  readonly s: Severity;
  readonly n: boolean;
  readonly o: number;
  readonly w: number;
  /** Storm limit of its rule. */
  readonly l?: number;
  readonly d: Uint8Array;
}

/** Debts by publication id: a map, so that one can be removed without reading the others. */
export type OwedAttributes = Readonly<Record<string, OwedAttribute>>;

/** Debts as the attribute `owed`; always a map, empty when nothing is owed. */
export function toOwedAttributes(owed: readonly OwedPublication[]): OwedAttributes {
  return Object.fromEntries(
    owed.map((debt, i) => [
      debt.id,
      {
        i,
        t: debt.detailType,
        k: debt.occurrenceKey,
        a: debt.at,
        b: debt.arrivedAt,
        s: debt.severity,
        n: debt.notify,
        o: debt.occurrences,
        w: debt.since,
        ...(debt.stormLimitPerMinute === undefined ? {} : { l: debt.stormLimitPerMinute }),
        d: debt.entry,
      },
    ]),
  );
}

/** Reverses {@link toOwedAttributes}. */
export function fromOwedAttributes(attributes: OwedAttributes): OwedPublication[] {
  return Object.entries(attributes)
    .sort(([, a], [, b]) => a.i - b.i)
    .map(([id, debt]) => ({
      id,
      detailType: debt.t,
      occurrenceKey: debt.k,
      at: debt.a,
      arrivedAt: debt.b,
      severity: debt.s,
      notify: debt.n,
      occurrences: debt.o,
      since: debt.w,
      ...(debt.l === undefined ? {} : { stormLimitPerMinute: debt.l }),
      entry: debt.d,
    }));
}
