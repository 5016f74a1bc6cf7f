import { builtInRules } from './builtInRules.ts';
import { eventLimits } from './eventLimits.ts';
import type { EventRecord } from './eventRecord.ts';
import type { CompiledRule } from './ruleIndex.ts';

/** Stands in for an empty or blank reason, which core/v1 allows and some controllers write. */
const unspecified = 'Unspecified';

/** The reason as rules and people know it: what is on the wire, or `Unspecified` when nothing is there. */
export function wireReasonOf({ reason }: EventRecord): string {
  return reason === '' || (reason.charCodeAt(0) <= 32 && reason.trim() === '') ? unspecified : reason;
}

/**
 * The reason a person would use. The kubelet writes `BackOff` for a crash loop and for an image that cannot be pulled,
 * and `Failed` for a dozen causes; the words people search for are in the message. The built-in rules carry the mapping;
 * without one, the reason on the wire stands.
 */
export function effectiveReasonOf(record: EventRecord): string {
  const reason = wireReasonOf(record);
  return effectiveReasonByRule(record, builtInRules.builtIn.find(record, reason, '')) ?? reason;
}

/** What a rule calls the event; undefined when it has no name of its own for it. */
export function effectiveReasonByRule(record: EventRecord, rule: CompiledRule | undefined): string | undefined {
  const name = rule?.spec.effectiveReason;
  if (name === undefined || !name.includes('$1')) return name;
  const found = rule?.message?.firstGroup(record.message) ?? '';
  const reason = name.replaceAll('$1', () => found).trim();
  return reason === '' ? undefined : reason.slice(0, eventLimits.reason).toWellFormed();
}
