import { randomUUID } from 'node:crypto';
import { link, readFile, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';

const ownerSchema = z.object({ token: z.string(), host: z.string(), pid: z.int(), started: z.string() });

/** Who holds a folder. */
export type LockOwner = z.infer<typeof ownerSchema>;

/** A lock that is held. */
export interface FolderLock {
  release(): Promise<void>;
}

/** How often the owner shows that it lives. */
const beatMs = 2_000;

/**
 * Takes the folder for this process alone, or tells who has it. A lock whose owner died is taken over: on its own host by asking
 * the system for the process (its number and start, because in a container every relay is process 1), elsewhere by waiting whether
 * the file is touched. Clocks are not compared.
 *
 * @param patienceMs how long another host's lock is watched
 */
export async function lockFolder(folder: string, patienceMs = 3 * beatMs): Promise<FolderLock | LockOwner> {
  const file = path.join(folder, 'lock');
  const own: LockOwner = {
    token: randomUUID(),
    host: hostname(),
    pid: process.pid,
    started: (await processStart(process.pid)) ?? '',
  };
  const draft = `${file}.${own.token}`;
  await writeFile(draft, JSON.stringify(own));
  try {
    for (;;) {
      if (await tookOver(draft, file)) return hold(file, own);
      const owner = await readOwner(file);
      if (owner !== undefined && (await isAlive(owner, own, file, patienceMs))) return owner;
      await discard(file, owner?.token);
    }
  } finally {
    await unlink(draft).catch(ignoreMissing);
  }
}

/** Creating a link fails when the name exists, and never leaves half a file. */
async function tookOver(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function hold(file: string, own: LockOwner): FolderLock {
  const timer = setInterval(() => {
    const now = new Date();
    // Losing the file means that somebody cleared the folder; the next write there will tell.
    utimes(file, now, now).catch(() => clearInterval(timer));
  }, beatMs);
  timer.unref();
  return {
    release: async () => {
      clearInterval(timer);
      const owner = await readOwner(file);
      if (owner?.token === own.token) await unlink(file).catch(ignoreMissing);
    },
  };
}

async function isAlive(owner: LockOwner, own: LockOwner, file: string, patienceMs: number): Promise<boolean> {
  if (owner.host === own.host) {
    const started = await processStart(owner.pid);
    return started !== undefined && started === owner.started;
  }
  const before = await modifiedAt(file);
  await sleep(patienceMs);
  return (await modifiedAt(file)) !== before;
}

/** Removes a dead owner's lock; puts it back when it has become another one meanwhile. */
async function discard(file: string, token: string | undefined): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    return ignoreMissing(error);
  }
  if ((await readOwner(aside))?.token !== token) await link(aside, file).catch(() => {});
  await unlink(aside).catch(ignoreMissing);
}

async function readOwner(file: string): Promise<LockOwner | undefined> {
  try {
    const parsed = ownerSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return parsed.data;
  } catch {
    return undefined; // gone, or no lock of ours: nobody can be asked whether it lives
  }
}

async function modifiedAt(file: string): Promise<number | undefined> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}

/** When a process of this host began, in the kernel's own words; `undefined` when there is none. */
async function processStart(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
    // Behind the name in brackets, which may have spaces: the state first, the start as the 20th.
    const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields?.[0] === 'Z' ? undefined : fields?.[19];
  }
  try {
    process.kill(pid, 0);
    return 'running';
  } catch {
    return undefined;
  }
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
