import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp } from '../../../lib/stack/index.ts';
import { figures } from '../../../lib/stack/metrics.ts';

/** What the synthesized backend has that costs something. */
export interface Deployed {
  readonly alarms: number;
  readonly dashboards: number;
  /** Metrics that the functions write. */
  readonly customMetrics: number;
  /** Invocations a month by schedules. */
  readonly scheduledInvocations: number;
  /** GB of each function. */
  readonly memoryGb: Readonly<Record<'Ingest' | 'Route' | 'Query' | 'Notify' | 'Watch', number>>;
  /** Copies of each History item: the table, and its indexes that hold whole items. */
  readonly historyCopies: number;
  /** Writes for one write of an incident: the table, and its indexes. */
  readonly incidentCopies: number;
  readonly hasBackup: boolean;
  readonly retentionDays: number;
  readonly originalsDays: number;
  readonly logDays: number;
}

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}

/** Reads what costs something from the templates of the default configuration. */
export function readDeployed(): Deployed {
  const directory = mkdtempSync(join(tmpdir(), 'kef-cost-'));
  try {
    buildApp({ config: { clusters: [{ id: 'prod' }] }, checks: false, outdir: directory }).synth();
    const { Resources } = JSON.parse(readFileSync(join(directory, 'kef.template.json'), 'utf8')) as {
      Resources: Record<string, Resource>;
    };
    return read(Resources);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function read(resources: Record<string, Resource>): Deployed {
  const of = (type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type);
  const one = (type: string, part: string): Record<string, unknown> => {
    const [found] = of(type).filter(([id]) => id.startsWith(part));
    if (found === undefined) throw new Error(`the template has no ${type} whose id begins with ${part}`);
    return found[1].Properties;
  };
  const memoryGb = (name: string) => Number(one('AWS::Lambda::Function', `Forwarder${name}`).MemorySize) / 1024;
  const table = (name: string) => one('AWS::DynamoDB::GlobalTable', `ForwarderTables${name}`);
  const indexes = (name: string) => (table(name).GlobalSecondaryIndexes ?? []) as unknown[];
  const replica = (table('History').Replicas as Record<string, Record<string, unknown>>[])[0];
  const ingest = one('AWS::Lambda::Function', 'ForwarderIngest').Environment as {
    Variables: Record<string, string>;
  };
  const lifecycle = one('AWS::S3::Bucket', 'ForwarderBucketsOriginals').LifecycleConfiguration as {
    Rules: { ExpirationInDays: number }[];
  };
  return {
    alarms: of('AWS::CloudWatch::Alarm').length,
    dashboards: of('AWS::CloudWatch::Dashboard').length,
    customMetrics: Object.keys(figures).length,
    scheduledInvocations: of('AWS::Events::Rule').filter(
      ([, { Properties }]) => Properties.ScheduleExpression === 'rate(1 minute)',
    ).length,
    memoryGb: {
      Ingest: memoryGb('Ingest'),
      Route: memoryGb('Route'),
      Query: memoryGb('Query'),
      Notify: memoryGb('Notify'),
      Watch: memoryGb('Watch'),
    },
    historyCopies: 1 + indexes('History').length,
    // Its sort key is the time it was last seen: each change is a delete and a put in the index.
    incidentCopies: 1 + 2 * indexes('Incidents').length,
    hasBackup: replica?.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled === true,
    retentionDays: Number(ingest.Variables.RETENTION_DAYS),
    originalsDays: Number(lifecycle.Rules[0]?.ExpirationInDays),
    logDays: 30,
  };
}
