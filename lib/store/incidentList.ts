import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { isAtLeast, type Severity, severities } from '../events/severity.ts';
import { rowAttributes } from './incidentRow.ts';

/** Which incidents of a cluster to list, last seen first. */
export interface IncidentQuery {
  readonly cluster: string;
  /** Last seen at or after, RFC 3339. */
  readonly since?: string | undefined;
  /** Last seen before, RFC 3339. */
  readonly until?: string | undefined;
  readonly status?: 'open' | 'resolved' | undefined;
  readonly minSeverity?: Severity | undefined;
  readonly namespace?: string | undefined;
  /** Rows at most. */
  readonly limit: number;
  /** `lastKey` of the page before. */
  readonly startKey?: Readonly<Record<string, unknown>> | undefined;
}

/** One DynamoDB query for {@link IncidentQuery}; filters apply after reading, so a page may be short or empty. */
export function incidentQueryInput(
  table: string,
  query: IncidentQuery,
  pageSize: number,
  now: number,
): QueryCommandInput {
  const { cluster, since, until, status, minSeverity, namespace, startKey } = query;
  const names: Record<string, string> = { '#g': 'gpk', '#s': 'gsk', '#ttl': 'ttl' };
  const values: Record<string, unknown> = {
    ':g': cluster,
    // '0' and ':' enclose every time text; ISO text sorts by time whatever its number of decimals.
    ':since': since === undefined ? '0' : timeBound(since),
    ':until': until === undefined ? ':' : timeBound(until),
    // Expired items stay readable until DynamoDB gets round to deleting them.
    ':now': Math.floor(now / 1000),
  };
  const filters = ['#ttl > :now'];
  if (status !== undefined) {
    names['#status'] = 'status';
    values[':status'] = status;
    filters.push('#status = :status');
  }
  if (namespace !== undefined) {
    names['#namespace'] = 'namespace';
    values[':namespace'] = namespace;
    filters.push('#namespace = :namespace');
  }
  const wanted = severities.filter((severity) => isAtLeast(severity, minSeverity ?? 'info'));
  if (wanted.length < severities.length) {
    names['#severity'] = 'severity';
    for (const severity of wanted) values[`:${severity}`] = severity;
    filters.push(`#severity IN (${wanted.map((severity) => `:${severity}`).join(', ')})`);
  }
  for (const attribute of rowAttributes) names[`#${attribute}`] = attribute;
  return {
    TableName: table,
    IndexName: 'byCluster',
    KeyConditionExpression: '#g = :g AND #s BETWEEN :since AND :until',
    FilterExpression: filters.join(' AND '),
    ProjectionExpression: rowAttributes.map((attribute) => `#${attribute}`).join(', '),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
    ScanIndexForward: false,
    Limit: pageSize,
    ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }),
  };
}

/** Occurrence times have six decimals and a `Z`, so a bound in any zone and precision is brought to that form. */
function timeBound(text: string): string {
  const instant = Date.parse(text);
  if (Number.isNaN(instant)) return text;
  // Milliseconds are enough for a bound, and compare below every key of that millisecond without the Z.
  return new Date(instant).toISOString().slice(0, -1);
}
