import { KefError } from '../../lib/errors.ts';
import { decide } from '../../lib/incidents/decide.ts';
import type { IncidentState } from '../../lib/incidents/incidentState.ts';
import { dueAt } from '../../lib/incidents/mature.ts';
import type { IncidentSettings } from '../../lib/incidents/settings.ts';
import { fullJitter } from '../../lib/store/retry.ts';
import { owe, withHeldEntry } from './oweEntries.ts';
import type { RoutedOccurrence } from './routedOccurrence.ts';
import type { RouteCounts, RoutePorts } from './routePorts.ts';

/** Attempts against other invocations that write the same incident. Each loser means somebody else got further. */
const maxAttempts = 8;

/**
 * Decides about one fingerprint's occurrences and writes state and debts in one conditional step. When another invocation was
 * faster, reads what it wrote and decides again.
 *
 * @returns the incident as stored; undefined when there is none
 * @throws KefError `StoreUnavailable` when it could not be written
 */
export async function applyOccurrences(
  work: readonly RoutedOccurrence[],
  first: IncidentState | undefined,
  settings: IncidentSettings,
  ports: RoutePorts,
  counts: RouteCounts,
): Promise<IncidentState | undefined> {
  const occurrences = work.map(({ occurrence }) => occurrence);
  const fingerprint = occurrences[0]?.fingerprint ?? '';
  let state = first;
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    if (attempt > 0) {
      counts.conflicts += 1;
      await ports.pace.sleep(fullJitter(attempt - 1, ports.pace.random, 10, 500));
      state = (await ports.incidents.getMany([fingerprint])).get(fingerprint);
    }
    const decision = decide(state, occurrences, settings);
    if (decision.state === undefined || decision.state === state) return decision.state;
    const expected = state?.version ?? 0;
    const owed = [...decision.state.owed, ...owe(decision.publications, work, state?.held, ports.pace.now())];
    const next = withHeldEntry({ ...decision.state, owed }, work, ports.pace.now());
    await noteDue(state, next, ports);
    if ((await ports.incidents.putDecision(next, expected)) === 'written') {
      counts.suppressed += decision.suppressed;
      return { ...next, version: expected + 1 };
    }
  }
  throw new KefError(
    'StoreUnavailable',
    `Incident ${fingerprint} is being written by too many at once: ${maxAttempts} attempts lost; it is tried again later.`,
  );
}

/** Before the incident is written, so that no held news can be forgotten; a note for nothing does no harm. */
async function noteDue(before: IncidentState | undefined, after: IncidentState, ports: RoutePorts): Promise<void> {
  const at = dueAt(after);
  if (at === undefined || (before !== undefined && dueAt(before) === at)) return;
  await ports.incidents.due.put({ at, kind: 'incident', id: after.fingerprint });
}
