import { parseFingerprint } from '../../lib/events/fingerprint.ts';
import type { OwedPublication } from '../../lib/incidents/debt.ts';
import { concernsDesk } from '../../lib/incidents/desk.ts';
import type { IncidentSettings } from '../../lib/incidents/settings.ts';
import { fingerprintOfGroup, stormGroupOf } from '../../lib/incidents/stormGroup.ts';
import { eachLimited } from '../../lib/store/retry.ts';
import { type AdmittedDebts, admitDebts, type DueDebt } from './admitDebts.ts';
import { askDesk } from './askDesk.ts';
import { type BusEntry, unpackEntry } from './busEntry.ts';
import { hushEntry } from './renderEntry.ts';
import type { RouteCounts, RoutePorts } from './routePorts.ts';

/** Writes in flight at once. */
const parallelWrites = 10;

/** One entry to publish: an incident's debt, or a storm message of its group. */
interface Payment {
  readonly group: string;
  readonly fingerprint: string;
  readonly debt: OwedPublication;
  /** Absent for a storm message. */
  readonly due?: DueDebt;
}

/**
 * Settles debts: asks the storm guard, publishes what it lets through, and clears what the bus confirmed or a storm speaks for.
 *
 * @param due in stream order
 * @param broken fingerprints that could not be applied, with the place of their first record
 * @returns debts that are still owed
 */
export async function payDebts(
  due: readonly DueDebt[],
  broken: ReadonlyMap<string, number>,
  settings: IncidentSettings,
  ports: RoutePorts,
  counts: RouteCounts,
): Promise<readonly DueDebt[]> {
  const ready = due.filter(({ fingerprint, index }) => index < firstBroken(stormGroupOf(fingerprint), broken));
  const answers = await askGuards(ready, settings, ports, counts);

  const wanted = paymentsOf(answers);
  const { payments, digests, hushed } = await askDesks(wanted, settings, ports, counts);
  const entries = payments.map(({ debt }) => entryOf(debt, hushed));
  const confirmed = await ports.bus.publish([...entries, ...digests.map(({ debt }) => unpackEntry(debt.entry))]);
  const paid = payments.filter((_, place) => confirmed[place] === true);
  await clearDigests(
    digests.filter((_, place) => confirmed[payments.length + place] === true),
    ports,
    counts,
  );

  // What a storm keeps back stays owed until the storm's own message is out: its retry is what brings us back to that message.
  const storms = wanted.filter(({ due: one }) => one === undefined);
  const cleared = await clearStorms(paid, ports);
  const unsettled = new Set(storms.filter(({ debt }) => !cleared.has(debt.id)).map(({ group }) => group));
  const withheld = [...answers].flatMap(([group, answer]) => (unsettled.has(group) ? [] : answer.withheld));

  counts.published += paid.length;
  counts.storms += paid.filter(({ due: one }) => one === undefined).length;
  counts.oldDebts += paid.filter(({ due: one }) => one?.index === -1).length;
  counts.withheld += withheld.length;
  counts.hushed += paid.filter(({ debt }) => hushed.has(debt.id)).length;
  const settled = await clearDebts([...paid.flatMap(({ due: one }) => one ?? []), ...withheld], ports);
  return due.filter(({ debt }) => !settled.has(debt.id));
}

/**
 * The guard counts in stream order. When an incident of its group could not be applied, whatever comes after it in that
 * group waits for the retry too, or the retry would let other publications through than a run without failures.
 */
function firstBroken(group: string, broken: ReadonlyMap<string, number>): number {
  const places = [...broken].filter(([fingerprint]) => stormGroupOf(fingerprint) === group).map(([, index]) => index);
  return Math.min(Number.POSITIVE_INFINITY, ...places);
}

/** Answers by group; groups whose guard could not be asked are absent, and nothing of them is published. */
async function askGuards(
  ready: readonly DueDebt[],
  settings: IncidentSettings,
  ports: RoutePorts,
  counts: RouteCounts,
): Promise<ReadonlyMap<string, AdmittedDebts>> {
  const groups = Map.groupBy(ready, ({ fingerprint }) => stormGroupOf(fingerprint));
  const answers = new Map<string, AdmittedDebts>();
  await attempt('reading storm guards', ports, async () => {
    const guards = await ports.incidents.getStorms([...groups.keys()]);
    await eachLimited([...groups], parallelWrites, ([group, own]) =>
      attempt(`asking the storm guard of ${group}`, ports, async () => {
        answers.set(group, await admitDebts(group, own, guards.get(group), settings, ports, counts));
      }),
    );
  });
  return answers;
}

/** What may be published, and how: without payments of clusters whose desk could not be asked. */
interface Heard {
  readonly payments: readonly Payment[];
  readonly hushed: ReadonlySet<string>;
  /** Messages to publish besides. */
  readonly digests: readonly OwedDigest[];
}

/** A message that the desk of a cluster owes. */
export interface OwedDigest {
  readonly cluster: string;
  readonly debt: OwedPublication;
}

async function askDesks(
  payments: readonly Payment[],
  settings: IncidentSettings,
  ports: RoutePorts,
  counts: RouteCounts,
): Promise<Heard> {
  const concerned = payments.filter(({ fingerprint, debt }) => concernsDesk({ ...debt, fingerprint }));
  const clusters = Map.groupBy(concerned, ({ fingerprint }) => parseFingerprint(fingerprint).cluster);
  const asked = new Set<string>();
  const hushed = new Set<string>();
  const digests: OwedDigest[] = [];
  await attempt('reading desks', ports, async () => {
    if (clusters.size === 0) return;
    const desks = await ports.incidents.getDesks([...clusters.keys()]);
    await eachLimited([...clusters], parallelWrites, ([cluster, own]) =>
      attempt(`asking the desk of ${cluster}`, ports, async () => {
        const answer = await askDesk(cluster, own, desks.get(cluster), settings, ports, counts);
        for (const id of answer.hushed) hushed.add(id);
        for (const { debt } of own) asked.add(debt.id);
        digests.push(...answer.digests.map((debt) => ({ cluster, debt })));
      }),
    );
  });
  const unasked = new Set(concerned.filter(({ debt }) => !asked.has(debt.id)));
  return { payments: payments.filter((payment) => !unasked.has(payment)), hushed, digests };
}

/** Publishes messages about many objects and clears them. */
export async function payDigests(owed: readonly OwedDigest[], ports: RoutePorts, counts: RouteCounts): Promise<void> {
  if (owed.length === 0) return;
  const confirmed = await ports.bus.publish(owed.map(({ debt }) => unpackEntry(debt.entry)));
  await clearDigests(
    owed.filter((_, place) => confirmed[place] === true),
    ports,
    counts,
  );
}

/** What was not confirmed is told by the clock, two minutes later: the note of the desk stays until nothing is owed. */
async function clearDigests(paid: readonly OwedDigest[], ports: RoutePorts, counts: RouteCounts): Promise<void> {
  counts.digests += paid.length;
  for (const [cluster, own] of Map.groupBy(paid, (one) => one.cluster)) {
    await attempt(`clearing the messages of the desk of ${cluster}`, ports, () =>
      ports.incidents.clearDeskOwed(cluster, idsOf(own)),
    );
  }
}

function entryOf({ id, entry }: OwedPublication, hushed: ReadonlySet<string>): BusEntry {
  return hushed.has(id) ? hushEntry(unpackEntry(entry)) : unpackEntry(entry);
}

/** In stream order; a storm message comes right after the publication that went over the limit. */
function paymentsOf(answers: ReadonlyMap<string, AdmittedDebts>): Payment[] {
  const payments = [...answers].flatMap(([group, { admitted, withheld, storms }]) => {
    const places = new Map([...admitted, ...withheld].map(({ debt, index }) => [debt.occurrenceKey, index]));
    const fingerprint = fingerprintOfGroup(group);
    return [
      ...admitted.map((due) => ({ group, fingerprint: due.fingerprint, debt: due.debt, due, place: due.index })),
      ...storms.map((debt) => ({ group, fingerprint, debt, place: (places.get(debt.occurrenceKey) ?? -1) + 0.5 })),
    ];
  });
  return payments.sort((a, b) => a.place - b.place);
}

/** Clears paid storm messages; returns the ids that are gone. */
async function clearStorms(paid: readonly Payment[], ports: RoutePorts): Promise<ReadonlySet<string>> {
  const cleared = new Set<string>();
  const groups = Map.groupBy(
    paid.filter(({ due }) => due === undefined),
    ({ group }) => group,
  );
  await eachLimited([...groups], parallelWrites, ([group, own]) =>
    attempt(`clearing the storm messages of ${group}`, ports, async () => {
      await ports.incidents.clearStormOwed(group, idsOf(own));
      for (const id of idsOf(own)) cleared.add(id);
    }),
  );
  return cleared;
}

/** Clears debts; returns the ids that are gone. */
async function clearDebts(done: readonly DueDebt[], ports: RoutePorts): Promise<ReadonlySet<string>> {
  const settled = new Set<string>();
  await eachLimited([...Map.groupBy(done, ({ fingerprint }) => fingerprint)], parallelWrites, ([fingerprint, own]) =>
    attempt(`clearing the debts of ${fingerprint}`, ports, async () => {
      await ports.incidents.clearOwed(fingerprint, idsOf(own));
      for (const id of idsOf(own)) settled.add(id);
    }),
  );
  return settled;
}

function idsOf(own: readonly { readonly debt: OwedPublication }[]): string[] {
  return own.map(({ debt }) => debt.id);
}

/** Runs a step whose failure is left to the retry of its records. */
async function attempt(doing: string, ports: RoutePorts, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    ports.onFailure(doing, error);
  }
}
