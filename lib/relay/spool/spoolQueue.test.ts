import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Gap, RelayInfo } from '../../api/contract.ts';
import { plainBatchOf } from '../batchBuilder.ts';
import type { OutgoingBatch } from '../delivery/batchQueue.ts';
import { decodeBatch, encodeBatch } from '../encode.ts';
import { type OpenedSpool, openSpool } from './openSpool.ts';
import { SpoolQueue } from './spoolQueue.ts';

const logger = pino({ level: 'silent' });
const noise = Array.from({ length: 60 }, (_, index) => Math.sin(index + 1)).join();
let folder: string;
let nextEvent: number;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kef-spool-'));
  nextEvent = 1;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface SmallEvent {
  readonly number: number;
  readonly type: string;
}

/** One life of a relay's queue over the folder. */
class Life {
  readonly queue: SpoolQueue;
  readonly opened: OpenedSpool;
  readonly dropped: number[] = [];
  readonly absorbed: number[] = [];
  #nextId: number;

  private constructor(opened: OpenedSpool, maxBytes: number) {
    this.opened = opened;
    this.#nextId = opened.restored.length + 1;
    this.queue = new SpoolQueue({
      maxBytes,
      retryMs: 20,
      logger,
      isOrdinary: (event) => (event as SmallEvent).type === 'Normal',
      envelope: () => ({ relay: { id: 'now' } }),
      onHeld: () => {},
      onDropped: (_reason, events) => this.dropped.push(events),
      onAbsorbed: (id) => this.absorbed.push(id),
    });
    this.queue.open(opened.folder, opened.restored, opened.nextNumber, opened.foreign.bytes);
  }

  static async begin(maxBytes = 1e9): Promise<Life> {
    const opened = await openSpool(folder, logger);
    if (!('folder' in opened)) throw new Error(opened.reason);
    return new Life(opened, maxBytes);
  }

  /** Pushes a batch of events of these types, padded so that they do not compress to nothing. */
  push(...types: string[]): void {
    const events = types.map((type) => ({ number: nextEvent++, type, noise: noise.slice(nextEvent % 40) }));
    const id = this.#nextId++;
    const body = encodeBatch(plainBatchOf(events), { relay: { id: 'then' } }, 1);
    const position = { v: 1 as const, scopes: { '*': String(nextEvent) } };
    this.queue.push({ id, count: events.length, position, openedAt: 1, objects: Uint32Array.of(id), body });
  }

  async take(): Promise<{ id: number; numbers: number[]; gaps: readonly Gap[] } | undefined> {
    const batch: OutgoingBatch | undefined = await this.queue.shift();
    if (batch === undefined) return undefined;
    const { events, relay } = await decodeBatch(await batch.body);
    expect(events).toHaveLength(batch.count);
    const numbers = (events as SmallEvent[]).map(({ number }) => number);
    return { id: batch.id, numbers, gaps: (relay as RelayInfo).gaps ?? [] };
  }

  /** Takes and settles everything there is. */
  async drain(): Promise<{ numbers: number[]; lost: number; gaps: Gap[] }> {
    const numbers: number[] = [];
    const gaps: Gap[] = [];
    for (let batch = await this.take(); batch !== undefined; batch = await this.take()) {
      numbers.push(...batch.numbers);
      gaps.push(...batch.gaps);
      this.queue.settled(batch.id);
    }
    return { numbers, gaps, lost: gaps.reduce((sum, { dropped = 0 }) => sum + dropped, 0) };
  }

  /** What kill -9 leaves: the lock goes with the process. */
  die(): Promise<void> {
    return this.opened.lock.release();
  }

  async end(): Promise<void> {
    await this.queue.close();
    await this.die();
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

async function eventually(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('until it is told to, it writes nothing', async () => {
  const life = await Life.begin();
  life.push('Warning');
  expect((await life.drain()).numbers).toEqual([1]);
  expect((await readdir(folder)).filter((file) => file.endsWith('.batch'))).toEqual([]);
  await life.end();
});

test('whatever is taken, settled, spooled and ended in any order, every event leaves, in order', async () => {
  const step = fc.constantFrom('push', 'push', 'push', 'take', 'settle', 'activate', 'restart', 'pause');
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      await rm(folder, { recursive: true, force: true });
      nextEvent = 1;
      let life = await Life.begin();
      let inFlight: number[] = [];
      const seen: number[] = [];
      for (const what of steps) {
        if (what === 'push') life.push('Normal', 'Warning');
        else if (what === 'activate') life.queue.activate();
        else if (what === 'pause') await new Promise((resolve) => setTimeout(resolve, 2));
        else if (what === 'settle') for (const id of inFlight.splice(0, 1)) life.queue.settled(id);
        else if (what === 'take') {
          const batch = await life.take();
          if (batch === undefined) continue;
          inFlight.push(batch.id);
          seen.push(...batch.numbers);
        } else {
          await life.end();
          inFlight = [];
          life = await Life.begin();
        }
      }
      seen.push(...(await life.drain()).numbers);
      await life.end();
      // What was in flight at a restart is sent again; nothing is left out, and nothing new overtakes.
      const first = [...new Set(seen)];
      expect(first).toEqual(upTo(nextEvent - 1));
    }),
    { numRuns: 60 },
  );
});

test('what was written before a kill is there after it, with the position behind it', async () => {
  const life = await Life.begin();
  life.push('Warning');
  life.push('Warning');
  expect((await life.take())?.numbers).toEqual([1]);
  life.queue.activate();
  await eventually(() => life.queue.unsavedEvents === 0);
  await life.die();
  const next = await Life.begin();
  expect(next.opened.position).toEqual({ v: 1, scopes: { '*': '3' } });
  expect((await next.drain()).numbers).toEqual([1, 2]);
  expect(next.queue.isActive).toBe(false);
  expect(next.queue.bytes).toBe(0);
  await next.end();
});

test('when it is full, ordinary events go first, then the oldest; what went is told with the rest', async () => {
  const life = await Life.begin(40_000);
  life.queue.activate();
  for (let round = 0; round < 30; round += 1) {
    life.push('Normal', 'Warning', 'Normal');
    await eventually(() => life.queue.unsavedEvents === 0);
    expect(life.queue.bytes).toBeLessThanOrEqual(40_000);
  }
  const { numbers, lost, gaps } = await life.drain();
  expect(numbers.length + lost).toBe(90);
  expect(life.dropped.reduce((sum, count) => sum + count, 0)).toBe(lost);
  expect(new Set(gaps.map(({ reason }) => reason))).toEqual(
    new Set(['spool full: ordinary events of type Normal', 'spool full']),
  );
  // Warnings are every third one, from 2 on: those that are left are the newest, without a hole.
  const warnings = numbers.filter((number) => number % 3 === 2);
  expect(warnings.length).toBeGreaterThan(4);
  expect(warnings).toEqual(
    upTo(30)
      .map((round) => round * 3 - 1)
      .slice(-warnings.length),
  );
  expect(numbers.filter((number) => number % 3 !== 2)).toEqual([]);
  await life.end();
});

test('only ordinary events, far more than fit: the reports of them stay few', async () => {
  const life = await Life.begin(40_000);
  life.queue.activate();
  for (let round = 0; round < 60; round += 1) {
    life.push('Normal');
    await eventually(() => life.queue.unsavedEvents === 0);
  }
  expect(life.queue.onDisk.batches).toBeLessThan(12);
  const { numbers, lost } = await life.drain();
  expect(numbers.length + lost).toBe(60);
  await life.end();
});

test('a damaged record is reported with its count, and the position stays before it', async () => {
  const life = await Life.begin();
  for (let round = 0; round < 3; round += 1) life.push('Warning', 'Warning');
  await life.end();
  const [, second = ''] = (await readdir(folder)).filter((file) => file.endsWith('.batch')).sort();
  const bytes = await readFile(path.join(folder, second));
  await writeFile(path.join(folder, second), bytes.fill(0, 100, 120));
  const next = await Life.begin();
  expect(next.opened).toMatchObject({ damaged: 1, position: { v: 1, scopes: { '*': '3' } } });
  expect(next.opened.restored.map(({ position }) => position?.scopes['*'])).toEqual(['3', '3', '3']);
  const { numbers, gaps } = await next.drain();
  expect(numbers).toEqual([1, 2, 5, 6]);
  expect(gaps).toMatchObject([{ reason: 'spool record damaged', dropped: 2 }]);
  await next.end();
});

test('a torn draft is swept, and records of a later version are left alone', async () => {
  const life = await Life.begin();
  life.push('Warning');
  life.push('Warning');
  await life.end();
  const [, second = ''] = (await readdir(folder)).filter((file) => file.endsWith('.batch')).sort();
  const bytes = await readFile(path.join(folder, second));
  bytes.writeUInt32LE(2, 4);
  await writeFile(path.join(folder, second), bytes);
  await writeFile(path.join(folder, `${second}.draft`), bytes.subarray(0, 50));
  const next = await Life.begin();
  expect(next.opened).toMatchObject({ foreign: { files: 1 }, position: { v: 1, scopes: { '*': '2' } } });
  next.push('Warning');
  expect((await next.drain()).numbers).toEqual([1, 3]);
  await next.end();
  expect((await readdir(folder)).filter((file) => file.includes('.batch'))).toEqual([second]);
});

test('a disk that fails leaves batches in memory, in order, until it works again', async () => {
  const life = await Life.begin();
  life.push('Warning');
  life.queue.activate();
  await eventually(() => life.queue.unsavedEvents === 0);
  await rm(folder, { recursive: true });
  life.push('Warning');
  life.push('Warning');
  await eventually(() => life.queue.failure !== undefined);
  expect(life.queue.events).toBe(2);
  // The record is gone with the folder: it is reported, the others were never there.
  const { numbers, lost } = await life.drain();
  expect([numbers, lost]).toEqual([[2, 3], 1]);
  await life.end();
});

test.skipIf(process.getuid?.() === 0)(
  'a folder without the right to write is no spool, and no reason to fail',
  async () => {
    await chmod(folder, 0o500);
    expect(await openSpool(path.join(folder, 'sub'), logger)).toMatchObject({ isInUse: false });
  },
);

test.each(['/proc/version/spool', '/dev/full/spool'])('%s is no spool, and no reason to fail', async (place) => {
  expect(await openSpool(place, logger)).toMatchObject({ isInUse: false });
});
