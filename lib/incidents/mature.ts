import { announceHeld } from './announce.ts';
import type { IncidentState } from './incidentState.ts';
import { type Member, momentOf, troubleMs } from './members.ts';
import type { Moment } from './moment.ts';
import type { Publication } from './publication.ts';
import type { IncidentSettings } from './settings.ts';

/** An incident, and what people have to hear of it because it has lasted. */
export interface Matured {
  /** The very object that came in when nothing was due. */
  readonly state: IncidentState;
  readonly publications: readonly Publication[];
}

/**
 * Releases news that were held while the trouble might still heal: one of its objects has had it for `patienceMs`. Asked
 * before each occurrence of the incident and, because silence proves nothing, by the clock in between. Whoever asks first,
 * the publication is the same.
 *
 * @param now by the clock: epoch milliseconds; by an occurrence: its moment
 * @param trigger key of that occurrence, whose record then answers for the publication
 */
export function mature(
  state: IncidentState,
  now: number | Moment,
  settings: IncidentSettings,
  trigger?: string,
): Matured {
  const { held } = state;
  const longest = longestWaiting(state);
  if (held === undefined || longest === undefined || state.status !== 'open') return { state, publications: [] };
  const waited = typeof now === 'number' ? now - longest.since.arrivedAt * 1000 : troubleMs(longest, now);
  if (waited < held.patienceMs) return { state, publications: [] };
  const seconds = Math.ceil(held.patienceMs / 1000);
  const due = { at: longest.since.at + seconds, arrivedAt: longest.since.arrivedAt + seconds };
  return announceHeld(state, held, momentOf(due), settings, trigger);
}

/** When the held news of an incident are due by the clock, epoch milliseconds; undefined when it holds none. */
export function dueAt(state: IncidentState): number | undefined {
  const longest = longestWaiting(state);
  if (state.held === undefined || longest === undefined || state.status !== 'open') return undefined;
  return longest.since.arrivedAt * 1000 + state.held.patienceMs;
}

/** The object that has been in trouble longest. */
function longestWaiting({ members }: IncidentState): Member | undefined {
  return Object.values(members).reduce<Member | undefined>(
    (longest, member) => (longest === undefined || member.since.at < longest.since.at ? member : longest),
    undefined,
  );
}
