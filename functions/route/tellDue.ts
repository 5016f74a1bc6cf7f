import { type OwedPublication, staleDebtMs } from '../../lib/incidents/debt.ts';
import { deskDueAt } from '../../lib/incidents/desk.ts';
import type { DeskState } from '../../lib/incidents/deskState.ts';
import type { IncidentState } from '../../lib/incidents/incidentState.ts';
import { dueAt, mature } from '../../lib/incidents/mature.ts';
import type { IncidentSettings } from '../../lib/incidents/settings.ts';
import type { DueNote } from '../../lib/store/incidentDue.ts';
import { eachLimited } from '../../lib/store/retry.ts';
import type { DueDebt } from './admitDebts.ts';
import { tellDesk } from './askDesk.ts';
import { owe } from './oweEntries.ts';
import { payDebts, payDigests } from './payDebts.ts';
import { noCounts, type RouteCounts, type RoutePorts } from './routePorts.ts';

/** Writes in flight at once. */
const parallelWrites = 10;

/**
 * Tells what the clock makes due: trouble that lasted without a word, and messages that gathered long enough. A note is
 * removed when what it names neither holds nor owes anything; wherever this stops, the next look goes on.
 *
 * @param until epoch milliseconds up to which everything that happened is known: never ahead of the stream
 */
export async function tellDue(ports: RoutePorts, settings: IncidentSettings, until: number): Promise<RouteCounts> {
  const counts = noCounts();
  const notes = await ports.incidents.due.until(until);
  const look = { until, ports, settings, counts };
  await tellIncidents(
    notes.filter(({ kind }) => kind === 'incident'),
    look,
  );
  await tellDesks(
    notes.filter(({ kind }) => kind === 'desk'),
    look,
  );
  return counts;
}

interface Look {
  readonly until: number;
  readonly ports: RoutePorts;
  readonly settings: IncidentSettings;
  readonly counts: RouteCounts;
}

async function tellIncidents(notes: readonly DueNote[], look: Look): Promise<void> {
  const { ports, settings, counts } = look;
  if (notes.length === 0) return;
  const states = await ports.incidents.getMany(notes.map(({ id }) => id));
  const found: { readonly due: DueDebt; readonly reached: number }[] = [];
  await eachLimited([...states.values()], parallelWrites, async (state) => {
    try {
      let reached = 0;
      for (const debt of await release(state, look)) {
        reached = Math.max(reached, debt.arrivedAt);
        found.push({ due: { fingerprint: state.fingerprint, debt, index: -1 }, reached });
      }
    } catch (error) {
      ports.onFailure(`telling what is due of ${state.fingerprint}`, error);
    }
  });
  // As the replay has it: the desk tells the first ones one by one. The debts of one incident stay in its own order.
  found.sort((a, b) => a.reached - b.reached || compareText(a.due.fingerprint, b.due.fingerprint));
  const due = found.map((one) => one.due);
  await payDebts(due, new Map(), settings, ports, counts);
  const after = await ports.incidents.getMany(notes.map(({ id }) => id));
  await settle(notes, ports, (id) => {
    const state = after.get(id);
    return state === undefined ? undefined : { at: dueAt(state), owed: state.owed };
  });
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Debts to pay now: what nobody came for; with what is released all that the incident owed before it, so that the guards see both in order. */
async function release(state: IncidentState, { until, ports, settings }: Look): Promise<OwedPublication[]> {
  const now = ports.pace.now();
  const stale = state.owed.filter(({ since }) => now - since >= staleDebtMs);
  const matured = mature(state, until, settings);
  if (matured.state === state) return stale;
  const owed = owe(matured.publications, [], state.held, now);
  const next = { ...matured.state, owed: [...state.owed, ...owed] };
  // Somebody else was faster: the note stays, and the next look sees what they left.
  const isWritten = (await ports.incidents.putDecision(next, state.version)) === 'written';
  return isWritten ? next.owed : [];
}

async function tellDesks(notes: readonly DueNote[], { until, ports, settings, counts }: Look): Promise<void> {
  if (notes.length === 0) return;
  const clusters = notes.map(({ id }) => id);
  const desks = await ports.incidents.getDesks(clusters);
  await eachLimited([...desks.values()], parallelWrites, async (desk) => {
    try {
      const now = ports.pace.now();
      const stale = desk.owed.filter(({ since }) => now - since >= staleDebtMs);
      const fresh = await tellDesk(desk, until, settings, ports, counts);
      await payDigests(
        [...stale, ...fresh].map((debt) => ({ cluster: desk.cluster, debt })),
        ports,
        counts,
      );
    } catch (error) {
      ports.onFailure(`telling what is due in ${desk.cluster}`, error);
    }
  });
  const after: ReadonlyMap<string, DeskState> = await ports.incidents.getDesks(clusters);
  await settle(notes, ports, (id) => {
    const desk = after.get(id);
    return desk === undefined ? undefined : { at: deskDueAt(desk, settings), owed: desk.owed };
  });
}

/** Removes the notes of what is settled; what is due later gets its own note first. */
async function settle(
  notes: readonly DueNote[],
  ports: RoutePorts,
  stateOf: (id: string) => { at: number | undefined; owed: readonly OwedPublication[] } | undefined,
): Promise<void> {
  await eachLimited(notes, parallelWrites, async (note) => {
    const state = stateOf(note.id);
    if (state !== undefined && state.owed.length > 0) return;
    if (state?.at === note.at) return;
    if (state?.at !== undefined) await ports.incidents.due.put({ ...note, at: state.at });
    await ports.incidents.due.remove(note);
  });
}
