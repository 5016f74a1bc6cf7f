import { billedMs, type Fleet, heartbeatsPerMonth, logBytes, minutesPerMonth, shares } from './assumptions.ts';
import type { Deployed } from './deployed.ts';
import { type Measured, storageOverheadBytes } from './measure.ts';
import rates from './rates.json' with { type: 'json' };

/** Dollars by what they are for. */
export type Bill = Readonly<Record<string, number>>;

const gb = 1e9;
const days = (retention: number) => retention / 30;

/** Dollars that events cost. Storage is what these events occupy over their retention, paid once for each event. */
export function costOfEvents(fleet: Fleet, { measured, deployed }: { measured: Measured; deployed: Deployed }): Bill {
  const { events, batch, routeBatch, mailboxes } = fleet;
  const { dynamodb, apiGateway, lambda, eventBridge, sns, s3, cloudWatch } = rates;
  const posts = events / batch;
  const routed = events * shares.routed;
  const published = events * shares.published;
  const notified = events * shares.notified;
  const routeInvocations = routed / routeBatch;
  const seconds = (ms: number) => ms / 1000;
  const compute = (gigabytes: number, invocations: number, ms: number) =>
    invocations * lambda.request + invocations * seconds(ms) * gigabytes * lambda.gbSecondArm;

  // Deciding reads the incident (half a unit) and writes it, in the table and its index; a publication is a debt whose
  // clearing is one more write, and asks the storm guard: a read and a write.
  const incidentWrites = routed * deployed.incidentCopies + published * 2;
  const incidentReads = routed * 0.5 + published * 0.5;
  const storedGb = (events * (measured.itemBytes + storageOverheadBytes) * deployed.historyCopies) / gb;
  const archivedGb = (events * measured.gzipBytes) / gb;
  const invocations = posts + routeInvocations + notified;
  const loggedGb = (invocations * logBytes.invocation + posts * logBytes.accessLine) / gb;

  return {
    'History: writes': events * measured.writeUnits * dynamodb.writeUnit,
    'History: index': events * measured.writeUnits * (deployed.historyCopies - 1) * dynamodb.writeUnit,
    'History: storage': storedGb * dynamodb.storageGbMonth * days(deployed.retentionDays),
    'History: point-in-time backup': deployed.hasBackup
      ? (storedGb / deployed.historyCopies) * dynamodb.backupGbMonth * days(deployed.retentionDays)
      : 0,
    Incidents: incidentWrites * dynamodb.writeUnit + incidentReads * dynamodb.readUnit,
    'Clusters: receipts': posts * dynamodb.writeUnit,
    'API Gateway': posts * apiGateway.request,
    'Lambda: ingest': compute(
      deployed.memoryGb.Ingest,
      posts,
      billedMs.ingestPerPost + billedMs.ingestPerEvent * batch,
    ),
    'Lambda: route': compute(
      deployed.memoryGb.Route,
      routeInvocations,
      billedMs.routePerBatch + billedMs.routePerRecord * routeBatch,
    ),
    'Lambda: notify': compute(deployed.memoryGb.Notify, notified, billedMs.notify),
    'Archive: puts': posts * s3.put,
    'Archive: storage': archivedGb * s3.storageGbMonth * days(deployed.originalsDays),
    EventBridge: published * eventBridge.customEvent,
    'SNS and claims': notified * (sns.publish + mailboxes * sns.email + 2 * dynamodb.writeUnit),
    'Logs and metrics': loggedGb * (cloudWatch.logGb + cloudWatch.logStorageGbMonth * days(deployed.logDays)),
  };
}

/** Dollars a month that are there without a single event, for so many clusters. */
export function costOfStanding(clusters: number, deployed: Deployed): Bill {
  const { cloudWatch, lambda, apiGateway, dynamodb } = rates;
  const looks = deployed.scheduledInvocations * minutesPerMonth;
  const heartbeats = clusters * heartbeatsPerMonth;
  const heartbeat =
    apiGateway.request +
    lambda.request +
    (billedMs.ingestPerPost / 1000) * deployed.memoryGb.Ingest * lambda.gbSecondArm +
    dynamodb.writeUnit +
    ((logBytes.invocation + logBytes.accessLine) / gb) * cloudWatch.logGb;
  const look =
    lambda.request +
    (billedMs.watch / 1000) * deployed.memoryGb.Watch * lambda.gbSecondArm +
    (logBytes.invocation / gb) * cloudWatch.logGb;
  return {
    [`${deployed.alarms} alarms`]: deployed.alarms * cloudWatch.alarmMonth,
    [`${deployed.dashboards} dashboard`]: deployed.dashboards * cloudWatch.dashboardMonth,
    [`${deployed.customMetrics} metrics, if all are written in every hour`]:
      deployed.customMetrics * cloudWatch.metricMonth,
    'looks at the clock, every minute': looks * look + clusters * minutesPerMonth * 0.5 * dynamodb.readUnit,
    [`heartbeats of ${clusters} quiet ${clusters === 1 ? 'cluster' : 'clusters'}`]: heartbeats * heartbeat,
  };
}

/** Sum of a bill. */
export function total(bill: Bill): number {
  return Object.values(bill).reduce((sum, dollars) => sum + dollars, 0);
}
