import { KefError } from '../../lib/errors.ts';
import { mustPay, type OwedPublication } from '../../lib/incidents/debt.ts';
import type { IncidentSettings } from '../../lib/incidents/settings.ts';
import { admit, type StormPublication } from '../../lib/incidents/storm.ts';
import type { StormGroupState } from '../../lib/incidents/stormGroup.ts';
import { fullJitter } from '../../lib/store/retry.ts';
import { packEntry, unpackEntry } from './busEntry.ts';
import { renderStormEntry } from './renderEntry.ts';
import type { RouteCounts, RoutePorts } from './routePorts.ts';

/** A debt that has to be dealt with now. */
export interface DueDebt {
  readonly fingerprint: string;
  readonly debt: OwedPublication;
  /** Place of its record in the batch; -1 for a debt of an earlier invocation. */
  readonly index: number;
}

/** What the storm guard let through of one group. */
export interface AdmittedDebts {
  readonly admitted: readonly DueDebt[];
  /** A storm speaks for these: they are settled without being published. */
  readonly withheld: readonly DueDebt[];
  /** Storm messages to publish: new ones, and those that nobody paid yet. */
  readonly storms: readonly OwedPublication[];
}

const maxAttempts = 8;

/**
 * Asks the storm guard of one group about debts, in stream order, and writes down its answers together with the storm
 * messages it now owes.
 *
 * @throws KefError `StoreUnavailable`; nothing may be published then
 */
export async function admitDebts(
  group: string,
  due: readonly DueDebt[],
  first: StormGroupState | undefined,
  settings: IncidentSettings,
  ports: RoutePorts,
  counts: RouteCounts,
): Promise<AdmittedDebts> {
  const candidates = due.map(({ debt, fingerprint }) => ({ ...debt, fingerprint }));
  let state = first;
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    if (attempt > 0) {
      counts.conflicts += 1;
      await ports.pace.sleep(fullJitter(attempt - 1, ports.pace.random, 10, 500));
      state = (await ports.incidents.getStorms([group])).get(group);
    }
    const admission = admit(state, candidates, settings);
    const { group: next } = admission;
    const now = ports.pace.now();
    const owed = [...(next?.owed ?? []), ...admission.storms.map((storm) => oweStorm(storm, due, now))];
    const isStored =
      next === state ||
      next === undefined ||
      (await ports.incidents.putStorm({ ...next, owed }, state?.version ?? 0)) === 'written';
    if (isStored) {
      const keys = new Set(due.map(({ debt }) => debt.occurrenceKey));
      return {
        admitted: due.filter(({ debt }) => admission.admitted.has(debt.id)),
        withheld: due.filter(({ debt }) => !admission.admitted.has(debt.id)),
        storms: owed.filter((debt) => mustPay(debt, keys, now)),
      };
    }
  }
  throw new KefError(
    'StoreUnavailable',
    `The storm guard of ${group} is being written by too many at once: ${maxAttempts} attempts lost; it is tried again later.`,
  );
}

function oweStorm(storm: StormPublication, due: readonly DueDebt[], now: number): OwedPublication {
  const { labels: _labels, fingerprint, worst: _worst, ...publication } = storm;
  const trigger = due.find(
    ({ debt, fingerprint: own }) => own === fingerprint && debt.occurrenceKey === storm.occurrenceKey,
  );
  if (trigger === undefined) throw new Error(`storm ${storm.id} was triggered by no debt of this batch`);
  const entry = renderStormEntry(storm, unpackEntry(trigger.debt.entry), new Date(now).toISOString());
  return { ...publication, since: now, entry: packEntry(entry) };
}
