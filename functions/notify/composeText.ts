import { parseFingerprint } from '../../lib/events/fingerprint.ts';
import type { StandardEvent } from '../../lib/events/standardEvent.ts';
import { type Affected, affectedLines, countOf, nobody } from './affected.ts';
import { commandsFor } from './commands.ts';
import type { DeliveredPublication } from './readPublication.ts';

/** What a person reads. */
export interface NotificationText {
  /** ASCII, at most 100 characters, one line: SNS takes nothing else. */
  readonly subject: string;
  readonly body: string;
  readonly attributes: Readonly<Record<'severity' | 'cluster' | 'namespace' | 'reason' | 'fingerprint', string>>;
}

/** Far below SNS's 256 KiB; nobody reads more. */
const maxMessageLength = 2_000;
/** Attributes count towards the size of a message; a fingerprint of an ordinary object has a tenth of this. */
const maxAttributeLength = 2_000;

/**
 * Writes the text about a publication: what, where, since when, what Kubernetes said, and what to look at first.
 *
 * @param affected the objects in trouble, as far as they are known at this moment
 */
export function composeText(publication: DeliveredPublication, affected: Affected = nobody): NotificationText {
  const { detail } = publication;
  const isStorm = publication.detailType === 'event.k8s.storm';
  const lines = isStorm ? stormLines(detail, affected) : incidentLines(publication, affected);
  return {
    subject: subjectOf(publication, isStorm, affected),
    body: [...lines, '', `Event ${detail.id}`].join('\n'),
    attributes: {
      severity: detail.severity,
      cluster: detail.clusterId,
      namespace: namespaceOf(detail),
      reason: reasonOf(detail),
      fingerprint: detail.fingerprint.slice(0, maxAttributeLength).toWellFormed(),
    },
  };
}

function subjectOf({ detail }: DeliveredPublication, isStorm: boolean, affected: Affected): string {
  const what = isStorm ? crowdOf(detail) : troubledOf(detail);
  const count = countOf(affected, detail);
  const size = count === undefined ? '' : ` (${count})`;
  const subject = `[${detail.severity.toUpperCase()}] ${reasonOf(detail)} ${what} in ${placeOf(detail)}${size}`;
  const ascii = subject.replace(/[^\x20-\x7e]/g, '?');
  return ascii.length <= 100 ? ascii : `${ascii.slice(0, 97)}...`;
}

function incidentLines({ detail, detailType }: DeliveredPublication, affected: Affected): string[] {
  const { labels, annotations } = detail;
  const commands = commandsFor(detail);
  return [
    headlineOf(detailType, detail, affected),
    '',
    `Severity   ${detail.severity}${labels.previous_severity === undefined ? '' : ` (was ${labels.previous_severity})`}`,
    `Cluster    ${detail.clusterId}`,
    `Namespace  ${namespaceOf(detail)}`,
    ...(labels.incident === undefined ? [] : [`Workload   ${troubledOf(detail)}`]),
    `Object     ${objectOf(detail)}${labels.container === undefined ? '' : `, container ${labels.container}`}`,
    ...affectedLines(affected, detail),
    `Since      ${clockOf(labels.opened_at ?? annotations.first_timestamp ?? detail.timestamp)}`,
    `Last seen  ${clockOf(detail.timestamp)}`,
    `Happened   ${timesOf(labels.occurrences ?? labels.count)}`,
    ...ownerLines(detail),
    ...(labels.suppressed === undefined ? [] : [`Kept quiet ${timesOf(labels.suppressed)} since the last message`]),
    '',
    ...section(`Kubernetes says (${labels.component || 'unknown component'}):`, cut(annotations.message ?? '')),
    ...(annotations.remedy === undefined ? [] : section('What usually helps:', annotations.remedy)),
    'Look at this first:',
    ...commands.map((command) => `  ${command}`),
  ];
}

function headlineOf(detailType: string, detail: StandardEvent, affected: Affected): string {
  const what = `${reasonOf(detail)} on ${troubledOf(detail)}`;
  const count = countOf(affected, detail);
  if (detailType !== 'event.k8s.escalated') return count === undefined ? `${what}.` : `${what}, ${count} affected.`;
  const { repeated_count: repeated, previous_severity: previous, lasting, objects } = detail.labels;
  if (lasting !== undefined)
    return `${what} has lasted for ${spanOf(Number(lasting))} now, and nothing says that it ends.`;
  if (repeated !== undefined) return `${what} keeps happening: ${timesOf(repeated)} by now.`;
  if (previous !== undefined) return `${what} got worse: ${previous} before, ${detail.severity} now.`;
  return objects === undefined ? `${what} got worse.` : `${what} spreads: ${objects} objects by now.`;
}

function stormLines(detail: StandardEvent, affected: Affected): string[] {
  const { labels, annotations } = detail;
  const objects = (annotations.worst_objects ?? '').split('\n').filter((line) => line !== '');
  const isDigest = labels.objects !== undefined;
  return [
    isDigest
      ? `${labels.objects} objects report ${reasonOf(detail)}. This message stands for all of them; others that join are named in the next.`
      : `Many objects report ${reasonOf(detail)} at once. This message stands for all of them; it stays quiet until the rate falls.`,
    '',
    `Severity   ${detail.severity}`,
    `Cluster    ${detail.clusterId}`,
    ...(namespaceOf(detail) === '' ? [] : [`Namespace  ${namespaceOf(detail)}`]),
    isDigest ? `Objects    ${labels.objects}` : `Rate       ${labels.storm_count ?? 'many'} messages within a minute`,
    ...affectedLines(affected, detail),
    `At         ${clockOf(detail.timestamp)}`,
    ...ownerLines(detail),
    '',
    ...section(isDigest ? 'Which:' : 'Worst objects:', objects.join('\n')),
    ...section('One of them says:', cut(annotations.example_message ?? '')),
    'Look at this first:',
    ...commandsFor(detail).map((command) => `  ${command}`),
  ];
}

/** Who answers for it and where they wrote down what to do, where a rule says so. */
function ownerLines({ labels, annotations }: StandardEvent): string[] {
  return [
    ...(labels.team === undefined ? [] : [`Team       ${labels.team}`]),
    ...(labels.owner === undefined ? [] : [`Owner      ${labels.owner}`]),
    ...(annotations.runbook === undefined ? [] : [`Runbook    ${annotations.runbook}`]),
  ];
}

/** What is in trouble: the workload where several of its objects share the incident, else the object. */
function troubledOf(detail: StandardEvent): string {
  const { incident } = detail.labels;
  if (incident === undefined) return objectOf(detail);
  const { kind, name } = parseFingerprint(incident);
  return `${kind.toLowerCase()}/${name}`;
}

function crowdOf({ labels }: StandardEvent): string {
  if (labels.objects !== undefined) return `on ${labels.objects} objects`;
  return `storm: ${labels.storm_count ?? 'many'} in a minute`;
}

function section(title: string, text: string): string[] {
  if (text === '') return [];
  return [title, ...text.split('\n').map((line) => `  ${line}`), ''];
}

function cut(text: string): string {
  return text.length <= maxMessageLength ? text : `${text.slice(0, maxMessageLength).toWellFormed()}…`;
}

function timesOf(count: string | undefined): string {
  return count === undefined || count === '1' ? 'once' : `${count} times`;
}

function spanOf(seconds: number): string {
  return seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
}

/** `2026-11-20 10:04:31 UTC`; nobody reads microseconds at night. */
function clockOf(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function reasonOf(detail: StandardEvent): string {
  return detail.labels.effective_reason ?? detail.labels.reason ?? 'Event';
}

function objectOf({ labels }: StandardEvent): string {
  return `${(labels.involved_kind ?? 'object').toLowerCase()}/${labels.involved_name ?? '?'}`;
}

/** Where the object is; cluster-scoped objects are in no namespace. */
function namespaceOf({ labels, namespace }: StandardEvent): string {
  return labels.involved_namespace ?? namespace;
}

function placeOf(detail: StandardEvent): string {
  const namespace = namespaceOf(detail);
  return namespace === '' ? detail.clusterId : `${detail.clusterId}/${namespace}`;
}
