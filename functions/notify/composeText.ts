import type { StandardEvent } from '../../lib/events/standardEvent.ts';
import { commandsFor } from './commands.ts';
import type { DeliveredPublication } from './readPublication.ts';

/** What a person reads. */
export interface NotificationText {
  /** ASCII, at most 100 characters, one line: SNS takes nothing else. */
  readonly subject: string;
  readonly body: string;
  readonly attributes: Readonly<Record<'severity' | 'cluster' | 'namespace' | 'reason', string>>;
}

/** Far below SNS's 256 KiB; nobody reads more. */
const maxMessageLength = 2_000;

/** Writes the text about a publication: what, where, since when, what Kubernetes said, and what to look at first. No links. */
export function composeText(publication: DeliveredPublication): NotificationText {
  const { detail } = publication;
  const isStorm = publication.detailType === 'event.k8s.storm';
  return {
    subject: subjectOf(publication, isStorm),
    body: [...(isStorm ? stormLines(detail) : incidentLines(publication)), '', `Event ${detail.id}`].join('\n'),
    attributes: {
      severity: detail.severity,
      cluster: detail.clusterId,
      namespace: namespaceOf(detail),
      reason: reasonOf(detail),
    },
  };
}

function subjectOf({ detail }: DeliveredPublication, isStorm: boolean): string {
  const what = isStorm ? `storm: ${detail.labels.storm_count ?? 'many'} in a minute` : objectOf(detail);
  const subject = `[${detail.severity.toUpperCase()}] ${reasonOf(detail)} ${what} in ${placeOf(detail)}`;
  const ascii = subject.replace(/[^\x20-\x7e]/g, '?');
  return ascii.length <= 100 ? ascii : `${ascii.slice(0, 97)}...`;
}

function incidentLines({ detail, detailType }: DeliveredPublication): string[] {
  const { labels, annotations } = detail;
  const commands = commandsFor(detail);
  return [
    `${headlineOf(detailType, detail)}`,
    '',
    `Severity   ${detail.severity}${labels.previous_severity === undefined ? '' : ` (was ${labels.previous_severity})`}`,
    `Cluster    ${detail.clusterId}`,
    `Namespace  ${namespaceOf(detail)}`,
    `Object     ${objectOf(detail)}${labels.container === undefined ? '' : `, container ${labels.container}`}`,
    `Since      ${clockOf(labels.opened_at ?? annotations.first_timestamp ?? detail.timestamp)}`,
    `Last seen  ${clockOf(detail.timestamp)}`,
    `Happened   ${timesOf(labels.occurrences ?? labels.count)}`,
    ...(labels.suppressed === undefined ? [] : [`Kept quiet ${timesOf(labels.suppressed)} since the last message`]),
    '',
    ...section(`Kubernetes says (${labels.component || 'unknown component'}):`, cut(annotations.message ?? '')),
    ...(annotations.remedy === undefined ? [] : section('What usually helps:', annotations.remedy)),
    'Look at this first:',
    ...commands.map((command) => `  ${command}`),
  ];
}

function headlineOf(detailType: string, detail: StandardEvent): string {
  const what = `${reasonOf(detail)} on ${objectOf(detail)}`;
  if (detailType !== 'event.k8s.escalated') return `${what}.`;
  const { repeated_count: repeated, previous_severity: previous } = detail.labels;
  if (repeated !== undefined) return `${what} keeps happening: ${timesOf(repeated)} by now.`;
  return previous === undefined
    ? `${what} got worse.`
    : `${what} got worse: ${previous} before, ${detail.severity} now.`;
}

function stormLines(detail: StandardEvent): string[] {
  const { labels, annotations } = detail;
  const objects = (annotations.worst_objects ?? '').split('\n').filter((line) => line !== '');
  return [
    `Many objects report ${reasonOf(detail)} at once. This message stands for all of them; it stays quiet until the rate falls.`,
    '',
    `Severity   ${detail.severity}`,
    `Cluster    ${detail.clusterId}`,
    `Namespace  ${namespaceOf(detail)}`,
    `Rate       ${labels.storm_count ?? 'many'} messages within a minute`,
    `At         ${clockOf(detail.timestamp)}`,
    '',
    ...section('Worst objects:', objects.join('\n')),
    ...section('One of them says:', cut(annotations.example_message ?? '')),
    'Look at this first:',
    ...commandsFor(detail).map((command) => `  ${command}`),
  ];
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
