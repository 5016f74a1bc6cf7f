import { millisOf } from './moment.ts';
import type { Occurrence } from './occurrence.ts';
import { settingsFor } from './occurrenceSettings.ts';
import type { IncidentSettings } from './settings.ts';
import { troubleBehind } from './trouble.ts';

/**
 * When the clock may have to tell of what this occurrence makes wait, epoch milliseconds of arrival: never later than it
 * does. Undefined for what makes nothing wait.
 */
export function earliestDue(occurrence: Occurrence, settings: IncidentSettings): number | undefined {
  const { isRecovery, arrivedAt, at, firstAt } = occurrence;
  const { isPatient, isSilent } = troubleBehind(occurrence);
  if (isRecovery === true || isPatient !== true || isSilent !== true) return undefined;
  // An Event object that counts several occurrences says itself since when there is trouble.
  const lasted = firstAt === undefined ? 0 : Math.max(0, millisOf(at) - millisOf(firstAt));
  const arrived = arrivedAt ?? millisOf(at);
  return Math.max(arrived, arrived - lasted + settingsFor(occurrence, settings).patienceMs);
}
