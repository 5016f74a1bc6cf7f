import * as z from 'zod';
import { KefError } from '../errors.ts';
import { compileRules, type RuleSpec, ruleSpecSchema } from '../events/rules.ts';
import { severities } from '../events/severity.ts';
import { incidentsConfigSchema } from '../incidents/configuredSettings.ts';
import { type ClusterConfig, clusterSchema } from './clusterConfig.ts';
import { listsComplaint, maxClusters } from './ingestLists.ts';
import { accountText, regionText } from './placeConfig.ts';
import { regionPlaceholder, roleNameTooLong } from './relayRoleName.ts';
import { remediationSchema, remedyMisplaced } from './remediationConfig.ts';
import { targetFields } from './targetsConfig.ts';

const days = z
  .int('must be a whole number of days')
  .min(1, 'must be at least 1 day')
  .max(3650, 'must be at most 3650 days');
const severity = z.enum(severities, `must be one of ${severities.join(', ')}`);

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/**
 * `kef.config.yaml`: what the CDK app deploys. Everything but the cluster list has a default; unknown keys are refused.
 */
export const configSchema = z
  .strictObject({
    /** Name of the backend: its stack, its event bus, and the first part of its relay roles. */
    name: z
      .string('must be text')
      .regex(/^[a-z][a-z0-9-]{0,19}$/, 'must be 1 to 20 lower-case letters, digits and dashes and begin with a letter')
      .default('kef'),
    /** Region to deploy to. @default the region of whoever deploys */
    region: regionText.optional(),
    /** Account to deploy to. @default the account of whoever deploys */
    account: accountText.optional(),
    clusters: z
      .array(clusterSchema, 'must be a list of clusters, for example "clusters: [{ id: prod }]"')
      .max(
        maxClusters,
        `must be at most ${maxClusters} entries, because the list of clusters travels in the environment of one function, ` +
          'which ends at 4 KB; put the others into a second file with another name, which is a second backend',
      )
      // Also when a neighbour is malformed: all mistakes are reported at once.
      .superRefine(refuseTwins, { when: ({ value }) => Array.isArray(value) }),
    /** How long History answers, counted from the event's own time. */
    retentionDays: days.default(30),
    /** How long the original batches stay in S3. */
    originalsRetentionDays: days.default(365),
    /**
     * Least severity that the namespace index holds. What is left out costs half, and is found by its object alone: not in
     * listings of a namespace or cluster, nor in counts.
     */
    indexFrom: severity.default('info'),
    /** Keep every original batch in S3, for replay. */
    archive: z.boolean('must be true or false').default(true),
    /** How long functions and the API keep their logs; one of the values CloudWatch Logs has. */
    logRetentionDays: z.literal(logRetentions, `must be one of ${logRetentions.join(', ')}`).default(30),
    /**
     * Whose keys encrypt tables, buckets, topics, queues, the event bus and logs: `aws-managed`, or one KMS key of this
     * backend's own, `customer-managed`.
     */
    encryption: z
      .enum(['aws-managed', 'customer-managed'], 'must be aws-managed or customer-managed')
      .default('aws-managed'),
    incidents: incidentsConfigSchema,
    notify: z
      .strictObject({
        /** Least severity that people hear of. */
        minSeverity: severity.default('high'),
        ...targetFields,
      })
      .prefault({}),
    operations: z
      .strictObject({
        ...targetFields,
        /** A cluster that sent nothing for this long is silent; its relay sends a heartbeat every 60 seconds. */
        silentAfterMinutes: z
          .int('must be a whole number of minutes')
          .min(2, 'must be at least 2, since relays send a heartbeat each minute')
          .max(1440, 'must be at most 1440 (a day)')
          .default(5),
        /** The backend's alarms, each $0.10 a month beyond the ten that are free. */
        alarms: z.boolean('must be true or false').default(true),
        /** A CloudWatch dashboard, $3 a month beyond the three that are free. */
        dashboard: z.boolean('must be true or false').default(true),
        /** Alarms per cluster on counts of warnings and of certain reasons; about $3 a month for each cluster. */
        clusterAlarms: z.boolean('must be true or false').default(false),
        /** An alarm per cluster for more trouble than usual, and counts of troubles by reason; up to $5.10 a month each. */
        anomalyAlarms: z.boolean('must be true or false').default(false),
      })
      .prefault({}),
    /** Automation of yours that incidents start. */
    remediation: remediationSchema.default([]),
    /** Severity rules that come before the built-in ones. */
    rules: z
      .array(ruleSpecSchema, 'must be a list of rules')
      // Also when a neighbour is malformed: all mistakes are reported at once.
      .superRefine(refuseBadRules, { when: ({ value }) => Array.isArray(value) })
      .default([]),
    /** Deletion protection, point-in-time recovery, and tables that outlive the stack. Off for sandboxes only. */
    protectData: z.boolean('must be true or false').default(true),
    throttle: z
      .strictObject({
        requestsPerSecond: z
          .int('must be a whole number')
          .min(1)
          .max(10_000, 'must be at most 10000, the account limit'),
        burst: z.int('must be a whole number').min(1).max(10_000, 'must be at most 10000'),
      })
      .optional(),
    /** Concurrent batches of the History stream per shard. */
    routeParallelism: z
      .int('must be a whole number')
      .min(1, 'must be at least 1')
      .max(10, 'must be at most 10, the limit of Lambda')
      .default(1),
    /** Register the standard event in EventBridge's schema registry, which some regions do not have. */
    schemaRegistry: z.boolean('must be true or false').default(true),
    /** Address of the API, output `ApiUrl` of the first deployment. Only "install" in another account or region needs it. */
    apiUrl: z.url({ protocol: /^https$/, error: 'must be the https URL in output ApiUrl' }).optional(),
  })
  .superRefine(refuseMisplacedClusters, { when: ({ value }) => typeof value === 'object' && value !== null });

/** A configuration as a person writes it. */
export type ConfigInput = z.input<typeof configSchema>;
/** A configuration with its defaults. */
export type ForwarderConfig = z.output<typeof configSchema>;

/**
 * Entries that would get in each other's way: ids of one role (IAM compares role names without case, so `Prod` and `prod`
 * cannot both have one), and one EKS cluster twice.
 */
function refuseTwins(clusters: readonly Partial<ClusterConfig>[], context: z.RefinementCtx): void {
  const ids = new Map<string, string>();
  const eksClusters = new Map<string, number>();
  for (const [index, cluster] of clusters.entries()) {
    if (typeof cluster?.id === 'string') {
      const twin = ids.get(cluster.id.toLowerCase());
      ids.set(cluster.id.toLowerCase(), twin ?? cluster.id);
      if (twin !== undefined) {
        const message = `must differ from every other id in more than case, but the list has "${twin}" and "${cluster.id}"; rename or remove one`;
        context.addIssue({ code: 'custom', path: [index, 'id'], message });
      }
    }
    if (typeof cluster?.eksCluster === 'string') {
      const { eksCluster, account, region, namespace, serviceAccount } = cluster;
      const place = JSON.stringify([eksCluster, account, region, namespace, serviceAccount]);
      const twin = eksClusters.get(place);
      eksClusters.set(place, twin ?? index);
      if (twin !== undefined) {
        const message = `names the EKS cluster of clusters[${twin}]: one relay watches a whole cluster; remove one entry`;
        context.addIssue({ code: 'custom', path: [index, 'eksCluster'], message });
      }
    }
  }
}

/** What a cluster's entry and the backend's own settings say together. */
function refuseMisplacedClusters(config: Partial<ForwarderConfig>, context: z.RefinementCtx): void {
  const { region, account, name = 'kef', apiUrl, rules = [], remediation } = config;
  const clusters = Array.isArray(config.clusters) ? config.clusters : [];
  const refuse = (index: number, key: string, message: string) =>
    context.addIssue({ code: 'custom', path: ['clusters', index, key], message });
  for (const [index, cluster] of clusters.entries()) {
    if (typeof cluster !== 'object' || cluster === null) continue;
    for (const [key, own] of Object.entries({ region, account })) {
      if (cluster[key as 'region' | 'account'] !== undefined && own === undefined) {
        refuse(index, key, `can be stated only when the backend's own is: add "${key}: …" at the top of the file`);
      }
    }
    const provider = /^arn:[^:]+:iam::(\d{12}):/.exec(String(cluster.oidcProvider))?.[1];
    if (provider !== undefined && account !== undefined && provider !== account) {
      refuse(
        index,
        'oidcProvider',
        `is in account ${provider}, but the role that trusts it is in the backend's, ${account}: ` +
          'create an OIDC provider with the same issuer there and give its ARN',
      );
    }
    const isElsewhere = [cluster.region ?? region, cluster.account ?? account].join() !== [region, account].join();
    if (cluster.install === true && isElsewhere && apiUrl === undefined) {
      refuse(
        index,
        'install',
        'in another account or region needs the address of the API, which CloudFormation cannot hand over: ' +
          'deploy the backend first and set "apiUrl" at the top of the file to its output ApiUrl',
      );
    }
    if (typeof cluster.id === 'string' && roleNameTooLong({ name, region, id: cluster.id })) {
      refuse(
        index,
        'id',
        'is too long for a relay role whose region is not known yet (IAM role names end at 64 characters, ' +
          `and region names at ${regionPlaceholder.length}); shorten it, or add "region: …" at the top of the file`,
      );
    }
  }
  for (const [index, remedy] of (Array.isArray(remediation) ? remediation : []).entries()) {
    const misplaced = typeof remedy?.run === 'string' ? remedyMisplaced(remedy.run, { region, account }) : undefined;
    if (misplaced !== undefined) {
      context.addIssue({ code: 'custom', path: ['remediation', index, 'run'], message: misplaced });
    }
  }
  const complaint = Array.isArray(rules) ? listsComplaint(rules, clusters.length) : undefined;
  if (complaint !== undefined && clusters.length <= maxClusters) {
    context.addIssue({ code: 'custom', path: ['rules'], message: complaint });
  }
}

const harmless: RuleSpec = { match: { reason: '-' }, severity: 'info' };

/** What a schema cannot see: patterns that do not compile, ids used twice, rules that decide nothing. */
function refuseBadRules(rules: readonly RuleSpec[], context: z.RefinementCtx): void {
  // What is malformed is reported by its schema; a rule that cannot be wrong keeps its place among the others.
  const readable = rules.map((rule) => (ruleSpecSchema.safeParse(rule).success ? rule : harmless));
  try {
    compileRules(readable);
  } catch (error) {
    if (!(error instanceof KefError)) {
      throw error;
    }
    for (const mistake of error.message.split('\n- ').slice(1)) {
      const [, number, text] = /^rule (\d+)(?: \(.*?\))?: (.*)$/s.exec(mistake) ?? [];
      if (text === undefined) context.addIssue({ code: 'custom', message: `are wrong: ${mistake}` });
      else context.addIssue({ code: 'custom', path: [Number(number) - 1], message: `is wrong: ${text}` });
    }
  }
}
