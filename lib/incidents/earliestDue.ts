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
  if (isRecovery === true) return undefined;
  const { isPatient, isSilent } = troubleBehind(occurrence);
  const { windowMs, patienceMs } = settingsFor(occurrence, settings);
  // What is back after it was over is told when it is back for a window.
  const waitMs = isPatient === true && isSilent === true ? Math.min(windowMs, patienceMs) : windowMs;
  // An Event object that counts several occurrences says itself since when there is trouble.
  const lasted = firstAt === undefined ? 0 : Math.max(0, millisOf(at) - millisOf(firstAt));
  const arrived = arrivedAt ?? millisOf(at);
  return Math.max(arrived, arrived - lasted + waitMs);
}
