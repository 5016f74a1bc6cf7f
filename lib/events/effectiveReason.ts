import type { EventRecord } from './eventRecord.ts';
import type { CompiledRule } from './ruleIndex.ts';
import { builtInRules } from './rules.ts';

/** Stands in for the empty reason, which core/v1 allows and some controllers write. */
const unspecified = 'Unspecified';

/**
 * The reason a person would use. The kubelet writes `BackOff` for a crash loop and for an image that cannot be pulled,
 * and `Failed` for a dozen causes; the words people search for are in the message. The built-in rules carry the mapping;
 * without one, the reason on the wire stands.
 */
export function effectiveReasonOf(record: EventRecord): string {
  return effectiveReasonByRule(record, builtInRules.builtIn.find(record, record.reason, ''));
}

/** The same, when the built-in rule of the event is already known. */
export function effectiveReasonByRule(record: EventRecord, builtIn: CompiledRule | undefined): string {
  return builtIn?.spec.effectiveReason ?? (record.reason === '' ? unspecified : record.reason);
}
