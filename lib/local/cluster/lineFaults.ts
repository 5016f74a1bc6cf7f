import type { CutForm, Fault } from './faults.ts';

/** What a faulty stream does with the next lines: send these bytes, and then perhaps stop. */
export type LineFaults = (lines: readonly Buffer[]) => { bytes: Buffer[]; ending?: CutForm | 'silence' };

/** The faults of one watch that work on lines, as one function with its own line counter; `undefined` when there are none. */
export function lineFaultsOf(faults: readonly Fault[]): LineFaults | undefined {
  const steps = faults.filter((fault) => lineFaultNames.has(fault.do));
  if (steps.length === 0) return undefined;
  let sent = 0;
  let held: Buffer | undefined;
  const injected = new Set<Fault>();

  return (lines) => {
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
      sent += 1;
      if (held !== undefined) {
        bytes.push(line, held);
        held = undefined;
      } else if (steps.some((fault) => fault.do === 'swap' && sent % fault.every === 0)) {
        held = line;
      } else {
        bytes.push(line);
      }
      if (steps.some((fault) => fault.do === 'duplicate' && sent % fault.every === 0)) bytes.push(line);
    }
    return { bytes };
  };
}

const lineFaultNames: ReadonlySet<string> = new Set(['inject', 'silence', 'stop', 'duplicate', 'swap']);
