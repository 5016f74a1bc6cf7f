import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from './folderLock.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kef-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function taken() {
  const lock = await lockFolder(folder, 1_000);
  if (!('release' in lock)) throw new Error(`the folder is held by ${lock.pid}`);
  return lock;
}

test('a folder has one holder at a time, and the other one is told who it is', async () => {
  const lock = await taken();
  expect(await lockFolder(folder)).toMatchObject({ pid: process.pid });
  await lock.release();
  await (await taken()).release();
  expect(await readdir(folder)).toEqual([]);
});

test('of many who try at once, one gets it', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => lockFolder(folder)));
  expect(all.filter((lock) => 'release' in lock)).toHaveLength(1);
});

test('a process that was killed holds nothing', async () => {
  const code = `const { lockFolder } = await import(${JSON.stringify(fileURLToPath(new URL('folderLock.ts', import.meta.url)))});
    await lockFolder(${JSON.stringify(folder)}); console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  expect(await lockFolder(folder)).toMatchObject({ pid: child.pid });
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('close', resolve));
  await (await taken()).release();
});

test('a container that starts again has the process number of the one that died, and is not taken for it', async () => {
  await writeFile(path.join(folder, 'lock'), JSON.stringify({ ...(await ownerHere()), started: '1' }));
  await (await taken()).release();
});

test('on another host, the holder is the one that touches the file', async () => {
  const file = path.join(folder, 'lock');
  await writeFile(file, JSON.stringify({ ...(await ownerHere()), host: 'elsewhere' }));
  const beat = setInterval(() => void utimes(file, new Date(), new Date()), 100);
  expect(await lockFolder(folder, 1_000)).toMatchObject({ host: 'elsewhere' });
  clearInterval(beat);
  await sleep(200);
  await (await taken()).release();
});

test('half a lock, as a full disk leaves it, is nobody', async () => {
  await writeFile(path.join(folder, 'lock'), '{"tok');
  await (await taken()).release();
});

async function ownerHere() {
  const lock = await taken();
  const owner = await lockFolder(folder);
  await lock.release();
  return owner;
}
