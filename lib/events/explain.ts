import { matchingUserRules } from './applyUserRules.ts';
import { builtInRules, type RuleSet } from './builtInRules.ts';
import type { Advice } from './catalogue/advice/advice.ts';
import { adviceFor, familyOf, knownEventFor } from './catalogue/catalogue.ts';
import { recoveriesOf } from './catalogue/recoveries.ts';
import type { Classification } from './classification.ts';
import { classify } from './classify.ts';
import { effectiveReasonByRule, wireReasonOf } from './effectiveReason.ts';
import type { EventRecord } from './eventRecord.ts';
import { remedyFor } from './remedies.ts';
import type { CompiledRule } from './ruleIndex.ts';
import { listOf, type OneOrMore, outcomeNames } from './ruleSpec.ts';

/** A rule that had a say, and the conditions by which the event fell under it. */
export interface RuleReason {
  readonly rule: string;
  readonly isUserRule: boolean;
  /** What it stated, such as `severity`. */
  readonly states: readonly string[];
  /** `kind is Pod`, `message has /^Back-off restarting/`. */
  readonly because: readonly string[];
}

/** Why an event is what it is, and what to do about it. */
export interface Explanation {
  readonly classification: Classification;
  /** User rules in the order they applied, then the built-in rule, which fills in what they leave open. */
  readonly rules: readonly RuleReason[];
  /** The component, as people call it. */
  readonly family: string | undefined;
  /** What such an event means, when it is a known one. */
  readonly meaning: string | undefined;
  readonly causes: readonly string[];
  /** Commands, with the object's names filled in. */
  readonly diagnose: readonly string[];
  readonly remedy: string;
  /** Effective reasons that would end its incident. */
  readonly recoveries: readonly string[];
}

/** Explains one event. Loads the long texts of the catalogue: for people, not for the hot path. */
export function explain(record: EventRecord, rules: RuleSet = builtInRules, cluster = ''): Explanation {
  const reason = wireReasonOf(record);
  const classification = classify(record, rules, cluster);
  const builtIn = rules.builtIn.find(record, reason, cluster);
  const wireEffective = effectiveReasonByRule(record, builtIn) ?? reason;
  const user = rules.user === undefined ? [] : matchingUserRules(rules.user, record, reason, wireEffective, cluster);
  // What the catalogue knows is about the event itself, not about the name a user gave it.
  const original = { ...classification, effectiveReason: wireEffective, rule: builtIn?.id ?? 'none' };
  const isRoutine = builtIn?.spec.severity === 'info' && classification.severity === 'info';
  const advice = isRoutine ? undefined : adviceFor(wireEffective, record.regarding.kind);
  const family = familyOf(original.rule);
  return {
    classification,
    rules: [
      ...user.map((rule) => reasonOf(rule, record, cluster, true)),
      ...(builtIn === undefined ? [] : [reasonOf(builtIn, record, cluster, false)]),
    ],
    family: family?.title,
    meaning: knownEventFor(record, original)?.event.summary,
    causes: advice?.causes ?? (isRoutine ? [] : (family?.causes ?? [])),
    diagnose: diagnosisOf(advice, isRoutine ? [] : (family?.diagnose ?? []), record),
    remedy: isRoutine
      ? 'Routine: nothing to do.'
      : (remedyFor(wireEffective, record.message) ?? advice?.remedy ?? family?.remedy ?? ''),
    recoveries: isRoutine ? [] : recoveriesOf(classification.effectiveReason, record.regarding.kind),
  };
}

function diagnosisOf(advice: Advice | undefined, otherwise: readonly string[], record: EventRecord): readonly string[] {
  return (advice?.diagnose ?? otherwise).map((command) => fillIn(command, record));
}

/** Puts the object's own names into a command; what the event does not tell keeps its placeholder. */
export function fillIn(command: string, { regarding, component, host }: EventRecord): string {
  const node = regarding.kind === 'Node' ? regarding.name : component === 'kubelet' ? host : undefined;
  const { namespace } = regarding;
  return command
    .replaceAll(namespace === undefined ? '-n NAMESPACE ' : 'NAMESPACE', () =>
      namespace === undefined ? '' : quoted(namespace),
    )
    .replaceAll(/\bKIND\b/g, (word) => (regarding.kind === '' ? word : quoted(regarding.kind.toLowerCase())))
    .replaceAll(/\bNODE\b/g, (word) => (node === undefined || node === '' ? word : quoted(node)))
    .replaceAll(/\bNAME\b(?!:)/g, (word) => (regarding.name === '' ? word : quoted(regarding.name)));
}

/** Names come from whoever wrote the event, and people paste commands into shells. */
function quoted(text: string): string {
  return /^[A-Za-z0-9._-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function reasonOf(rule: CompiledRule, record: EventRecord, cluster: string, isUserRule: boolean): RuleReason {
  const { match } = rule.spec;
  const subject = record.regarding;
  const because = [
    text('reason', match.reason, wireReasonOf(record)),
    text('kind', match.kind, subject.kind),
    text('type', match.type, record.type),
    text('component', match.component, record.component),
    text('namespace', match.namespace, subject.namespace ?? record.namespace),
    text('name', match.name, subject.name),
    text('cluster', match.cluster, cluster),
    ...Object.entries(match.labels ?? {}).map(([label, values]) =>
      text(`label ${label}`, values, record.labels?.[label] ?? ''),
    ),
    match.message === undefined ? undefined : `message has /${match.message}/`,
  ];
  return {
    rule: rule.id,
    isUserRule,
    states: outcomeNames.filter((name) => rule.spec[name] !== undefined),
    because: because.filter((line) => line !== undefined),
  };
}

function text(field: string, patterns: OneOrMore | undefined, value: string): string | undefined {
  if (patterns === undefined) return undefined;
  const list = listOf(patterns);
  if (list.includes(value)) return `${field} is ${value}`;
  if (list.every((pattern) => pattern === '*')) return undefined;
  return `${field} ${value} is what ${list.length > 3 ? `one of ${list.length} patterns` : list.join(' or ')} means`;
}
