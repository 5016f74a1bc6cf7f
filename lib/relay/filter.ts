import { classify, type RuleSet } from '../events/classify.ts';
import { readEvent } from '../events/readEvent.ts';
import { isSecretEvent } from '../events/redact.ts';
import { builtInRules, compileRules } from '../events/rules.ts';
import { isAtLeast, type Severity } from '../events/severity.ts';
import type { RelayConfig } from './config.ts';
import { subjectOf, type WireEvent } from './wireEvent.ts';

/** Why an event is not forwarded; label of `k8s_events_filtered_total`. */
export type DropReason =
  | 'secret'
  | 'namespace'
  | 'type'
  | 'reason'
  | 'severity'
  | 'rule'
  | 'unchanged'
  | 'deleted'
  | 'known'
  | 'unreadable'
  | 'oversize'
  | 'spool';

/** What decides whether an event is forwarded. Empty lists let everything through. */
export interface FilterSettings {
  readonly clusterId: string;
  readonly eventTypes: readonly string[];
  readonly reasonFilters: readonly string[];
  readonly excludeNamespaces: readonly string[];
  /** `info` lets everything through. */
  readonly minSeverity: Severity;
  /** The user's rules before the built-in ones. @default the built-in ones */
  readonly rules?: RuleSet | undefined;
}

/** Tells why an event is dropped, or `undefined` when it is forwarded. */
export type Filter = (event: WireEvent) => DropReason | undefined;

/**
 * Compiles the settings into one function. Filters are ANDed and the first refusal counts. Events are classified only when a
 * severity or an effective reason (`CrashLoopBackOff` is never an event's own reason) has to be known. An event that cannot
 * be read is forwarded: the API refuses it by name, which somebody can see, while a silent drop nobody can.
 */
export function compileFilter(settings: FilterSettings): Filter {
  const types = setOf(settings.eventTypes);
  const reasons = setOf(settings.reasonFilters);
  const excluded = setOf(settings.excludeNamespaces);
  const { clusterId, minSeverity, rules = builtInRules } = settings;
  // The user's own rules may drop events, so with some of them every event is classified.
  const isSeverityWanted = minSeverity !== 'info' || settings.rules !== undefined;

  return (event) => {
    if (isSecretEvent(event)) return 'secret';
    if (excluded?.has(namespaceOf(event))) return 'namespace';
    if (types && !types.has(event.type)) return 'type';
    const isReasonOpen = reasons !== undefined && !reasons.has(event.reason);
    if (!isReasonOpen && !isSeverityWanted) return undefined;
    const classification = tryClassify(event, rules, clusterId);
    if (classification === undefined) return undefined;
    if (isReasonOpen && !reasons.has(classification.effectiveReason)) return 'reason';
    if (classification.drop === true) return 'rule';
    return isAtLeast(classification.severity, minSeverity) ? undefined : 'severity';
  };
}

/** The filter that a configuration describes. */
export function filterOf(config: RelayConfig): Filter {
  return compileFilter({
    clusterId: config.cluster_id,
    eventTypes: config.event_types,
    reasonFilters: config.reason_filters,
    excludeNamespaces: config.exclude_namespaces,
    minSeverity: config.min_severity,
    rules: config.rules.length === 0 ? undefined : compileRules(config.rules),
  });
}

function tryClassify(event: WireEvent, rules: RuleSet, clusterId: string) {
  try {
    return classify(readEvent(event), rules, clusterId);
  } catch {
    return undefined; // forwarded, see compileFilter
  }
}

function setOf(values: readonly string[]): ReadonlySet<unknown> | undefined {
  return values.length === 0 ? undefined : new Set(values);
}

/** The namespace of the object; events about cluster-scoped objects have the one they are stored in (`default`). */
function namespaceOf(event: WireEvent): unknown {
  return subjectOf(event)?.namespace || event.metadata?.namespace;
}
