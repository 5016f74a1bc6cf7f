import type { Logger } from 'pino';
import { furthest, type Position } from '../position.ts';
import { type FolderLock, lockFolder } from './folderLock.ts';
import { restoredEntry, type SpoolEntry } from './spoolEntry.ts';
import { SpoolFolder } from './spoolFolder.ts';

/** A folder that is ready, and what an earlier process left in it. */
export interface OpenedSpool {
  readonly folder: SpoolFolder;
  readonly lock: FolderLock;
  /** Unsent batches, oldest first, with the ids 1, 2, 3 … */
  readonly restored: readonly SpoolEntry[];
  readonly nextNumber: number;
  /** Everything up to here is acknowledged or in the spool; `undefined` when the folder does not say. */
  readonly position: Position | undefined;
  /** Records of a later version, which are left for it. */
  readonly foreign: { readonly files: number; readonly bytes: number };
  readonly damaged: number;
}

/** Why the folder cannot be used now. */
export interface SpoolProblem {
  readonly reason: string;
  /** Another relay has it: it will be free when that one ends. */
  readonly isInUse: boolean;
}

/**
 * Opens the folder of a spool. Never rejects: what is wrong with a disk must not keep a relay from working without it.
 *
 * A record that cannot be read may stand for anything, so the position before it is the one to resume from, and no later record
 * may move it further: what the API server still has of the lost events is read again.
 */
export async function openSpool(path: string, logger: Logger): Promise<OpenedSpool | SpoolProblem> {
  const folder = new SpoolFolder(path);
  let lock: FolderLock | undefined;
  try {
    await folder.prepare();
    const locked = await lockFolder(path);
    if (!('release' in locked)) {
      const reason = `${path} is in use by another relay (process ${locked.pid} on ${locked.host}); two relays need two spool directories`;
      return { reason, isInUse: true };
    }
    lock = locked;
    return { folder, lock, ...(await readFolder(folder, logger)) };
  } catch (error) {
    await lock?.release().catch(() => {});
    const reason = error instanceof Error ? error.message : String(error);
    return { reason: `${path} cannot be used: ${reason}`, isInUse: false };
  }
}

async function readFolder(folder: SpoolFolder, logger: Logger): Promise<Omit<OpenedSpool, 'folder' | 'lock'>> {
  const saved = await folder.readPosition();
  const restored: SpoolEntry[] = [];
  const foreign = { files: 0, bytes: 0 };
  let damaged = 0;
  let nextNumber = 1;
  let position: Position | null = saved ?? null;
  let isBroken = false;
  await folder.scan((found) => {
    nextNumber = found.name.last + 1;
    const { content } = found;
    if (content.kind === 'newer') {
      foreign.files += 1;
      foreign.bytes += found.bytes;
    }
    isBroken ||= content.kind !== 'record';
    if (content.kind === 'record' && !isBroken) position = content.record.position ?? position;
    if (content.kind === 'damaged') damaged += 1;
    if (content.kind === 'newer') return;
    const openedAt = content.kind === 'record' ? content.record.openedAt : found.writtenAt;
    restored.push(restoredEntry(restored.length + 1, found, { position, openedAt }));
  }, logger);
  if (foreign.files > 0) {
    logger.error(
      { folder: folder.path, ...foreign },
      'the spool has records of a later version of the relay; they are left for it, and what the API server still has is read again',
    );
  }
  // What was acknowledged may be further than what a killed process had no time to remove.
  position = furthest(position, saved ?? null);
  return { restored, nextNumber, position: position ?? undefined, foreign, damaged };
}
