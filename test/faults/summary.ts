import { renderTable } from '../../bin/commands/table.ts';
import type { Result } from './runScenario.ts';

/** The results of a suite as a table with its sum. */
export function summary(rows: readonly Result[]): string {
  const number = (heading: string, read: (row: Result) => number) => ({
    heading,
    value: (row: Result) => String(read(row)),
  });
  const table = renderTable(
    [
      { heading: '', value: (row) => (row.violations.length === 0 ? 'ok' : 'FAIL') },
      { heading: 'SCENARIO', value: (row) => row.name },
      number('PRODUCED', (row) => row.produced),
      number('STORED', (row) => row.stored),
      number('REFUSED', (row) => row.refused),
      number('IN GAPS', (row) => row.reported),
      number('EXPIRED', (row) => row.expired),
      number('GAPS', (row) => row.reportedGaps),
      number('LOST', (row) => row.missing),
      number('TWICE', (row) => row.conflicts),
      number('REPEATS', (row) => row.repeats),
      number('RELAYS', (row) => row.relays),
      number('RECONNECTS', (row) => row.reconnects),
      { heading: 'SECONDS', value: (row) => row.seconds.toFixed(1) },
    ],
    rows,
  );
  const total = (read: (row: Result) => number) => rows.reduce((sum, row) => sum + read(row), 0);
  const failed = rows.filter(({ violations }) => violations.length > 0).length;
  return [
    table,
    '',
    `${rows.length} scenarios, ${failed} failed; ${total((row) => row.produced)} occurrences produced = ` +
      `${total((row) => row.stored)} stored + ${total((row) => row.refused)} refused with a reason + ` +
      `${total((row) => row.reported)} counted by gap records + ${total((row) => row.expired)} expired on the API server before they could be read + ${total((row) => row.missing)} lost; ` +
      `${total((row) => row.conflicts)} duplicates at the store`,
    'IN GAPS: a full spool gave them up, with a record of times and counts; EXPIRED: the API server deleted them unread, with a record of times; GAPS: records that reached the API.',
  ].join('\n');
}
