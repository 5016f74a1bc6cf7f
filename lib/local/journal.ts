import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** Finished entries a journal file may carry before it is emptied at the next quiet moment. */
const compactAfter = 10_000;

/**
 * Work that is under way, on disk: what was added and not yet finished survives a killed process. One line per change,
 * written before the call returns; not synced to the platter, so it survives the process, not a power cut.
 */
export interface Journal<Value> {
  /** What an earlier process left unfinished, oldest first. */
  readonly unfinished: ReadonlyMap<string, Value>;
  add(entries: readonly (readonly [id: string, value: Value])[]): void;
  finish(ids: readonly string[]): void;
  close(): void;
}

/** Opens a journal. Without a file it remembers nothing. */
export function openJournal<Value>(file: string | undefined): Journal<Value> {
  if (file === undefined) return { unfinished: new Map(), add: () => {}, finish: () => {}, close: () => {} };
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = readUnfinished<Value>(file);
  const open = new Set(unfinished.keys());
  // Start from what is unfinished: drops finished entries, and the half line a killed process may have left.
  writeFileSync(`${file}.new`, [...unfinished].map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  renameSync(`${file}.new`, file);
  const handle = openSync(file, 'a');
  let finished = 0;
  return {
    unfinished,
    add(entries) {
      if (entries.length === 0) return;
      for (const [id] of entries) open.add(id);
      writeSync(handle, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    },
    finish(ids) {
      if (ids.length === 0) return;
      for (const id of ids) open.delete(id);
      finished += ids.length;
      if (open.size === 0 && finished > compactAfter) {
        ftruncateSync(handle);
        finished = 0;
      } else {
        writeSync(handle, ids.map((id) => `${JSON.stringify([id])}\n`).join(''));
      }
    },
    close: () => closeSync(handle),
  };
}

function readUnfinished<Value>(file: string): Map<string, Value> {
  const entries = new Map<string, Value>();
  for (const line of readLines(file)) {
    let entry: unknown;
    try {
      entry = JSON.parse(line);
    } catch {
      // The last line of a killed process may be half written: its change was not acknowledged to anybody.
      continue;
    }
    if (!Array.isArray(entry) || typeof entry[0] !== 'string') continue;
    if (entry.length === 1) entries.delete(entry[0]);
    // Only this module writes the file, so the second element is a Value.
    else entries.set(entry[0], entry[1] as Value);
  }
  return entries;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
