import type { OwedPublication } from '../../lib/incidents/debt.ts';
import type { IncidentSettings } from '../../lib/incidents/settings.ts';
import { stormGroupOf } from '../../lib/incidents/storm.ts';
import { eachLimited } from '../../lib/store/retry.ts';
import { admitDebts, type DueDebt } from './admitDebts.ts';
import { unpackEntry } from './busEntry.ts';
import type { RouteCounts, RoutePorts } from './routePorts.ts';

const parallelWrites = 10;

/** One entry to publish: an incident's debt or a group's storm message. */
interface Payment {
  readonly debt: OwedPublication;
  readonly group: string;
  readonly due?: DueDebt;
}

/**
 * Publishes what the storm guard lets through and clears what is settled.
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
  const settled = new Set<string>();
  const payments: Payment[] = [];
  const withheld: DueDebt[] = [];
  const groups = Map.groupBy(ready, ({ fingerprint }) => stormGroupOf(fingerprint));
  const storms = await readStorms([...groups.keys()], ports);
  if (storms === undefined) return due;

  await eachLimited([...groups], parallelWrites, async ([group, own]) => {
    try {
      const answer = await admitDebts(group, own, storms.get(group), settings, ports, counts);
      payments.push(...answer.admitted.map((one) => ({ group, due: one, debt: one.debt })));
      payments.push(...answer.storms.map((debt) => ({ group, debt })));
      withheld.push(...answer.withheld);
    } catch (error) {
      ports.onFailure(`asking the storm guard of ${group}`, error);
    }
  });

  payments.sort((a, b) => (a.due?.index ?? Number.MAX_SAFE_INTEGER) - (b.due?.index ?? Number.MAX_SAFE_INTEGER));
  const confirmed = await ports.bus.publish(payments.map(({ debt }) => unpackEntry(debt.entry)));
  const paid = payments.filter((_, place) => confirmed[place] === true);
  // What a storm keeps back stays owed until the storm's own message is out: its retry is what brings us back to it.
  const loudGroups = new Set(
    payments.filter((payment) => payment.due === undefined && !paid.includes(payment)).map(({ group }) => group),
  );
  const spokenFor = withheld.filter(({ fingerprint }) => !loudGroups.has(stormGroupOf(fingerprint)));
  counts.published += paid.length;
  counts.storms += paid.filter((payment) => payment.due === undefined).length;
  counts.withheld += spokenFor.length;
  counts.oldDebts += paid.filter((payment) => payment.due?.index === -1).length;

  const paidStorms = Map.groupBy(
    paid.filter((payment) => payment.due === undefined),
    ({ group }) => group,
  );
  await eachLimited([...paidStorms], parallelWrites, async ([group, own]) => {
    try {
      await ports.incidents.clearStormOwed(
        group,
        own.map(({ debt }) => debt.id),
      );
    } catch (error) {
      ports.onFailure(`clearing the storm messages of ${group}`, error);
      loudGroups.add(group);
    }
  });
  const done = [
    ...paid.flatMap((payment) => payment.due ?? []),
    ...withheld.filter(({ fingerprint }) => !loudGroups.has(stormGroupOf(fingerprint))),
  ];
  await eachLimited(
    [...Map.groupBy(done, ({ fingerprint }) => fingerprint)],
    parallelWrites,
    async ([fingerprint, own]) => {
      try {
        await ports.incidents.clearOwed(
          fingerprint,
          own.map(({ debt }) => debt.id),
        );
        for (const { debt } of own) settled.add(debt.id);
      } catch (error) {
        ports.onFailure(`clearing the debts of ${fingerprint}`, error);
      }
    },
  );
  return due.filter(({ debt }) => !settled.has(debt.id));
}

/**
 * The guard counts in stream order. When an incident of its group could not be applied, whatever comes after it in that group waits
 * for the retry too, or a retry would let other publications through than a run without failures.
 */
function firstBroken(group: string, broken: ReadonlyMap<string, number>): number {
  let first = Number.POSITIVE_INFINITY;
  for (const [fingerprint, index] of broken) {
    if (stormGroupOf(fingerprint) === group) first = Math.min(first, index);
  }
  return first;
}

async function readStorms(groups: readonly string[], ports: RoutePorts) {
  try {
    return await ports.incidents.getStorms(groups);
  } catch (error) {
    ports.onFailure('reading storm guards', error);
    return undefined;
  }
}
