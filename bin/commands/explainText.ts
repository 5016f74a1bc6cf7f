import type { LookUp } from '../../lib/events/catalogue/lookUp.ts';
import type { EventRecord } from '../../lib/events/eventRecord.ts';
import type { Explanation, RuleReason } from '../../lib/events/explain.ts';

/** One event for a person: what it is, by which rule, what it means and what to do. */
export function explanationAsText(record: EventRecord, explanation: Explanation): string {
  const { classification, family, meaning, causes, diagnose, remedy, recoveries } = explanation;
  const { severity, effectiveReason, category, drop, silenced, tags, runbook } = classification;
  const { kind, name, namespace } = record.regarding;
  const subject = `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`.trim();
  const reason =
    record.reason === effectiveReason
      ? effectiveReason
      : `${effectiveReason} (written as ${record.reason === '' ? 'no reason' : record.reason})`;
  return lines([
    [severity.toUpperCase(), `${effectiveReason} on ${subject}${record.count > 1 ? `, ${record.count} times` : ''}`],
    ['said', `${record.component || 'somebody'}, ${record.type}, ${record.lastOccurrence}: ${record.message}`],
    ['reason', reason],
    ['category', family === undefined ? category : `${category}, ${family}`],
    ...explanation.rules.map((rule): Row => ['rule', ruleAsText(rule)]),
    ['dropped', drop === true ? 'a rule keeps it from being forwarded' : undefined],
    ['silent', silenced === true ? 'a rule keeps notifications back at that time' : undefined],
    [
      'tags',
      tags === undefined
        ? undefined
        : Object.entries(tags)
            .map(([tag, value]) => `${tag}=${value}`)
            .join(' '),
    ],
    ['runbook', runbook],
    ['means', meaning],
    ...causes.map((cause, index): Row => [index === 0 ? 'causes' : '', `- ${cause}`]),
    ...diagnose.map((command, index): Row => [index === 0 ? 'look' : '', `$ ${command}`]),
    ['remedy', remedy],
    ['ends with', recoveries.length === 0 ? undefined : recoveries.join(', ')],
  ]);
}

/** The same for programs. */
export function explanationAsJson(line: number, record: EventRecord, explanation: Explanation): string {
  const { regarding, reason, type, component, message, count, lastOccurrence } = record;
  return JSON.stringify({
    line,
    event: { reason, type, component, message, count, lastOccurrence, regarding },
    ...explanation,
  });
}

/** What the catalogue knows about a reason. */
export function reasonAsText({ name, aliasOf, documented, entries }: LookUp): string {
  const head: Row[] = [
    ['reason', name],
    ['also', aliasOf.length === 0 ? undefined : `a documented name of ${aliasOf.join(', ')}`],
    [
      'documents',
      documented === undefined
        ? undefined
        : `${documented.note}${documented.nearest.length === 0 ? '' : ` Nearest: ${documented.nearest.join(', ')}.`}`,
    ],
  ];
  const blocks = entries.map(({ event, severity, effectiveReason, rule, advice, recoveries }) =>
    lines([
      [severity.toUpperCase(), `${effectiveReason}: ${event.summary}`],
      [
        'said',
        `${event.component}, ${event.type}, about ${event.kinds.join(', ')}${event.message === '' ? '' : `: ${event.message}`}`,
      ],
      ['rule', rule],
      ...(advice?.causes ?? []).map((cause, index): Row => [index === 0 ? 'causes' : '', `- ${cause}`]),
      ...(advice?.diagnose ?? []).map((command, index): Row => [index === 0 ? 'look' : '', `$ ${command}`]),
      ['remedy', advice?.remedy],
      ['ends with', recoveries.length === 0 ? undefined : recoveries.join(', ')],
    ]),
  );
  return [lines(head), ...blocks].join('\n');
}

type Row = readonly [label: string, text: string | undefined];

function ruleAsText({ rule, isUserRule, states, because }: RuleReason): string {
  const source = isUserRule ? 'yours' : 'built in';
  const outcome = isUserRule ? `, states ${states.join(', ')}` : '';
  return `${rule} (${source}${outcome})${because.length === 0 ? ': it is about everything' : `, because ${because.join(', ')}`}`;
}

/** Labels in a column, texts beside them; what is not there takes no line. */
function lines(rows: readonly Row[]): string {
  return rows
    .flatMap(([label, text]) => (text === undefined || text === '' ? [] : [`${label.padEnd(10)}${printable(text)}`]))
    .join('\n')
    .concat('\n');
}

/** Texts of events may carry line breaks and terminal control codes: neither may reach a person's terminal. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, ' ');
}
