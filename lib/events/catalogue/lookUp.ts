import { nearestWord } from '../nearestWord.ts';
import type { Severity } from '../severity.ts';
import type { Advice } from './advice/advice.ts';
import { reasonsMeantBy } from './aliases.ts';
import { adviceFor, catalogueEntries } from './catalogue.ts';
import { type DocumentedName, documentedNames } from './documentedNames.ts';
import type { EmittedEvent } from './emittedEvents.ts';
import { recoveriesOf } from './recoveries.ts';

/** What the catalogue knows about a name. */
export interface LookUp {
  readonly name: string;
  /** What is written in its place, when it is a documented name. */
  readonly aliasOf: readonly string[];
  /** Why nobody writes it, when nobody does. */
  readonly documented: DocumentedName | undefined;
  /** Known events with that reason, on the wire or effective. */
  readonly entries: readonly KnownEvent[];
  /** A reason of a similar name, when nothing was found. */
  readonly nearest: string | undefined;
}

/** A known event with all that is said about it. */
export interface KnownEvent {
  readonly event: EmittedEvent;
  readonly severity: Severity;
  readonly effectiveReason: string;
  readonly category: string;
  /** Id of the rule that decides. */
  readonly rule: string;
  readonly advice: Advice | undefined;
  readonly recoveries: readonly string[];
}

/** Finds a reason on the wire, an effective reason or a documented name; case counts only where several would fit. */
export function lookUp(text: string): LookUp {
  const all = catalogueEntries();
  const known = new Set(all.flatMap(({ event, classification }) => [event.reason, classification.effectiveReason]));
  const name = known.has(text)
    ? text
    : ([...known].find((reason) => reason.toLowerCase() === text.toLowerCase()) ?? text);
  const names = new Set(reasonsMeantBy(name));
  const entries = all
    .filter(({ event, classification }) => names.has(event.reason) || names.has(classification.effectiveReason))
    .map(
      ({ event, classification: { severity, effectiveReason, category, rule } }): KnownEvent => ({
        event,
        severity,
        effectiveReason,
        category,
        rule,
        advice: severity === 'info' ? undefined : adviceFor(effectiveReason, event.kinds[0] ?? '*'),
        recoveries: severity === 'info' ? [] : recoveriesOf(effectiveReason, event.kinds[0]),
      }),
    );
  return {
    name,
    aliasOf: reasonsMeantBy(name).slice(1),
    documented: documentedNames.get(name),
    entries,
    nearest: entries.length === 0 ? nearestWord(text, [...known, ...documentedNames.keys()]) : undefined,
  };
}
