import type { CutForm, Fault } from './faults.ts';

/** A stream's faults that work on lines, with its own line counter. */
export interface LineFaults {
  /** What to send instead of these lines, and whether the stream stops after that. */
  apply(lines: readonly Buffer[]): { readonly bytes: readonly Buffer[]; readonly ending?: CutForm | 'silence' };
  /** A line that waits to change places with one that never came. */
  takeHeld(): Buffer | undefined;
}

/** The line faults among these; `undefined` when there are none. */
export function lineFaultsOf(faults: readonly Fault[]): LineFaults | undefined {
  const steps = faults.filter((fault) => lineFaultNames.has(fault.do));
  if (steps.length === 0) return undefined;
  let sent = 0;
  let held: Buffer | undefined;
  const injected = new Set<Fault>();

  const send = (line: Buffer, bytes: Buffer[]) => {
    sent += 1;
    const isDue = (what: 'swap' | 'duplicate') => steps.some((fault) => fault.do === what && sent % fault.every === 0);
    if (held !== undefined) {
      bytes.push(line, held);
      held = undefined;
    } else if (isDue('swap')) {
      held = line;
    } else {
      bytes.push(line);
    }
    if (isDue('duplicate')) bytes.push(line);
  };

  return {
    takeHeld: () => {
      const line = held;
      held = undefined;
      return line;
    },
    apply: (lines) => {
      const bytes: Buffer[] = [];
      for (const line of lines) {
        for (const fault of steps) {
          if (fault.do === 'inject' && sent >= fault.afterLines && !injected.has(fault)) {
            injected.add(fault);
            bytes.push(fault.bytes);
          }
          if (fault.do === 'silence' && sent >= fault.afterLines) return { bytes, ending: 'silence' };
          if (fault.do === 'stop' && sent >= fault.afterLines) {
            if (fault.insideLine === true) bytes.push(line.subarray(0, line.length >> 1));
            return { bytes, ending: fault.how };
          }
        }
        send(line, bytes);
      }
      return { bytes };
    },
  };
}

const lineFaultNames: ReadonlySet<string> = new Set(['inject', 'silence', 'stop', 'duplicate', 'swap']);
