import * as z from 'zod';
import { clusterIdPattern } from '../api/clusterId.ts';
import { KefError } from '../errors.ts';
import { compileRules, type RuleSpec, ruleSpecSchema } from '../events/rules.ts';
import { severities } from '../events/severity.ts';
import { type IncidentSettings, incidentSettingsSchema } from '../incidents/settings.ts';

const days = z
  .int('must be a whole number of days')
  .min(1, 'must be at least 1 day')
  .max(3650, 'must be at most 3650 days');
const minutes = z
  .number('must be a number of minutes')
  .positive('must be more than 0')
  .max(43_200, 'must be at most 43200 (30 days)');
const severity = z.enum(severities, `must be one of ${severities.join(', ')}`);
const count = z.int('must be a whole number');
const incidents = z.strictObject({
  /** Repeats stay quiet this long. @default 5 */
  windowMinutes: minutes.optional(),
  /** An incident that was quiet this long opens anew. @default 30 */
  reopenAfterMinutes: minutes.optional(),
  /** Escalates at this many occurrences, then at its square, its cube … @default 5 */
  escalateFactor: count.optional(),
  /** Publications per minute of one cluster, namespace and reason, before they become one storm. @default 100 */
  stormLimitPerMinute: count.optional(),
  /** Least severity that opens an incident. @default low */
  openFrom: severity.optional(),
});

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
const dnsLabel = z
  .string('must be text')
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be a Kubernetes name: lower-case letters, digits and dashes');

const cluster = z.strictObject({
  /** Names the cluster in URLs, roles and keys. */
  id: z
    .string('must be text (quote it if it looks like a number)')
    .regex(clusterIdPattern, 'must be 1 to 63 letters, digits, ".", "_" or "-" and begin with a letter or digit'),
  /** EKS cluster name: the role then trusts that cluster alone, and its Pod Identity association is created. */
  eksCluster: z
    .string('must be text')
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/, 'must be an EKS cluster name: letters, digits, dashes and underscores')
    .optional(),
  /** @default 'kube-event-forwarder' */
  namespace: dnsLabel.optional(),
  /** @default 'kube-event-forwarder' */
  serviceAccount: dnsLabel.optional(),
});

/**
 * `kef.config.yaml`: what the CDK app deploys. Everything but the cluster list has a default; unknown keys are refused.
 */
export const configSchema = z.strictObject({
  /** Name of the backend: its stack, its event bus, and the first part of its relay roles. */
  name: z
    .string('must be text')
    .regex(/^[a-z][a-z0-9-]{0,19}$/, 'must be 1 to 20 lower-case letters, digits and dashes and begin with a letter')
    .default('kef'),
  /** Region to deploy to. @default the region of whoever deploys */
  region: z
    .string('must be text')
    .regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'must be a region name like eu-west-1')
    .optional(),
  /** Account to deploy to. @default the account of whoever deploys */
  account: z
    .string('must be text: put quotes around the account number')
    .regex(/^\d{12}$/, 'must be 12 digits')
    .optional(),
  clusters: z
    .array(cluster, 'must be a list of clusters, for example "clusters: [{ id: prod }]"')
    .refine((clusters) => twinsIn(clusters).length === 0, {
      // Also when a neighbour is malformed: all mistakes are reported at once.
      when: ({ value }) => Array.isArray(value),
      error: ({ input }) =>
        `must differ in more than case, but the list has ${twinsIn(input).join(' and ')}; rename or remove one`,
    }),
  /** How long History answers, counted from the event's own time. */
  retentionDays: days.default(30),
  /** How long the original batches stay in S3. */
  originalsRetentionDays: days.default(365),
  incidents: incidents.prefault({}).superRefine(refuseBadSettings),
  notify: z
    .strictObject({
      /** Least severity that people hear of. */
      minSeverity: severity.default('high'),
      /** Each address confirms its subscription once. */
      emails: z.array(z.email('must be a mail address'), 'must be a list of mail addresses').default([]),
    })
    .prefault({}),
  /** Severity rules that come before the built-in ones. */
  rules: z.array(ruleSpecSchema, 'must be a list of rules').superRefine(refuseBadRules).default([]),
  /** Deletion protection, point-in-time recovery, and tables that outlive the stack. Off for sandboxes only. */
  protectData: z.boolean('must be true or false').default(true),
  throttle: z
    .strictObject({
      requestsPerSecond: z.int('must be a whole number').min(1).max(10_000, 'must be at most 10000, the account limit'),
      burst: z.int('must be a whole number').min(1).max(10_000, 'must be at most 10000'),
    })
    .optional(),
});

/** A configuration as a person writes it. */
export type ConfigInput = z.input<typeof configSchema>;
/** A configuration with its defaults. */
export type ForwarderConfig = z.output<typeof configSchema>;

const msPerMinute = 60_000;

/** Incident settings in the units of `lib/incidents`; what the file leaves open takes its default there. */
export function incidentSettingsOf(input: z.output<typeof incidents>): IncidentSettings {
  return incidentSettingsSchema.parse(inMilliseconds(input));
}

function inMilliseconds({ windowMinutes, reopenAfterMinutes, ...others }: z.output<typeof incidents>) {
  const ms = (value: number | undefined) => (value === undefined ? undefined : Math.round(value * msPerMinute));
  return { ...others, windowMs: ms(windowMinutes), reopenAfterMs: ms(reopenAfterMinutes) };
}

/** The limits are those of the room that the settings are for. */
function refuseBadSettings(input: z.output<typeof incidents>, context: z.RefinementCtx): void {
  for (const issue of incidentSettingsSchema.safeParse(inMilliseconds(input)).error?.issues ?? []) {
    const key = String(issue.path[0]).replace(/Ms$/, 'Minutes');
    context.addIssue({ code: 'custom', path: [key], message: issue.message.replaceAll(/Ms\b/g, 'Minutes') });
  }
}

/** Ids that name one role, as quoted pairs: IAM compares role names without case, so `Prod` and `prod` cannot both have one. */
function twinsIn(clusters: unknown): string[] {
  const seen = new Map<string, string>();
  const twins: string[] = [];
  for (const cluster of Array.isArray(clusters) ? clusters : []) {
    const id: unknown = cluster?.id;
    if (typeof id !== 'string') continue;
    const twin = seen.get(id.toLowerCase());
    if (twin === undefined) seen.set(id.toLowerCase(), id);
    else twins.push(`"${twin}" and "${id}"`);
  }
  return twins;
}

/** What a schema cannot see: patterns that do not compile, ids used twice, rules that decide nothing. */
function refuseBadRules(rules: readonly RuleSpec[], context: z.RefinementCtx): void {
  try {
    compileRules(rules);
  } catch (error) {
    if (!(error instanceof KefError)) {
      throw error;
    }
    for (const mistake of error.message.split('\n- ').slice(1)) {
      context.addIssue({ code: 'custom', message: `are wrong: ${mistake}` });
    }
  }
}
