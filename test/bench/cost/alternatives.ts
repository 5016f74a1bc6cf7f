import type { Deployed } from './deployed.ts';
import type { Measured } from './measure.ts';
import rates from './rates.json' with { type: 'json' };

/** Another way to do something with the same events. */
export interface Alternative {
  readonly name: string;
  /** Dollars for a million events. */
  readonly perMillion: number;
  /** Dollars a month without any event. */
  readonly standing: number;
  /** What it does not do. */
  readonly lacks: string;
  /** Where its prices are from. */
  readonly prices: readonly (keyof typeof rates)[];
}

const gb = 1e9;
const events = 1e6;
const hoursPerMonth = 730;
/** Records of Firehose are rounded up to this. */
const firehoseStep = 5_000;
/** Indexed text takes about as much again, and has a replica. */
const indexedCopies = 4;

/** Ways that teams take today, and ways that this product could have gone. */
export function alternatives({ measured, deployed }: { measured: Measured; deployed: Deployed }): Alternative[] {
  const { dynamodb, eventBridge, lambda, cloudWatch, kinesis, firehose, openSearch, ec2, datadog } = rates;
  const rawGb = (events * measured.jsonBytes) / gb;
  const rawUnits = Math.ceil(measured.jsonBytes / 1024);
  const functionPerEvent = events * (lambda.request + 0.03 * 0.5 * lambda.gbSecondArm);
  const rawItems = (writes: number) =>
    events * rawUnits * writes * dynamodb.writeUnit + 2 * rawGb * dynamodb.storageGbMonth;
  const firehoseGb = (events * Math.ceil(measured.jsonBytes / firehoseStep) * firehoseStep) / gb;
  return [
    {
      name: 'CloudWatch Logs, by Fluent Bit or an exporter',
      perMillion: rawGb * (cloudWatch.logGb + cloudWatch.logStorageGbMonth),
      standing: 0,
      lacks: `no incidents, no severity, no deduplication; each question scans at $${cloudWatch.insightsGbScanned}/GB; loses what happens while the exporter restarts`,
      prices: ['cloudWatch'],
    },
    {
      name: 'Datadog, each event as an indexed log line',
      perMillion: events * datadog.indexedEvent + rawGb * datadog.logGb,
      standing: 0,
      lacks: `${datadog.retentionDays} days instead of ${deployed.retentionDays}; agents and hosts are billed besides; monitors of your own instead of incidents`,
      prices: ['datadog'],
    },
    {
      name: 'Elasticsearch of your own, three m7g.large in the cluster',
      perMillion: rawGb * indexedCopies * ec2.gp3GbMonth,
      standing: 3 * ec2.m7gLargeHour * hoursPerMonth,
      lacks: 'a cluster to size, upgrade and secure, which goes down with the one that it is to explain',
      prices: ['ec2'],
    },
    {
      name: 'OpenSearch Service, the two smallest nodes',
      perMillion: rawGb * indexedCopies * openSearch.storageGbMonth,
      standing: 2 * openSearch.nodeHour * hoursPerMonth,
      lacks: 'the same, with less to operate; t3.small is not meant for production',
      prices: ['openSearch'],
    },
    {
      name: 'everything to the bus, a function for each event, raw items with one index',
      perMillion: events * eventBridge.customEvent + functionPerEvent + rawItems(2),
      standing: 0,
      lacks: 'every repeat pages unless each target deduplicates; a burst meets the PutEvents quota',
      prices: ['eventBridge', 'lambda', 'dynamodb'],
    },
    {
      name: 'the same with transactions, and Firehose for the archive',
      perMillion: events * eventBridge.customEvent + functionPerEvent + rawItems(4) + firehoseGb * firehose.gb,
      standing: 0,
      lacks: 'storms are still storms',
      prices: ['eventBridge', 'lambda', 'dynamodb', 'firehose'],
    },
    {
      name: 'this, with a shared Kinesis stream instead of the API',
      perMillion:
        deployed.historyCopies * events * measured.writeUnits * dynamodb.writeUnit + rawGb * kinesis.onDemandGb,
      standing: kinesis.onDemandStreamHour * hoursPerMonth,
      lacks: 'every producer can write as every cluster; the functions come on top',
      prices: ['kinesis', 'dynamodb'],
    },
  ];
}
