import { readdirSync, readFileSync } from 'node:fs';

/** CPU seconds by what spent them. */
export interface CpuSeconds {
  readonly all: number;
  /** The thread that runs JavaScript. */
  readonly main: number;
  /** libuv's pool: gzip, DNS, files. */
  readonly pool: number;
  /** V8's helpers: compiling, collecting. */
  readonly v8: number;
}

/** Memory of a process in MB (of 1024 KiB). */
export interface Memory {
  readonly rssMb: number;
  /** Without files: what is not the executable of Node, which all processes on a machine share. */
  readonly ownMb: number;
  /** Highest so far, as the kernel keeps it. */
  readonly peakMb: number;
}

/** CPU seconds (user and system) of a process, from /proc. Threads that have ended are not in it; Node keeps its own. */
export function cpuOf(pid: number): CpuSeconds {
  const seconds = { main: 0, pool: 0, v8: 0 };
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const directory = `/proc/${pid}/task/${thread}`;
    const kind = kindOf(readFileSync(`${directory}/comm`, 'utf8'), thread === String(pid));
    seconds[kind] += secondsOf(directory);
  }
  return { ...seconds, all: seconds.main + seconds.pool + seconds.v8 };
}

function kindOf(name: string, isMain: boolean): 'main' | 'pool' | 'v8' {
  if (isMain) return 'main';
  return name.startsWith('libuv') ? 'pool' : 'v8';
}

/** The scheduler's own account in nanoseconds; `stat` would only have ticks of 10 ms. */
function secondsOf(directory: string): number {
  const [nanoseconds = '0'] = readFileSync(`${directory}/schedstat`, 'utf8').split(' ');
  return Number(nanoseconds) / 1e9;
}

/** What has been used between two readings. */
export function cpuBetween(before: CpuSeconds, after: CpuSeconds): CpuSeconds {
  return {
    all: after.all - before.all,
    main: after.main - before.main,
    pool: after.pool - before.pool,
    v8: after.v8 - before.v8,
  };
}

/** No CPU time yet. */
export const noCpu: CpuSeconds = { all: 0, main: 0, pool: 0, v8: 0 };

/** Memory of a process, from /proc. */
export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
  return { rssMb: mb('VmRSS'), ownMb: mb('RssAnon'), peakMb: mb('VmHWM') };
}

/** Open files, sockets and timers' descriptors of a process. */
export function handlesOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
