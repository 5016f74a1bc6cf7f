/**
 * What a person needs who is woken by a reason. Commands carry the words NAMESPACE, NAME, NODE and KIND for what the event
 * is about; `kef explain` fills them in.
 */
export interface Advice {
  /** Effective reasons this is about. */
  readonly reasons: readonly string[];
  /** Kinds, when another advice has the same reason about other objects. @default any */
  readonly kinds?: readonly string[];
  /** Most likely first. */
  readonly causes: readonly string[];
  readonly diagnose: readonly string[];
  /** In general; `remedies.ts` has shorter and more particular ones for some messages, and those come first. */
  readonly remedy: string;
  /** Where an organisation's own instructions would be; rules of users fill it (`runbook`). */
  readonly runbook?: string;
}

/** What can be said of any trouble of one family of rules, when nothing more particular is known. */
export interface FamilyAdvice {
  /** First part of the rule ids, such as `karpenter`. */
  readonly table: string;
  /** As people call it. */
  readonly title: string;
  readonly causes: readonly string[];
  readonly diagnose: readonly string[];
  readonly remedy: string;
}
