import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A control group that gives what runs in it so much CPU and not more, as a container's limit does. */
export interface CpuLimit {
  /** What did it, in words. */
  readonly how: string;
  /** A process joins by writing its id here. */
  readonly procsFile: string;
  /** Periods of 100 ms in which it had to wait, of all in which it ran. */
  throttled(): { readonly periods: number; readonly throttled: number };
  remove(): void;
}

const periodMicros = 100_000;
const v1 = '/sys/fs/cgroup/cpu';
const v2 = '/sys/fs/cgroup';

/** Makes a group with a CPU limit in thousandths of a core, or tells why this machine lets us make none. */
export function limitCpu(millicores: number): CpuLimit | { readonly unavailable: string } {
  const quota = (millicores * periodMicros) / 1_000;
  const name = `kef-bench-${process.pid}`;
  try {
    if (existsSync(`${v1}/cpu.cfs_quota_us`)) {
      const directory = make(v1, name);
      writeFileSync(`${directory}/cpu.cfs_period_us`, String(periodMicros));
      writeFileSync(`${directory}/cpu.cfs_quota_us`, String(quota));
      return open(directory, 'cgroup v1, cpu.cfs_quota_us');
    }
    if (!existsSync(`${v2}/cgroup.controllers`)) return { unavailable: 'this machine has no control groups' };
    const directory = make(v2, name);
    writeFileSync(`${directory}/cpu.max`, `${quota} ${periodMicros}`);
    return open(directory, 'cgroup v2, cpu.max');
  } catch (error) {
    return { unavailable: `control groups cannot be written here: ${String(error)}` };
  }
}

function make(parent: string, name: string): string {
  const directory = path.join(parent, name);
  mkdirSync(directory);
  return directory;
}

function open(directory: string, how: string): CpuLimit {
  return {
    how,
    procsFile: `${directory}/cgroup.procs`,
    throttled: () => {
      const stat = readFileSync(`${directory}/cpu.stat`, 'utf8');
      const read = (name: string): number => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(stat)?.[1] ?? 0);
      return { periods: read('nr_periods'), throttled: read('nr_throttled') };
    },
    remove: () => rmdirSync(directory),
  };
}
