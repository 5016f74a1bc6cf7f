import type { LocalView } from './view.ts';

/**
 * Newline-delimited JSON for programs. The first line is `{"type":"ready",…}`; then `published` and `notified` lines as
 * they happen, and one `totals` line at the end. Progress and warnings go to standard error.
 */
export function jsonView(out: NodeJS.WritableStream, errors: NodeJS.WritableStream): LocalView {
  const line = (value: unknown) => out.write(`${JSON.stringify(value)}\n`);
  return {
    progress: (text) => errors.write(`${text}\n`),
    ready: (info, source) => line({ type: 'ready', ...info, source }),
    published: (entry) => line({ type: 'published', entry }),
    notified: (notification) => line({ type: 'notified', ...notification }),
    warn: (text) => errors.write(`${text}\n`),
    tick: () => {},
    finish: (tally) => line({ type: 'totals', ...tally }),
  };
}
