import type { OwedPublication } from '../../lib/incidents/debt.ts';
import type { IncidentSettings } from '../../lib/incidents/settings.ts';
import { stormGroupOf } from '../../lib/incidents/stormGroup.ts';
import { eachLimited } from '../../lib/store/retry.ts';
import { type AdmittedDebts, admitDebts, type DueDebt } from './admitDebts.ts';
import { unpackEntry } from './busEntry.ts';
import type { RouteCounts, RoutePorts } from './routePorts.ts';

/** Writes in flight at once. */
const parallelWrites = 10;

/** One entry to publish: an incident's debt, or a storm message of its group. */
interface Payment {
  readonly group: string;
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

  const payments = paymentsOf(answers);
  const confirmed = await ports.bus.publish(payments.map(({ debt }) => unpackEntry(debt.entry)));
  const paid = payments.filter((_, place) => confirmed[place] === true);

  // What a storm keeps back stays owed until the storm's own message is out: its retry is what brings us back to that message.
  const storms = payments.filter(({ due: one }) => one === undefined);
  const cleared = await clearStorms(paid, ports);
  const unsettled = new Set(storms.filter(({ debt }) => !cleared.has(debt.id)).map(({ group }) => group));
  const withheld = [...answers].flatMap(([group, answer]) => (unsettled.has(group) ? [] : answer.withheld));

  counts.published += paid.length;
  counts.storms += paid.filter(({ due: one }) => one === undefined).length;
  counts.oldDebts += paid.filter(({ due: one }) => one?.index === -1).length;
  counts.withheld += withheld.length;
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

/** In stream order, storm messages last. */
function paymentsOf(answers: ReadonlyMap<string, AdmittedDebts>): Payment[] {
  const all = [...answers];
  const ordinary = all.flatMap(([group, { admitted }]) => admitted.map((due) => ({ group, debt: due.debt, due })));
  const storms = all.flatMap(([group, answer]) => answer.storms.map((debt) => ({ group, debt })));
  return [...ordinary.sort((a, b) => a.due.index - b.due.index), ...storms];
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
