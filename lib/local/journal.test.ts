import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openJournal } from './journal.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kef-journal-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('gives back what was not finished, in order', () => {
  const file = join(directory, 'deep', 'j.ndjson');
  const first = openJournal<number>(file);
  first.add([
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ]);
  first.finish(['b']);
  first.close();
  const second = openJournal<number>(file);
  expect([...second.unfinished]).toEqual([
    ['a', 1],
    ['c', 3],
  ]);
  second.close();
});

it('survives a line cut in half by a killed process', () => {
  const file = join(directory, 'j.ndjson');
  const first = openJournal<string>(file);
  first.add([['a', 'x']]);
  first.close();
  appendFileSync(file, '["b","unfinis');
  const second = openJournal<string>(file);
  second.add([['c', 'z']]);
  second.close();
  const third = openJournal<string>(file);
  expect([...third.unfinished.keys()]).toEqual(['a', 'c']);
  third.close();
});

it('shrinks once nothing is open', () => {
  const file = join(directory, 'j.ndjson');
  const journal = openJournal<number>(file);
  for (let index = 0; index <= 10_000; index++) {
    journal.add([[String(index), index]]);
    journal.finish([String(index)]);
  }
  expect(readFileSync(file, 'utf8').length).toBeLessThan(100);
  journal.close();
});

it('remembers nothing without a file', () => {
  const journal = openJournal<number>(undefined);
  journal.add([['a', 1]]);
  expect(journal.unfinished.size).toBe(0);
});
