import { type Severity, severities } from '../../severity.ts';

/** One event that a component is known to write, and what this product makes of it. */
export interface EmittedEvent {
  /** On the wire; empty where the emitter forgets it, `(none)` in the table. */
  readonly reason: string;
  readonly type: string;
  /** `*` where the name varies: a driver, a host, a random part. */
  readonly component: string;
  /** Kinds it is written about; `*` for any. */
  readonly kinds: readonly string[];
  /** As reviewed by us: a test holds the rules to it. */
  readonly severity: Severity;
  /** What happened, in plain words. */
  readonly summary: string;
  /** A real text, where the message decides what the event means. */
  readonly message: string;
}

/**
 * Reads a table of events: a line `@ component / Kind` (several kinds with `/` between them), then one line
 * `reason | type | severity | summary | message` for each event, the message only where it decides.
 */
export function emitted(table: string): readonly EmittedEvent[] {
  let component = '';
  let kinds: readonly string[] = [];
  return table.split('\n').flatMap((line) => {
    if (line.trim() === '') return [];
    if (line.startsWith('@ ')) {
      const at = line.lastIndexOf(' / ');
      component = line.slice(2, at);
      kinds = line.slice(at + 3).split('/');
      return [];
    }
    const [reason = '', type = '', severity = '', summary = '', message = ''] = line
      .split(' | ')
      .map((cell) => cell.trim());
    return {
      reason: reason === '(none)' ? '' : reason,
      type,
      component,
      kinds,
      severity: severityOf(severity, line),
      summary,
      message,
    };
  });
}

function severityOf(text: string, line: string): Severity {
  const severity = severities.find((name) => name === text);
  if (severity === undefined) throw new Error(`the catalogue has no severity ${JSON.stringify(text)} in: ${line}`);
  return severity;
}
