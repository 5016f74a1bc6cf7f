import { maxClusters } from '../../../lib/stack/ingestLists.ts';
import { billedMs, shares } from '../cost/assumptions.ts';
import { partitionLimit, shardCapacity } from './simulate.ts';

/** A fleet in a bad hour: every cluster does its ordinary work, and some are in trouble. */
export const hour = {
  /** Events a second of a cluster that is well. */
  ordinary: 2,
  /** Share of the clusters that are in trouble. */
  inTrouble: 0.1,
  /** Events a second of one of those. */
  storm: 300,
  /** Share of those that `route` sees. */
  stormRouted: 0.7,
  /** Publications a second of one of those: ten storm groups at their limit of a hundred a minute. */
  stormPublished: (10 * 100) / 60,
  /** Mails a second of one of those. */
  stormMails: 1 / 60,
} as const;

/** What all clusters together ask for, in one account and region. */
export interface Load {
  readonly clusters: number;
  readonly backends: number;
  readonly events: number;
  readonly posts: number;
  readonly eventsPerPost: number;
  readonly routed: number;
  readonly published: number;
  readonly mails: number;
}

/** The bad hour of so many clusters. */
export function loadOf(clusters: number): Load {
  const troubled = Math.max(1, clusters * hour.inTrouble);
  const well = clusters - troubled;
  const events = well * hour.ordinary + troubled * hour.storm;
  // The relay waits half a second for a batch to fill, so it posts at most twice a second.
  const posts = well * Math.min(2, hour.ordinary) + troubled * 2;
  return {
    clusters,
    backends: Math.ceil(clusters / maxClusters),
    events,
    posts,
    eventsPerPost: events / posts,
    routed: well * hour.ordinary * shares.routed + troubled * hour.storm * hour.stormRouted,
    published: well * hour.ordinary * shares.published + troubled * hour.stormPublished,
    mails: well * hour.ordinary * shares.notified + troubled * hour.stormMails,
  };
}

/** A limit, what is measured against it, and what moves it. */
export interface Quota {
  readonly name: string;
  readonly limit: number;
  readonly unit: string;
  readonly demand: (load: Load) => number;
  readonly moves: string;
  /** What happens beyond it. */
  readonly beyond: string;
  readonly page: string;
}

const pages = {
  dynamodb: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html',
  onDemand: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html',
  lambda: 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html',
  api: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html',
  events: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html',
  iam: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html',
  cloudFormation: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html',
  sns: 'https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html',
} as const;

const perBackend = (value: number, { backends }: Load) => value / backends;
const shardsOf = (load: Load) => Math.max(4, Math.ceil(perBackend(load.events, load) / partitionLimit));

/** Limits of accounts, regions and tables, as AWS sets them by default. */
export const quotas: readonly Quota[] = [
  {
    name: 'clusters of one backend',
    limit: maxClusters,
    unit: '',
    demand: ({ clusters }) => clusters,
    moves: 'a second file with another `name`: a second backend, in the same account or another',
    beyond: 'refused at synthesis',
    page: pages.lambda,
  },
  {
    name: 'a History table that is new',
    limit: 4_000,
    unit: 'write units/s',
    demand: (load) => perBackend(load.events, load),
    moves: 'time (it doubles by itself), or `aws dynamodb update-table --warm-throughput`',
    beyond: 'the API answers 503; relays keep events in their spools and send them again',
    page: pages.onDemand,
  },
  {
    name: 'a table',
    limit: 40_000,
    unit: 'write units/s',
    demand: (load) => perBackend(load.events, load),
    moves: 'quota "Table-level write throughput limit"; more backends',
    beyond: 'the API answers 503; relays keep events in their spools and send them again',
    page: pages.dynamodb,
  },
  {
    name: '`route`, all shards of the stream',
    limit: 1,
    unit: 'of what it keeps up with',
    demand: (load) => perBackend(load.routed, load) / (shardsOf(load) * shardCapacity(1)),
    moves: '`routeParallelism`, up to 10 times as much',
    beyond: 'news is late (alarm RouteBehind), up to 12 hours; History is not',
    page: 'https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html',
  },
  {
    name: 'the API of one backend',
    limit: 1_000,
    unit: 'requests/s',
    demand: (load) => perBackend(load.posts, load),
    moves: '`throttle`, up to the account’s; `linger` of the relay',
    beyond: '429; relays wait and send larger batches',
    page: pages.api,
  },
  {
    name: 'API Gateway',
    limit: 10_000,
    unit: 'requests/s',
    demand: ({ posts }) => posts,
    moves: 'quota "Throttle rate"; more accounts or regions',
    beyond: '429; relays wait and send larger batches',
    page: pages.api,
  },
  {
    name: 'Lambda concurrency',
    limit: 1_000,
    unit: 'invocations at once',
    demand: (load) =>
      (load.posts * (billedMs.ingestPerPost + billedMs.ingestPerEvent * load.eventsPerPost)) / 1000 +
      Math.min(load.backends * shardsOf(load), load.routed / shardCapacity(1)),
    moves: 'quota "Concurrent executions"',
    beyond: '429 and 503 for relays, late news (alarms …Throttles)',
    page: pages.lambda,
  },
  {
    name: 'PutEvents, large regions',
    limit: 10_000,
    unit: 'entries/s',
    demand: ({ published }) => published,
    moves: '`incidents.stormLimitPerMinute`, `incidents.windowMinutes`; quota "PutEvents throttle limit"',
    beyond: 'debts stay in the table and are paid later: late, not lost',
    page: pages.events,
  },
  {
    name: 'PutEvents, smallest regions',
    limit: 400,
    unit: 'entries/s',
    demand: ({ published }) => published,
    moves: '`incidents.stormLimitPerMinute`, `incidents.windowMinutes`; quota "PutEvents throttle limit"',
    beyond: 'debts stay in the table and are paid later: late, not lost',
    page: pages.events,
  },
  {
    name: 'rule invocations, smallest regions',
    limit: 750,
    unit: 'invocations/s',
    demand: ({ published }) => published,
    moves: 'fewer rules that match everything; quota "Invocations throttle limit"',
    beyond: 'EventBridge delays, up to the age in the rule’s target',
    page: pages.events,
  },
  {
    name: 'mails to one address',
    limit: 10,
    unit: 'messages/s',
    demand: (load) => perBackend(load.mails, load),
    moves: '`notify.minSeverity`, `webhooks` instead of `emails`',
    beyond: 'SNS suspends the subscription',
    page: pages.sns,
  },
  {
    name: 'IAM roles of an account',
    limit: 1_000,
    unit: 'roles',
    demand: ({ clusters, backends }) => clusters + backends * 6,
    moves: 'quota "Roles per account", up to 5,000; more accounts',
    beyond: 'the deployment of the next cluster fails',
    page: pages.iam,
  },
  {
    name: 'CloudFormation stacks of a region',
    limit: 2_000,
    unit: 'stacks',
    demand: ({ clusters, backends }) => clusters + backends,
    moves: 'quota "Stack count"; more accounts or regions',
    beyond: 'the deployment of the next cluster fails',
    page: pages.cloudFormation,
  },
];

/** The least number of clusters whose bad hour is over a limit; undefined when 10,000 are not. */
export function breaksAt({ demand, limit }: Quota): number | undefined {
  for (let clusters = 1; clusters <= 10_000; clusters++) {
    if (demand(loadOf(clusters)) > limit) return clusters;
  }
  return undefined;
}
