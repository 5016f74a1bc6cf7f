import type { IncidentOverrides } from './classification.ts';
import type { RuleSpec } from './ruleSpec.ts';

const msPerMinute = 60_000;

/** Minutes, as people write them, in the milliseconds of `lib/incidents`. */
export function overridesOf(stated: NonNullable<RuleSpec['incidents']>): IncidentOverrides {
  const { windowMinutes, reopenAfterMinutes, patienceMinutes, escalateFactor, stormLimitPerMinute, groupBy } = stated;
  const isPatient = stated.patient ?? (patienceMinutes === undefined ? undefined : patienceMinutes > 0);
  return {
    ...(windowMinutes === undefined ? undefined : { windowMs: Math.round(windowMinutes * msPerMinute) }),
    ...(reopenAfterMinutes === undefined ? undefined : { reopenAfterMs: Math.round(reopenAfterMinutes * msPerMinute) }),
    ...(escalateFactor === undefined ? undefined : { escalateFactor }),
    ...(stormLimitPerMinute === undefined ? undefined : { stormLimitPerMinute }),
    ...(patienceMinutes === undefined ? undefined : { patienceMs: Math.round(patienceMinutes * msPerMinute) }),
    ...(isPatient === undefined ? undefined : { isPatient }),
    ...(groupBy === undefined ? undefined : { groupBy }),
  };
}
