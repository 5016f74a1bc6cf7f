import * as z from 'zod';
import { KefError } from '../errors.ts';
import { type Severity, severities } from '../events/severity.ts';

/** How incidents behave. Each setting and its default is explained in `docs/incidents.md`. */
export interface IncidentSettings {
  /**
   * Milliseconds in which repeats of an incident stay quiet.
   *
   * @default 300000 (5 minutes)
   */
  readonly windowMs: number;
  /**
   * Milliseconds without an occurrence after which the next one is a new episode. At least `windowMs`.
   *
   * @default 1800000 (30 minutes)
   */
  readonly reopenAfterMs: number;
  /**
   * Escalates at this many occurrences, then at its powers: 5, 25, 125…
   *
   * @default 5
   */
  readonly escalateFactor: number;
  /**
   * Publications a minute that one cluster + namespace + reason may make before they become one storm message.
   *
   * @default 100
   */
  readonly stormLimitPerMinute: number;
  /**
   * Least severity that opens an incident.
   *
   * @default 'low'
   */
  readonly openFrom: Severity;
  /**
   * Milliseconds that trouble which usually heals by itself has to last before people hear of it.
   *
   * @default 120000 (2 minutes)
   */
  readonly patienceMs: number;
  /**
   * What an incident is about: a workload with all its pods, or each object for itself.
   *
   * @default 'workload'
   */
  readonly groupBy: GroupBy;
}

/** See {@link IncidentSettings.groupBy}. */
export type GroupBy = (typeof groupings)[number];

const groupings = ['workload', 'object'] as const;

/** The settings of a forwarder that configures none. */
export const defaultIncidentSettings: IncidentSettings = {
  windowMs: 300_000,
  reopenAfterMs: 1_800_000,
  escalateFactor: 5,
  stormLimitPerMinute: 100,
  openFrom: 'low',
  patienceMs: 120_000,
  groupBy: 'workload',
};

const day = 86_400_000;

/** What may be written for {@link IncidentSettings}; absent keys take their default, unknown ones are refused. */
export const incidentSettingsSchema = z
  .strictObject({
    windowMs: z.int().min(1_000).max(day).default(defaultIncidentSettings.windowMs),
    reopenAfterMs: z
      .int()
      .min(1_000)
      .max(30 * day)
      .default(defaultIncidentSettings.reopenAfterMs),
    escalateFactor: z.int().min(2).max(1_000).default(defaultIncidentSettings.escalateFactor),
    stormLimitPerMinute: z.int().min(1).max(10_000).default(defaultIncidentSettings.stormLimitPerMinute),
    openFrom: z.enum(severities).default(defaultIncidentSettings.openFrom),
    patienceMs: z.int().min(0).max(day).default(defaultIncidentSettings.patienceMs),
    groupBy: z.enum(groupings).default(defaultIncidentSettings.groupBy),
  })
  .refine((settings) => settings.reopenAfterMs >= settings.windowMs, {
    path: ['reopenAfterMs'],
    message: 'must not be shorter than windowMs, or an incident would reopen inside its own window',
  });

/**
 * Reads settings from JSON text, as the `route` function's environment carries them.
 *
 * @throws KefError `ConfigInvalid` naming every wrong key
 */
export function parseIncidentSettings(json: string | undefined): IncidentSettings {
  if (json === undefined || json.trim() === '') return defaultIncidentSettings;
  const result = incidentSettingsSchema.safeParse(readJson(json));
  if (result.success) return result.data;
  throw new KefError('ConfigInvalid', `incident settings: ${z.prettifyError(result.error)}`);
}

function readJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new KefError('ConfigInvalid', `incident settings are not JSON: ${json.slice(0, 100)}`, { cause: error });
  }
}
