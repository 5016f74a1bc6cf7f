import type { Classification } from '../classification.ts';
import { classify } from '../classify.ts';
import type { EventRecord } from '../eventRecord.ts';
import { compileGlob } from '../glob.ts';
import { addOnAdvice } from './advice/addOns.ts';
import type { Advice, FamilyAdvice } from './advice/advice.ts';
import { awsAdvice } from './advice/aws.ts';
import { controlPlaneAdvice } from './advice/controlPlane.ts';
import { deliveryAdvice } from './advice/delivery.ts';
import { familyAdvice } from './advice/families.ts';
import { kubeletAdvice } from './advice/kubelet.ts';
import { nodeAdvice } from './advice/nodes.ts';
import { type EmittedEvent, emittedEvents } from './emittedEvents.ts';

/** All advice, in the order it is looked up. */
export const allAdvice: readonly Advice[] = [
  ...kubeletAdvice,
  ...nodeAdvice,
  ...controlPlaneAdvice,
  ...awsAdvice,
  ...deliveryAdvice,
  ...addOnAdvice,
];

const adviceByReason = Map.groupBy(
  allAdvice.flatMap((advice) => advice.reasons.map((reason) => ({ reason, advice }))),
  ({ reason }) => reason,
);
const familyByTable = new Map(familyAdvice.map((family) => [family.table, family]));

/** What to do about an effective reason on an object of a kind, when there is particular advice. */
export function adviceFor(effectiveReason: string, kind: string): Advice | undefined {
  const found = adviceByReason.get(effectiveReason)?.map(({ advice }) => advice);
  return found?.find(({ kinds }) => kinds?.includes(kind)) ?? found?.find(({ kinds }) => kinds === undefined);
}

/** The family of a rule, by the first part of its id. */
export function familyOf(rule: string): FamilyAdvice | undefined {
  return familyByTable.get(rule.slice(0, rule.indexOf('/')));
}

/** A known event with what the built-in rules make of it. */
export interface CatalogueEntry {
  readonly event: EmittedEvent;
  readonly classification: Classification;
}

/** The whole catalogue, classified. Built when first asked for: only `kef explain`, `kef rules` and the documentation do. */
export function catalogueEntries(): readonly CatalogueEntry[] {
  entries ??= emittedEvents.map((event) => ({ event, classification: classify(exampleRecord(event)) }));
  return entries;
}
let entries: readonly CatalogueEntry[] | undefined;

/** The known event that an event is an instance of: one of the same emitter, and as much else in common as there is. */
export function knownEventFor(record: EventRecord, classification: Classification): CatalogueEntry | undefined {
  const scored = catalogueEntries()
    .filter((entry) => isOfEmitter(entry, record, classification))
    .map((entry) => ({ entry, score: likeness(entry, record, classification) }));
  return scored.toSorted((a, b) => b.score - a.score)[0]?.entry;
}

/** A reason alone proves nothing (`Created`, the empty one): the rule or the component has to be the same. */
function isOfEmitter({ event, classification }: CatalogueEntry, record: EventRecord, own: Classification): boolean {
  if (event.reason !== record.reason) return false;
  if (!event.kinds.includes('*') && !event.kinds.includes(record.regarding.kind)) return false;
  return (
    classification.rule === own.rule || (event.component !== '*' && compileGlob(event.component)(record.component))
  );
}

function likeness({ event, classification }: CatalogueEntry, record: EventRecord, own: Classification): number {
  return (
    (classification.rule === own.rule ? 4 : 0) +
    (classification.effectiveReason === own.effectiveReason ? 4 : 0) +
    (compileGlob(event.component)(record.component) ? 2 : 0) +
    (event.type === record.type ? 1 : 0)
  );
}

/** An event of this sort as rules see it; stars become text. */
export function exampleRecord(event: EmittedEvent): EventRecord {
  const [kind = '*'] = event.kinds;
  return {
    uid: 'example',
    name: 'example',
    namespace: 'default',
    type: event.type,
    reason: event.reason,
    message: event.message,
    isCombined: false,
    component: event.component.replaceAll('*', 'x'),
    regarding: { kind: kind === '*' ? 'Widget' : kind, name: 'example', namespace: 'default' },
    count: 1,
    firstOccurrence: '2026-01-01T00:00:00Z',
    lastOccurrence: '2026-01-01T00:00:00Z',
  };
}
