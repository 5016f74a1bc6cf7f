import { listOf, type RuleSpec } from '../events/ruleSpec.ts';
import { builtInRuleSpecs } from '../events/rules/builtIn.ts';
import type { EventApi } from './kubernetes/resource.ts';

/** The filters that an API server may be able to apply. */
export interface SelectableFilters {
  readonly event_types: readonly string[];
  readonly reason_filters: readonly string[];
  readonly exclude_namespaces: readonly string[];
  readonly rules: readonly RuleSpec[];
}

/** More terms than this would make the request line long and save little. */
const mostNamespaces = 20;

/**
 * What of the filters can be left to the API server, so that the rest never leaves it: a field selector that lets through at least
 * everything that the filters do, which are applied to what comes all the same. `undefined` when there is nothing to select.
 *
 * Selectors know no "or", so only a single type and a single reason can be one. The fields are those of
 * `AddFieldLabelConversionsForEvent` in Kubernetes' `pkg/apis/events/v1` and `pkg/apis/core/v1`.
 */
export function fieldSelectorOf(filters: SelectableFilters, api: EventApi): string | undefined {
  const { event_types, reason_filters, exclude_namespaces, rules } = filters;
  const subject = api === 'v1' ? 'involvedObject' : 'regarding';
  const [type, ...otherTypes] = new Set(event_types);
  const [reason, ...otherReasons] = new Set(reason_filters);
  const terms: string[] = [];
  if (type !== undefined && otherTypes.length === 0) terms.push(`type=${escaped(type)}`);
  if (reason !== undefined && otherReasons.length === 0 && !mayBeRenamedTo(reason, rules))
    terms.push(`reason=${escaped(reason)}`);
  // Objects without a namespace have none here, so their events come and the filter decides.
  if (exclude_namespaces.length <= mostNamespaces)
    for (const namespace of new Set(exclude_namespaces)) terms.push(`${subject}.namespace!=${escaped(namespace)}`);
  return terms.length === 0 ? undefined : terms.join(',');
}

/**
 * True when an event with another reason on the wire may have this one as its effective reason, which the filter would let through:
 * `CrashLoopBackOff` is never an event's own reason.
 *
 * One family of rules takes the word at the beginning of a message for the reason (the EKS node agent's findings). It could be any
 * word; a reason that other components are known to write themselves is taken not to be one of its findings.
 */
function mayBeRenamedTo(reason: string, rules: readonly RuleSpec[]): boolean {
  if (reason === 'Unspecified') return true; // stands for an empty reason
  if (rules.some(({ effectiveReason }) => effectiveReason === reason || effectiveReason?.includes('$1') === true))
    return true;
  if (builtInRuleSpecs.some(({ effectiveReason }) => effectiveReason === reason)) return true;
  return !builtInRuleSpecs.some(
    ({ match, effectiveReason }) => effectiveReason?.includes('$1') !== true && listOf(match.reason).includes(reason),
  );
}

/** As `fields.EscapeValue` of apimachinery. */
function escaped(value: string): string {
  return value.replace(/[\\,=]/g, '\\$&');
}
