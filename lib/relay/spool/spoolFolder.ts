import { mkdir, open, readdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import * as z from 'zod';
import { type Position, positionSchema } from '../position.ts';
import { fileNameOf, parseFileName, type RecordName, resolveReplaced } from './recordName.ts';
import { type Decoded, decodeRecord, encodeRecord, type SpoolRecord } from './spoolRecord.ts';

/** A record on disk. */
export interface StoredRecord {
  readonly name: RecordName;
  readonly bytes: number;
}

/** What a folder had when it was opened, oldest first. */
export interface FoundRecord extends StoredRecord {
  readonly content: Decoded;
  /** When the file was written, milliseconds since 1970. */
  readonly writtenAt: number;
}

const positionFileSchema = z.object({ position: positionSchema });
const block = 4_096;

/**
 * The files of a spool: one per batch, and the position. A file appears under its name only when all of it is on disk, so
 * a process that dies at any moment leaves whole records and drafts, and drafts are swept.
 */
export class SpoolFolder {
  readonly path: string;

  constructor(folder: string) {
    this.path = folder;
  }

  /** Makes the folder. Rejects when it cannot be written to. */
  async prepare(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    await writeFile(path.join(this.path, 'probe'), 'x');
    await unlink(path.join(this.path, 'probe'));
  }

  /** Sweeps what a killed process left, and reads every record once. Calls back one at a time: together they may be large. */
  async scan(onRecord: (found: FoundRecord) => void, logger: Logger): Promise<void> {
    const names: RecordName[] = [];
    for (const file of await readdir(this.path)) {
      const name = parseFileName(file);
      if (name !== undefined) names.push(name);
      else if (file.endsWith('.draft')) await this.#unlink(file);
    }
    const { current, replaced } = resolveReplaced(names);
    for (const name of replaced) await this.#unlink(fileNameOf(name));
    for (const name of current) {
      const file = path.join(this.path, fileNameOf(name));
      const { mtimeMs } = await stat(file);
      const content = await this.#read(file);
      const found = { name, bytes: await onDisk(file), content, writtenAt: mtimeMs };
      if (content.kind === 'damaged') logger.error({ file, why: content.why }, 'a record of the spool is damaged');
      onRecord(found);
    }
  }

  /** Writes a record. Resolves when it is on disk under its name. */
  async write(name: RecordName, record: SpoolRecord): Promise<StoredRecord> {
    const bytes = encodeRecord(record);
    const file = path.join(this.path, fileNameOf(name));
    await this.#place(file, bytes);
    return { name, bytes: sizeOnDisk(bytes.length) };
  }

  /** Reads a record back. Never rejects for what is in the file; does when the disk fails. */
  read(name: RecordName): Promise<Decoded> {
    return this.#read(path.join(this.path, fileNameOf(name)));
  }

  async remove(name: RecordName): Promise<void> {
    await this.#unlink(fileNameOf(name));
  }

  /** The position that was saved last; `undefined` when there is none that can be read. */
  async readPosition(): Promise<Position | undefined> {
    try {
      const text = await readFile(path.join(this.path, 'position.json'), 'utf8');
      return positionFileSchema.safeParse(JSON.parse(text)).data?.position;
    } catch {
      return undefined; // the API or a list has to say then
    }
  }

  async savePosition(position: Position): Promise<void> {
    await this.#place(path.join(this.path, 'position.json'), Buffer.from(JSON.stringify({ position })));
  }

  /** What a record takes on disk. */
  static sizeOf(record: SpoolRecord): number {
    return sizeOnDisk(encodeRecordLength(record));
  }

  async #place(file: string, bytes: Buffer): Promise<void> {
    const draft = `${file}.draft`;
    try {
      const handle = await open(draft, 'w', 0o600);
      try {
        await handle.writeFile(bytes);
        await handle.datasync();
      } finally {
        await handle.close();
      }
      await rename(draft, file);
    } catch (error) {
      // What half a draft takes on a full disk may be what is missing.
      await unlink(draft).catch(() => {});
      throw error;
    }
  }

  async #read(file: string): Promise<Decoded> {
    return decodeRecord((await readFile(file)) as Buffer<ArrayBuffer>); // readFile allocates its own memory
  }

  async #unlink(file: string): Promise<void> {
    try {
      await unlink(path.join(this.path, file));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

async function onDisk(file: string): Promise<number> {
  return sizeOnDisk((await stat(file)).size);
}

/** File systems give out whole blocks. */
function sizeOnDisk(bytes: number): number {
  return Math.ceil(bytes / block) * block;
}

/** Close enough to decide whether it fits: the head is a few hundred bytes unless there are many scopes. */
function encodeRecordLength({ position, objects, body }: SpoolRecord): number {
  return 256 + JSON.stringify(position).length + objects.length * 4 + body.length;
}
