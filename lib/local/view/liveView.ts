import pc from 'picocolors';
import type { StandardEvent } from '../../events/standardEvent.ts';
import type { Tally } from '../tally.ts';
import { countsLine, objectOf, printable, severityBadge, totalsText, verbOf } from './text.ts';
import type { LocalView, ReadyInfo } from './view.ts';

interface Terminal {
  readonly columns: number | undefined;
  readonly rows: number | undefined;
  write(text: string): unknown;
}

interface Row {
  readonly verb: string;
  readonly event: StandardEvent;
  readonly publications: number;
  readonly wasNotified: boolean;
}

/** Incidents remembered for the screen; the oldest leave first. */
const maxRows = 200;
const enterScreen = '\u001b[?1049h\u001b[?25l';
const leaveScreen = '\u001b[?25h\u001b[?1049l';
const toTop = '\u001b[H';
const eraseLine = '\u001b[K';
const eraseBelow = '\u001b[J';

/**
 * A screen for people: counts on top, the newest incidents below, repainted on every tick. Uses the terminal's alternate
 * screen, so that what was there before is back at the end, followed by the totals.
 */
export function liveView(terminal: Terminal): LocalView {
  const rows = new Map<string, Row>();
  let header = '';
  let warning = '';
  let isScreenOpen = false;

  function paint(tally: Tally): void {
    const width = terminal.columns ?? 100;
    const height = terminal.rows ?? 30;
    const lines = [
      header,
      pc.bold(countsLine(tally)),
      warning ? pc.yellow(`! ${warning}`.slice(0, width - 1)) : '',
      pc.dim(`${'SEVERITY'.padEnd(10)} ${'WHAT'.padEnd(9)} ${'REASON'.padEnd(22)} OBJECT`),
    ];
    const newestFirst = [...rows.values()].reverse().slice(0, Math.max(1, height - lines.length - 2));
    for (const row of newestFirst) lines.push(rowText(row, width));
    lines.push('', pc.dim('Ctrl-C drains what is under way and prints the totals.'));
    terminal.write(toTop + lines.map((text) => text + eraseLine).join('\n') + eraseBelow);
  }

  return {
    progress: (text) => terminal.write(`${text}\n`),
    ready: (info: ReadyInfo, source) => {
      header = `${pc.bold('kube-event-forwarder')} ${info.url}  cluster ${info.clusterId}  events from ${source}`;
      isScreenOpen = true;
      terminal.write(enterScreen);
    },
    published: (entry, event) => {
      const before = rows.get(event.fingerprint);
      rows.delete(event.fingerprint);
      rows.set(event.fingerprint, {
        verb: verbOf(entry.DetailType ?? ''),
        event,
        publications: (before?.publications ?? 0) + 1,
        wasNotified: before?.wasNotified ?? false,
      });
      for (const oldest of rows.keys()) {
        if (rows.size <= maxRows) break;
        rows.delete(oldest);
      }
    },
    notified: (notification) => {
      const fingerprint = notification.attributes.fingerprint;
      const row = fingerprint === undefined ? undefined : rows.get(fingerprint);
      if (row && fingerprint !== undefined) rows.set(fingerprint, { ...row, wasNotified: true });
    },
    warn: (text) => {
      warning = printable(text);
    },
    tick: (tally) => {
      if (isScreenOpen) paint(tally);
    },
    finish: (tally) => {
      if (isScreenOpen) terminal.write(leaveScreen);
      terminal.write(`Totals\n${totalsText(tally)}\n`);
    },
  };
}

/** Cuts the text before it is painted, so that no colour code is cut in half. */
function rowText(row: Row, width: number): string {
  const { event } = row;
  const reason = (event.labels.effective_reason ?? event.labels.reason ?? '').slice(0, 22).padEnd(22);
  const count = Number(event.labels.count ?? '1') > 1 ? ` x${event.labels.count}` : '';
  const where = `${objectOf(event)} in ${event.namespace}${count}`;
  const bell = row.wasNotified ? '✉ ' : '  ';
  const text = `${bell}${where}  ${printable(event.annotations.message ?? '')}`;
  const room = Math.max(20, width - 10 - 1 - 9 - 1 - 22 - 1);
  return `${severityBadge(event.severity)} ${row.verb.padEnd(9)} ${reason} ${text.slice(0, room)}`;
}
