import { countsLine, objectOf, printable, severityBadge, totalsText, verbOf } from './text.ts';
import type { LocalView } from './view.ts';

/** Ticks come twice a second: the counts are worth a line every ten seconds, when they moved. */
const ticksPerCounts = 20;

/** Plain lines for pipes and log files: one per publication and notification, and the counts now and then. */
export function plainView(out: NodeJS.WritableStream): LocalView {
  const line = (text: string) => out.write(`${text}\n`);
  let ticks = 0;
  let shown = '';
  return {
    progress: line,
    ready: (info, source) => line(`Ready: ${info.url} cluster ${info.clusterId}, events from ${source}`),
    published: (entry, event) => {
      const what = `${severityBadge(event.severity)} ${verbOf(entry.DetailType ?? '').padEnd(9)}`;
      line(`${entry.Time ?? ''} ${what} ${describe(event)}`);
    },
    notified: (notification) => line(`  notified: ${printable(notification.subject)}`),
    warn: (text) => line(`warning: ${printable(text)}`),
    tick: (tally) => {
      ticks += 1;
      const counts = countsLine(tally);
      if (ticks % ticksPerCounts !== 0 || counts === shown) return;
      shown = counts;
      line(counts);
    },
    finish: (tally) => line(`Totals\n${totalsText(tally)}`),
  };
}

function describe(event: Parameters<LocalView['published']>[1]): string {
  const reason = event.labels.effective_reason ?? event.labels.reason ?? '';
  return `${reason} ${objectOf(event)} in ${event.namespace}: ${printable(event.annotations.message ?? '').slice(0, 160)}`;
}
