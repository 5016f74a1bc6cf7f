import pc from 'picocolors';
import type { Severity } from '../../events/severity.ts';
import type { StandardEvent } from '../../events/standardEvent.ts';
import type { Tally } from '../tally.ts';

type Paint = (text: string) => string;

const severityPaint: Record<Severity, Paint> = {
  critical: (text) => pc.bold(pc.white(pc.bgRed(text))),
  high: (text) => pc.bold(pc.red(text)),
  medium: pc.yellow,
  low: pc.cyan,
  info: pc.dim,
};

/** A severity in its colour, padded to one width so that columns line up. */
export function severityBadge(severity: Severity): string {
  return severityPaint[severity](` ${severity.padEnd(8)} `);
}

/** What happened to an incident, in one word: `event.k8s.received` → `opened`. */
export function verbOf(detailType: string): string {
  const verbs: Record<string, string> = {
    'event.k8s.received': 'opened',
    'event.k8s.ongoing': 'ongoing',
    'event.k8s.escalated': 'escalated',
    'event.k8s.resolved': 'resolved',
    'event.k8s.storm': 'storm',
  };
  return verbs[detailType] ?? detailType;
}

/** The object of an event as kubectl writes it: `pod/web-0`. */
export function objectOf(event: StandardEvent): string {
  return `${(event.labels.involved_kind ?? 'object').toLowerCase()}/${event.labels.involved_name ?? '?'}`;
}

/** Cluster events carry text from anywhere: control characters must not reach the terminal. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

/** The counts as one line: in → stored → suppressed → published → notified. */
export function countsLine(tally: Tally): string {
  return [
    `in ${tally.in}`,
    `stored ${tally.stored}`,
    `suppressed ${tally.suppressed}`,
    `published ${tally.published}`,
    `notified ${tally.notified}`,
  ].join(' → ');
}

/** The totals at the end, each sum written out so that a reader can check it. */
export function totalsText(tally: Tally): string {
  const types = Object.entries(tally.publishedByType).map(([type, count]) => `${verbOf(type)} ${count}`);
  return [
    `  in         ${tally.in} = ${tally.stored} stored + ${tally.known} already known or dropped by rules + ${tally.refused} refused`,
    `  stored     ${tally.stored} = ${tally.routine} routine + ${tally.suppressed} suppressed + ${tally.announced} announced + ${tally.waiting} waiting`,
    `  published  ${tally.published}${types.length > 0 ? ` = ${types.join(' + ')}` : ''}`,
    `  notified   ${tally.notified}`,
  ].join('\n');
}
