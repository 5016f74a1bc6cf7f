import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleRelay } from './bundle.ts';

/** Every start reads all of it, and its code stays in memory: raise this only with a reason in the commit. */
const budgetKb = 1_400;

let directory: string;
let code: string;
beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'kef-relay-bundle-'));
  const file = path.join(directory, 'relay.mjs');
  await bundleRelay(file);
  code = readFileSync(file, 'utf8');
});
afterAll(() => rmSync(directory, { recursive: true }));

test('the relay is one file within its budget', () => {
  expect(code.length / 1000).toBeLessThanOrEqual(budgetKb);
});

test('it asks Node for http without loading undici', () => {
  expect(code).not.toMatch(/from\s?"(?:node:)?http"/);
  expect(code).toContain('getBuiltinModule("node:http")');
});
