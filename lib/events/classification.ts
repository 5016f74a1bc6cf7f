import type { Severity } from './severity.ts';

/** What kind of trouble (or routine) an event is about. */
export type Category = string;

/** What {@link classify} decided about one event, and by which rule. */
export interface Classification {
  readonly severity: Severity;
  /** The reason a person would use: `CrashLoopBackOff` for a kubelet `BackOff` Warning. */
  readonly effectiveReason: string;
  readonly category: Category;
  /** Id of the rule that decided, as `kef explain` shows it. */
  readonly rule: string;
  /** Effective reasons of the same object whose incidents this event resolves. Empty for most events. */
  readonly resolves: readonly string[];
  /** Present when a user rule says that such events are not forwarded. */
  readonly drop?: true;
  /** Labels that user rules give, such as `team` and `owner`. */
  readonly tags?: Readonly<Record<string, string>>;
  /** URL that a user rule gives. */
  readonly runbook?: string;
  /** Present when a user rule keeps notifications back at the time the event happened. */
  readonly silenced?: true;
  /** Where a user rule wants incidents to behave otherwise than the forwarder's settings say. */
  readonly incidents?: IncidentOverrides;
}

/** Settings of `lib/incidents` that a rule overrides, in its units. */
export interface IncidentOverrides {
  readonly windowMs?: number;
  readonly reopenAfterMs?: number;
  readonly escalateFactor?: number;
  readonly stormLimitPerMinute?: number;
  readonly patienceMs?: number;
  /** Whether people hear of it only once it has lasted. @default as its reason commonly goes */
  readonly isPatient?: boolean;
  readonly groupBy?: 'workload' | 'object';
}
