import * as z from 'zod';
import { severities } from '../events/severity.ts';
import { type IncidentSettings, incidentSettingsSchema } from './settings.ts';

const minutes = z
  .number('must be a number of minutes')
  .positive('must be more than 0')
  .max(43_200, 'must be at most 43200 (30 days)');
const count = z.int('must be a whole number');

/** `incidents` of `kef.config.yaml`: incident settings in minutes, as people write them. */
export const incidentsConfigSchema = z
  .strictObject({
    /** Repeats stay quiet this long. @default 5 */
    windowMinutes: minutes.optional(),
    /** An incident that was quiet this long opens anew. @default 30 */
    reopenAfterMinutes: minutes.optional(),
    /** Escalates at this many occurrences, then at its square, its cube … @default 5 */
    escalateFactor: count.optional(),
    /** Publications per minute of one cluster, namespace and reason, before they become one storm. @default 100 */
    stormLimitPerMinute: count.optional(),
    /** Least severity that opens an incident. @default low */
    openFrom: z.enum(severities, `must be one of ${severities.join(', ')}`).optional(),
    /** Trouble that usually heals by itself has to last this long before people hear of it. @default 2 */
    patienceMinutes: z.number('must be a number of minutes').min(0, 'must be 0 or more').optional(),
    /** One incident for a workload with all its pods, or for each object. @default workload */
    groupBy: z.enum(['workload', 'object'], 'must be workload or object').optional(),
  })
  .prefault({})
  .superRefine(refuseBadSettings);

type IncidentsConfig = z.output<typeof incidentsConfigSchema>;

const msPerMinute = 60_000;

/** Incident settings in the units of `lib/incidents`; what the file leaves open takes its default there. */
export function incidentSettingsOf(input: IncidentsConfig): IncidentSettings {
  return incidentSettingsSchema.parse(inMilliseconds(input));
}

function inMilliseconds(input: object) {
  const { windowMinutes, reopenAfterMinutes, patienceMinutes, ...others } = input as IncidentsConfig; // parsed before
  const ms = (value: number | undefined) => (value === undefined ? undefined : Math.round(value * msPerMinute));
  return {
    ...others,
    windowMs: ms(windowMinutes),
    reopenAfterMs: ms(reopenAfterMinutes),
    patienceMs: ms(patienceMinutes),
  };
}

/** The limits are those of the room that the settings are for. */
function refuseBadSettings(input: object, context: z.RefinementCtx): void {
  for (const issue of incidentSettingsSchema.safeParse(inMilliseconds(input)).error?.issues ?? []) {
    const key = String(issue.path[0]).replace(/Ms$/, 'Minutes');
    context.addIssue({ code: 'custom', path: [key], message: issue.message.replaceAll(/Ms\b/g, 'Minutes') });
  }
}
