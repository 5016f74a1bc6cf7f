import type { Occurrence } from './occurrence.ts';
import type { IncidentSettings } from './settings.ts';
import { troubleOf } from './trouble.ts';

/** The settings for one occurrence: its rule's, else those of its trouble, which may have silences or starts of its own. */
export function settingsFor(
  { settings: own, effectiveReason }: Pick<Occurrence, 'settings' | 'effectiveReason'>,
  settings: IncidentSettings,
): IncidentSettings {
  const { reopenAfterMs = 0, patience = 1 } = troubleOf(effectiveReason);
  if (own === undefined && patience === 1 && reopenAfterMs <= settings.reopenAfterMs) return settings;
  const all = {
    ...settings,
    reopenAfterMs: Math.max(settings.reopenAfterMs, reopenAfterMs),
    patienceMs: settings.patienceMs * patience,
    ...own,
  };
  return { ...all, reopenAfterMs: Math.max(all.reopenAfterMs, all.windowMs) };
}
